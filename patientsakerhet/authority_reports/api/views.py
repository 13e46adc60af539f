"""Authority reports in the API: to find, to read, and every act of the pages'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports import facts
from patientsakerhet.authority_reports.actions import deciding, keeping
from patientsakerhet.authority_reports.api import serializers as shapes
from patientsakerhet.authority_reports.filters import ReportFilter
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from patientsakerhet.authority_reports.querysets import AuthorityReportQuerySet, readable_by
from patientsakerhet.cases import files
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged

Shape = type[BaseSerializer[Any]]
FILES = ("receipt", "file")


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.ReportSerializer, **REFUSALS})


class ReportKindViewSet(GenericViewSet[ReportKind]):
    """The kinds of report in force today."""

    scopes: ClassVar = {"read": Scope.CASES_READ}
    queryset = ReportKind.objects.none()
    serializer_class = shapes.KindSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[ReportKind]:
        return ReportKind.objects.current()

    @extend_schema(responses={200: shapes.KindSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """Each kind with its ground, who decides, its worksheet and its checklist."""
        return Response(shapes.KindSerializer(self.get_queryset(), many=True).data)


class AuthorityReportViewSet(OncePerKey, GenericViewSet[AuthorityReport]):
    """Find, read, decide, send and close reports to authorities."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = AuthorityReport.objects.none()
    serializer_class = shapes.ReportSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ReportFilter
    parser_classes = (JSONParser, MultiPartParser)
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> AuthorityReportQuerySet:
        return AuthorityReport.objects.visible_to(self.request.user)

    @extend_schema(responses={200: shapes.ReportRow(many=True)})
    def list(self, request: Request) -> Response:
        """The reports one may see, the longest running first, narrowed as on the page."""
        rows = self.filter_queryset(self.get_queryset().for_rows())
        found = self.paginate_queryset(rows) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={
                "query": request.query_params.dict(),
                "cases": sorted({one.case_id for one in found}),
            },
        )
        return self.get_paginated_response(shapes.ReportRow(found, many=True).data)

    @extend_schema(responses={200: shapes.ReportSerializer})
    def retrieve(self, request: Request, pk: str) -> Response:
        """The report, whole."""
        report = self._report()
        _read(report.case, request)
        return self._whole(report)

    @extend_schema(responses={200: shapes.Worksheet})
    @action(detail=True, methods=["get"])
    def proposal(self, request: Request, pk: str) -> Response:
        """What the worksheet would be filled with from the case, beside what has been written."""
        report = self._report()
        _read(report.case, request)
        values = {**facts.first_values(report), **report.worksheet}
        return tagged(Response({"values": values, "checked": report.checked}), report.version)

    @takes(None)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        """Ask for the decision about a candidate."""
        return self._act(deciding.ask)

    @takes(shapes.ReportDecision)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Decide, with the motive in both cases; only whoever the kind says may."""
        return self._act(deciding.decide, shapes.ReportDecision)

    @takes(shapes.ReportReason)
    @action(detail=True, methods=["post"])
    def reconsider(self, request: Request, pk: str) -> Response:
        """Ask for the decision again."""
        return self._act(deciding.reconsider, shapes.ReportReason)

    @takes(shapes.Worksheet)
    @action(detail=True, methods=["post"])
    def worksheet(self, request: Request, pk: str) -> Response:
        """Save the worksheet and its checklist."""
        return self._act(keeping.fill, shapes.Worksheet)

    @takes(shapes.Submit)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Say that it has been handed in; the product sends nothing to an authority."""
        return self._act(keeping.submit, shapes.Submit)

    @takes(shapes.Receipt)
    @action(detail=True, methods=["post"])
    def receipt(self, request: Request, pk: str) -> Response:
        """Add the diary number or the receipt."""
        return self._act(keeping.note_receipt, shapes.Receipt)

    @takes(shapes.Supplement)
    @action(detail=True, methods=["post"])
    def supplement(self, request: Request, pk: str) -> Response:
        """Say what more has been sent."""
        return self._act(keeping.supplement, shapes.Supplement)

    @takes(shapes.Outcome)
    @action(detail=True, methods=["post"])
    def outcome(self, request: Request, pk: str) -> Response:
        """Say what the authority answered."""
        return self._act(keeping.record_outcome, shapes.Outcome)

    @takes(shapes.Told)
    @action(detail=True, methods=["post"])
    def manufacturer(self, request: Request, pk: str) -> Response:
        """Say that the manufacturer has been told."""
        return self._act(keeping.tell_manufacturer, shapes.Told)

    @takes(shapes.ReportReason)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close it: nothing more is awaited or owed."""
        return self._act(keeping.close, shapes.ReportReason)

    @takes(shapes.ReportReason)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, pk: str) -> Response:
        """Take it up again."""
        return self._act(keeping.take_up, shapes.ReportReason)

    def _report(self) -> AuthorityReport:
        """The report, when the asker may read its case; 404 otherwise."""
        rows = AuthorityReport.objects.visible_to(self.request.user).for_page()
        return whole_or_404(rows, pk=self.kwargs["pk"])

    def _act(self, do: Callable[..., Any], shape: Shape | None = None) -> Response:
        report, given = self._report(), {}
        if shape is not None:
            taken = shape(data=self.request.data)
            taken.is_valid(raise_exception=True)
            given = dict(taken.validated_data)
        for name in FILES:
            if name in given:
                given[name] = files.receive(given[name])
        do(report, by=actor(self.request), version=expected(self.request), **given)
        return self._whole(report)

    def _whole(self, report: AuthorityReport) -> Response:
        """The report as it stands now, with its version."""
        rows = AuthorityReport.objects.for_page().prefetch_related("events__by", "supplements__by")
        row = whole_or_404(rows, pk=report.pk)
        return tagged(Response(shapes.ReportSerializer(row).data), row.version)


class CaseReportsViewSet(OncePerKey, GenericViewSet[Case]):
    """The reports of one case."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Case.objects.none()
    serializer_class = shapes.ReportRow  # type: ignore[assignment]  # a part of the case
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Case]:
        return readable_by(self.request.user)

    @extend_schema(responses={200: shapes.ReportRow(many=True)})
    def list(self, request: Request, number: str) -> Response:
        """Every report of the case, the longest running first."""
        case = get_object_or_404(self.get_queryset(), number=number)
        _read(case, request)
        rows = AuthorityReport.objects.filter(case=case).oldest_first().for_rows()
        return Response(shapes.ReportRow(rows, many=True).data)

    @extend_schema(request=shapes.Begin, responses={201: shapes.ReportSerializer, **REFUSALS})
    def create(self, request: Request, number: str) -> Response:
        """Note that the case may need the report, or ask for the decision at once."""
        case = get_object_or_404(self.get_queryset(), number=number)
        told = shapes.Begin(data=request.data)
        told.is_valid(raise_exception=True)
        report = deciding.begin(case, by=actor(request), **told.validated_data)
        answer = tagged(Response(shapes.ReportSerializer(report).data), report.version)
        answer.status_code = status.HTTP_201_CREATED
        return answer


def _read(case: Case, request: Request) -> None:
    """The trail tells that the case's reports were read."""
    trail.read(
        "authority_reports.read",
        by=actor(request),
        case_id=case.pk,
        number=case.number,
        right=Can.READ,
        via="api",
    )
