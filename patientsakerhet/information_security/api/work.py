"""The gap list, the follow-ups and the programmes in the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.information_security.actions import follow_ups, programmes, requesting
from patientsakerhet.information_security.api import serializers as shapes
from patientsakerhet.information_security.filters import FollowUpFilter, GapFilter
from patientsakerhet.information_security.models import (
    Programme,
    SecurityFollowUp,
    SystemStanding,
)
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged

SCOPES: dict[str, str] = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}


class GapViewSet(OncePerKey, GenericViewSet[SystemStanding]):
    """Read what each system, and each other information asset, lacks; ask to have it classified."""

    scopes: ClassVar = SCOPES
    queryset = SystemStanding.objects.none()
    serializer_class = shapes.GapSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = GapFilter

    def get_queryset(self) -> QuerySet[SystemStanding]:
        check_anywhere(actor(self.request), Can.READ_CLASSIFICATION)
        return SystemStanding.objects.visible_to(self.request.user).select_related(
            "system", "managing_unit", "classification", "under_way", "programme", "requested_by"
        )

    @extend_schema(responses={200: shapes.GapSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The systems of one's units, never classified first, narrowed as on the page."""
        shown: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={
                "list": "classification_gaps",
                "query": request.query_params.dict(),
                "systems": [row.system_id for row in shown if row.system_id],
                "assets": [row.pk for row in shown if not row.system_id],
            },
        )
        return self.get_paginated_response(shapes.GapSerializer(shown, many=True).data)

    @extend_schema(
        request=shapes.RequestClassification, responses={200: shapes.GapSerializer, **REFUSALS}
    )
    @action(detail=False, methods=["post"], url_path="request")
    def request_one(self, request: Request) -> Response:
        """Ask, as whoever answers for it, to have a system or an asset classified."""
        by = actor(request)
        hers = SystemStanding.objects.may_be_requested_by(by)
        if not hers.exists():
            check_anywhere(by, Can.DELIVER_CLASSIFICATION)
        taken = shapes.RequestClassification(data=request.data)
        taken.is_valid(raise_exception=True)
        row = get_object_or_404(hers, pk=taken.validated_data["id"])
        made = requesting.request(row, by=by, why=taken.validated_data["why"])
        return Response(shapes.GapSerializer(made).data)


class FollowUpViewSet(OncePerKey, GenericViewSet[SecurityFollowUp]):
    """Find, plan and record follow-ups."""

    scopes: ClassVar = SCOPES
    queryset = SecurityFollowUp.objects.none()
    serializer_class = shapes.FollowUpSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = FollowUpFilter
    lookup_value_regex = r"\d{1,12}"

    def get_queryset(self) -> QuerySet[SecurityFollowUp]:
        rows = SecurityFollowUp.objects.visible_to(self.request.user)
        return rows.select_related("unit", "system", "programme", "responsible")

    @extend_schema(responses={200: shapes.FollowUpSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The follow-ups of one's units and one's own, the latest planned first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(shapes.FollowUpSerializer(rows, many=True).data)

    @extend_schema(responses={200: shapes.FollowUpSerializer})
    def retrieve(self, request: Request, pk: str) -> Response:
        """One follow-up."""
        return self._whole(get_object_or_404(self.get_queryset(), pk=pk))

    @extend_schema(responses={201: shapes.FollowUpSerializer, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Plan a follow-up."""
        check_anywhere(actor(request), Can.LEAD_CLASSIFICATION)
        taken = shapes.FollowUpSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        answer = self._whole(follow_ups.plan(by=actor(request), **taken.validated_data))
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(
        request=shapes.RecordFollowUp, responses={200: shapes.FollowUpSerializer, **REFUSALS}
    )
    @action(detail=True, methods=["post"])
    def record(self, request: Request, pk: str) -> Response:
        """Write what a follow-up showed."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        taken = shapes.RecordFollowUp(data=request.data)
        taken.is_valid(raise_exception=True)
        given = taken.validated_data
        return self._whole(
            follow_ups.record(row, by=actor(request), version=expected(request), **given)
        )

    def _whole(self, row: SecurityFollowUp) -> Response:
        return tagged(Response(shapes.FollowUpSerializer(row).data), row.version)


class ProgrammeViewSet(OncePerKey, GenericViewSet[Programme]):
    """Read, add and change programmes."""

    scopes: ClassVar = SCOPES
    queryset = Programme.objects.none()
    serializer_class = shapes.ProgrammeSerializer
    pagination_class = ByKeyset
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Programme]:
        check_anywhere(actor(self.request), Can.READ_CLASSIFICATION)
        return Programme.objects.order_by("pk")

    @extend_schema(responses={200: shapes.ProgrammeSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The programmes, those that have ended too."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(shapes.ProgrammeSerializer(rows, many=True).data)

    @extend_schema(responses={200: shapes.ProgrammeSerializer})
    def retrieve(self, request: Request, code: str) -> Response:
        """One programme."""
        return self._whole(get_object_or_404(self.get_queryset(), code=code))

    @extend_schema(responses={201: shapes.ProgrammeSerializer, **REFUSALS})
    def create(self, request: Request) -> Response:
        """Add a programme."""
        check_anywhere(actor(request), Can.LEAD_CLASSIFICATION)
        taken = shapes.ProgrammeSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        answer = self._whole(programmes.put(None, by=actor(request), **taken.validated_data))
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(responses={200: shapes.ProgrammeSerializer, **REFUSALS})
    def update(self, request: Request, code: str) -> Response:
        """Change a programme; its code stays."""
        check_anywhere(actor(request), Can.LEAD_CLASSIFICATION)
        row = get_object_or_404(self.get_queryset(), code=code)
        taken = shapes.ProgrammeSerializer(row, data=request.data)
        taken.is_valid(raise_exception=True)
        given = {key: value for key, value in taken.validated_data.items() if key != "code"}
        return self._whole(
            programmes.put(row, by=actor(request), version=expected(request), **given)
        )

    def _whole(self, row: Programme) -> Response:
        return tagged(Response(shapes.ProgrammeSerializer(row).data), row.version)
