"""The reports that people build, for programs: to find, build, change and remove, and their figures."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged
from rapporter import rights
from rapporter.builder import drawing, exchange
from rapporter.builder.actions import keeping
from rapporter.builder.api import serializers as shapes
from rapporter.builder.filters import SavedReportFilter
from rapporter.builder.models import SavedReport
from rapporter.registry import UnknownMeasure


class SavedReportViewSet(OncePerKey, GenericViewSet[Any]):
    """Find, build, change and remove reports, and read their figures."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = SavedReport.objects.none()
    serializer_class = shapes.SavedReportSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = SavedReportFilter
    lookup_value_regex = r"\d{1,12}"

    def get_queryset(self) -> QuerySet[SavedReport]:
        by = actor(self.request)
        check_anywhere(by, *rights.SOME)
        return SavedReport.objects.visible_to(by).for_rows()

    @extend_schema(responses={200: shapes.SavedReportSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The reports one owns or shares, narrowed as on the page."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={
                "list": "saved_reports",
                "query": request.query_params.dict(),
                "rows": [row.pk for row in rows],
            },
        )
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses={200: shapes.SavedReportSerializer})
    def retrieve(self, request: Request, pk: str) -> Response:
        """One report: what it asks."""
        return self._whole(self._row(pk))

    @extend_schema(
        request=shapes.SavedReportSerializer,
        responses={201: shapes.SavedReportSerializer, **REFUSALS},
    )
    def create(self, request: Request) -> Response:
        """Build a report."""
        by = actor(request)
        check_anywhere(by, *rights.SOME)
        answer = self._whole(keeping.put(None, by=by, via="api", **self._given()))
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(
        request=shapes.SavedReportSerializer,
        responses={200: shapes.SavedReportSerializer, **REFUSALS},
    )
    def update(self, request: Request, pk: str) -> Response:
        """Change a report of one's own; what is left out is emptied."""
        row = self._row(pk)
        by, version = actor(request), expected(request)
        return self._whole(keeping.put(row, by=by, via="api", version=version, **self._given()))

    @extend_schema(responses={204: None, **REFUSALS})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a report of one's own."""
        keeping.remove(self._row(pk), by=actor(request), via="api")
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={200: shapes.ReportFiguresSerializer})
    @action(detail=True, methods=["get"])
    def figures(self, request: Request, pk: str) -> Response:
        """The report's figures, counted anew of what one may read."""
        row, by = self._row(pk), actor(request)
        try:
            question = row.question
        except UnknownMeasure as unknown:
            raise Http404 from unknown
        found = question.answered(by, timezone.now())
        measure, asked = question.measure, found.asked
        trail.read(
            "list.read",
            by=by,
            via="api",
            body={
                "list": f"saved_report:{row.pk}",
                "filter": [list(one) for one in exchange.cover(question, asked)],
            },
        )
        made = drawing.drawn(question, found, key="api")
        told = {
            "measure": measure.key,
            "name": measure.name,
            "definition": measure.definition,
            "version": measure.version,
            "code_hash": measure.code_hash,
            "divided_by": question.divided_by,
            "unit": measure.unit,
            "first": asked.first,
            "last": asked.last,
            "as_of": asked.as_of,
            "finding": made.finding,
            "total": _exact(found.total),
            "parts": [
                {"name": one.name, "value": _exact(one.value), "rows": one.url}
                for one in found.parts
            ],
        }
        return Response(shapes.ReportFiguresSerializer(told).data)

    @extend_schema(responses={200: shapes.ReportShareSerializer(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def shares(self, request: Request, pk: str) -> Response:
        """Whom a report of one's own is shared with."""
        row, by = self._row(pk), actor(request)
        if row.owner_id != by.pk:
            raise NotAllowed("Bara den som äger rapporten ser vem den är delad med.")
        trail.read("list.read", by=by, via="api", body={"list": f"saved_report_shares:{row.pk}"})
        rows = row.shares.select_related("person", "unit").order_by("pk")
        return Response(shapes.ReportShareSerializer(rows, many=True).data)

    @extend_schema(
        request=shapes.ReportShareSerializer(many=True),
        responses={200: shapes.ReportShareSerializer(many=True), **REFUSALS},
    )
    @shares.mapping.put
    def share(self, request: Request, pk: str) -> Response:
        """Share a report of one's own with these and nobody else."""
        row, by = self._row(pk), actor(request)
        taken = shapes.ReportShareSerializer(data=request.data, many=True)
        taken.is_valid(raise_exception=True)
        rows = keeping.share_with(row, taken.validated_data, by=by, via="api")
        return Response(shapes.ReportShareSerializer(rows, many=True).data)

    def _row(self, pk: str) -> SavedReport:
        return get_object_or_404(self.get_queryset(), pk=pk)

    def _given(self) -> dict[str, Any]:
        taken = self.get_serializer(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _whole(self, row: SavedReport) -> Response:
        return tagged(Response(self.get_serializer(row).data), row.version)


def _exact(value: Any) -> Any:
    return None if value is None else round(value, 4)
