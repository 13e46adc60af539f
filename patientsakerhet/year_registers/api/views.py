"""The registers of the year in the API: to find, to read, and every act of the pages'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged
from patientsakerhet.year_registers import filters
from patientsakerhet.year_registers.actions import duties, gatherings
from patientsakerhet.year_registers.api import serializers as shapes
from patientsakerhet.year_registers.models import (
    Meeting,
    RegisterTerm,
    Responsibility,
    RoleShare,
    Training,
)

SCOPES: dict[str, str] = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
Shape = type[BaseSerializer[Any]]


def described(shape: Shape) -> Callable[[type], type]:
    """What each act of the register takes and answers."""
    return extend_schema_view(
        list=extend_schema(responses={200: shape(many=True)}),
        retrieve=extend_schema(responses={200: shape}),
        create=extend_schema(request=shape, responses={201: shape, **REFUSALS}),
        update=extend_schema(request=shape, responses={200: shape, **REFUSALS}),
    )


class RegisterRows(OncePerKey, GenericViewSet[Any]):
    """What the four registers have in common: find, read, add, change."""

    scopes: ClassVar = SCOPES
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    lookup_value_regex = r"\d{1,12}"
    keeps: ClassVar[Can]

    def written(self, row: Any, given: dict[str, Any], **more: Any) -> Any:
        """The row as it is after the act."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        check_anywhere(actor(self.request), Can.READ_YEAR_REGISTERS)
        rows: Any = self.filterset_class.Meta.model.objects  # type: ignore[attr-defined]  # each filter says its model
        found: QuerySet[Any] = rows.visible_to(self.request.user).for_rows()
        return found

    def list(self, request: Request) -> Response:
        """The rows one may read, narrowed as on the page."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            right=Can.READ_YEAR_REGISTERS,
            body={
                "list": self.basename,
                "query": request.query_params.dict(),
                "rows": [row.pk for row in rows],
            },
        )
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One row."""
        return self._whole(get_object_or_404(self.get_queryset(), pk=pk))

    def create(self, request: Request) -> Response:
        """Add a row."""
        check_anywhere(actor(request), self.keeps)
        answer = self._whole(self.written(None, self._given()))
        answer.status_code = status.HTTP_201_CREATED
        return answer

    def update(self, request: Request, pk: str) -> Response:
        """Change a row; what is left out is emptied, as on the page."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return self._whole(self.written(row, self._given(), version=expected(request)))

    def _given(self) -> dict[str, Any]:
        taken = self.get_serializer(data=self.request.data)
        taken.is_valid(raise_exception=True)
        given = dict(taken.validated_data)
        return {**given.pop("assignment", {}), **given}

    def _whole(self, row: Any) -> Response:
        return tagged(Response(self.get_serializer(row).data), row.version)


@described(shapes.MeetingSerializer)
class MeetingViewSet(RegisterRows):
    """Find, add and change meetings."""

    queryset = Meeting.objects.none()
    serializer_class = shapes.MeetingSerializer
    filterset_class = filters.MeetingFilter
    keeps = Can.KEEP_YEAR_REGISTERS

    def written(self, row: Any, given: dict[str, Any], **more: Any) -> Any:
        return gatherings.put_meeting(row, by=actor(self.request), **given, **more)


@described(shapes.TrainingSerializer)
class TrainingViewSet(RegisterRows):
    """Find, add and change training."""

    queryset = Training.objects.none()
    serializer_class = shapes.TrainingSerializer
    filterset_class = filters.TrainingFilter
    keeps = Can.KEEP_YEAR_REGISTERS

    def written(self, row: Any, given: dict[str, Any], **more: Any) -> Any:
        return gatherings.put_training(row, by=actor(self.request), **given, **more)


@described(shapes.ResponsibilitySerializer)
class ResponsibilityViewSet(RegisterRows):
    """Find, add and change who answers for what."""

    queryset = Responsibility.objects.none()
    serializer_class = shapes.ResponsibilitySerializer
    filterset_class = filters.ResponsibilityFilter
    keeps = Can.KEEP_RESPONSIBILITIES

    def written(self, row: Any, given: dict[str, Any], **more: Any) -> Any:
        return duties.put_responsibility(row, by=actor(self.request), **given, **more)


@described(shapes.RoleShareSerializer)
class RoleShareViewSet(RegisterRows):
    """Find, add and change how much of a full post roles are."""

    queryset = RoleShare.objects.none()
    serializer_class = shapes.RoleShareSerializer
    filterset_class = filters.RoleShareFilter
    keeps = Can.KEEP_RESPONSIBILITIES

    def written(self, row: Any, given: dict[str, Any], **more: Any) -> Any:
        return duties.put_share(row, by=actor(self.request), **given, **more)


class RegisterTermViewSet(GenericViewSet[RegisterTerm]):
    """Read the choices of the registers."""

    scopes: ClassVar = {"read": Scope.REFERENCE_READ}
    queryset = RegisterTerm.objects.none()
    serializer_class = shapes.TermSerializer
    pagination_class = ByKeyset

    def get_queryset(self) -> QuerySet[RegisterTerm]:
        return RegisterTerm.objects.order_by("pk")

    @extend_schema(responses={200: shapes.TermSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """Sorts of meeting, their topics and sorts of training, those that have ended too."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(shapes.TermSerializer(rows, many=True).data)
