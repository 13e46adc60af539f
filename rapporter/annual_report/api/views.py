"""The patientsäkerhetsberättelse for programs: to find, begin, write, check, draft and publish, and its files.

Signing alone is not here: whoever signs shows again who she is, which a key cannot.
"""

from __future__ import annotations

import uuid

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import comments
from patientsakerhet.cases.api import numbered
from patientsakerhet.cases.api.serializers import CaseRow, CommentSerializer
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.rest.idempotency import HEADER
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Reasons
from patientsakerhet.rest.versions import expected, tagged
from rapporter.annual_report import taken_out
from rapporter.annual_report.actions import building, opening, signing, writing
from rapporter.annual_report.api import shapes
from rapporter.annual_report.contents import contents
from rapporter.annual_report.forms.report import NarrowForm
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import AnnualReport, BuildFile, Section
from rapporter.annual_report.publishing import INTERNAL
from rapporter.annual_report.workflow import KIND

NAMESPACE = uuid.UUID("2b0f6c8e-3f52-4c8b-8a0c-6d3a9d0f7e41")
"""Makes submission ids of idempotency keys, so that the key alone gives one report for ever."""
NARROWED = [
    OpenApiParameter("q", str, description="Ord i rubrik eller text, eller numret."),
    OpenApiParameter("year", int, description="Året som berättelsen gäller."),
]
WHOLE = {200: shapes.AnnualReportSerializer, **REFUSALS}
ONE_SECTION = {200: shapes.ReportSectionRow, **REFUSALS}
SECTION = r"sections/(?P<key>[a-z0-9_-]{1,40})"
AS_FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class AnnualReportViewSet(numbered.Numbered):
    """Find, read, begin, write, check, draft and publish reports."""

    kind = KIND
    lookup_value_regex = r"[A-Z]{3}-\d{4}-\d{5,}"
    serializer_class = shapes.AnnualReportSerializer  # type: ignore[assignment]  # the case's detail
    pagination_class = ByKeyset

    def whole(self, case: Case) -> Response:
        """The report as it stands now, with its version."""
        report = whole_or_404(AnnualReport.objects.whole(), pk=case.pk)
        return tagged(Response(shapes.AnnualReportSerializer(report).data), report.case.version)

    @extend_schema(parameters=NARROWED, responses={200: CaseRow(many=True)})
    def list(self, request: Request) -> Response:
        """The reports one may see, newest first, narrowed as on the page."""
        by = actor(request)
        check_anywhere(by, Can.READ)
        found = NarrowForm(request.query_params).narrow(AnnualReport.objects.visible_to(by))
        rows = self.get_queryset().filter(annual_report__in=found.order_by()).newest_first()
        shown = CaseRow(self.paginate_queryset(rows) or [], many=True).data
        trail.read(
            "list.read",
            by=by,
            via="api",
            body={"query": request.query_params.dict(), "cases": [row["number"] for row in shown]},
        )
        return self.get_paginated_response(shown)

    @extend_schema(responses={200: shapes.AnnualReportSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The report, whole."""
        case = self.case()
        self.read(case, "case.read")
        return self.whole(case)

    @extend_schema(
        request=shapes.StartReport, responses={201: shapes.AnnualReportSerializer, 409: Reasons}
    )
    def create(self, request: Request) -> Response:
        """A report is begun, with its first draft on the way; sent again with the same key it is the same."""
        by = actor(request)
        check_anywhere(by, Can.WRITE_ANNUAL_REPORT)
        key = f"{by.pk}:{request.headers[HEADER].strip()}"
        case = opening.start(
            by=by, submission=uuid.uuid5(NAMESPACE, key), **self.given(shapes.StartReport)
        )
        answer = self.whole(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(request=shapes.DescribeReport, responses=WHOLE)
    @action(detail=True, methods=["post"])
    def describe(self, request: Request, number: str) -> Response:
        """Say as of when the figures are taken, and the number it goes under."""
        return self.act(opening.describe, shapes.DescribeReport)

    @extend_schema(methods=["GET"], responses={200: shapes.ReportSectionRow})
    @extend_schema(methods=["PUT"], request=shapes.WriteSection, responses=ONE_SECTION)
    @action(detail=True, methods=["get", "put"], url_path=SECTION)
    def section(self, request: Request, number: str, key: str) -> Response:
        """Read a section, or write it; the version in `If-Match` is the section's own."""
        found = self._section(key)
        if request.method == "PUT":
            told = self.given(shapes.WriteSection)
            writing.write(found, told["text"], by=actor(request), version=expected(request))
        else:
            self.read(found.report.case, "case.read")
        return self._shown(key)

    @extend_schema(request=shapes.SectionAct, responses=ONE_SECTION)
    @action(detail=True, methods=["post"], url_path=rf"{SECTION}/(?P<act>confirm|check|hand)")
    def section_act(self, request: Request, number: str, key: str, act: str) -> Response:
        """Confirm what waits to be confirmed, say that the facts are right, or hand it to somebody."""
        found, by, version = self._section(key), actor(request), expected(request)
        told = self.given(shapes.SectionAct)
        if act == "confirm":
            paragraphs, numbers = told["paragraphs"], told["numbers"]
            writing.confirm(found, by=by, paragraphs=paragraphs, numbers=numbers, version=version)
        elif act == "check":
            writing.check_facts(found, by=by, version=version)
        else:
            writing.hand_section(found, told.get("author"), by=by, version=version)
        return self._shown(key)

    @extend_schema(request=shapes.AddTarget, responses=WHOLE)
    @action(detail=True, methods=["post"])
    def targets(self, request: Request, number: str) -> Response:
        """Add an aim for the year after."""
        return self.act(writing.add_target, shapes.AddTarget)

    @extend_schema(responses=WHOLE)
    @action(detail=True, methods=["delete"], url_path=r"targets/(?P<target>\d{1,12})")
    def target(self, request: Request, number: str, target: str) -> Response:
        """Take an aim out."""
        case, version = self.case(), expected(request)
        rows = case.annual_report.targets.select_related("report__case")
        row = get_object_or_404(rows, pk=target)
        writing.remove_target(row, by=actor(request), version=version)
        return self.whole(case)

    @extend_schema(methods=["GET"], responses={200: CommentSerializer(many=True)})
    @extend_schema(
        methods=["POST"], request=CommentSerializer, responses={201: CommentSerializer, **REFUSALS}
    )
    @action(detail=True, methods=["get", "post"])
    def comments(self, request: Request, number: str) -> Response:
        """What is said about the report, and more."""
        case = self.case()
        if request.method != "POST":
            return self.rows(
                case.comments.select_related("by"), CommentSerializer, "case.comments_read"
            )
        made = comments.say(case, by=actor(request), **self.given(CommentSerializer))
        return Response(CommentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=numbered.Nothing, responses={201: shapes.DraftRow, **REFUSALS})
    @action(detail=True, methods=["post"])
    def drafts(self, request: Request, number: str) -> Response:
        """A new draft of the texts as they stand; the one that is on its way, when one is."""
        made = building.order(self.case(), by=actor(request))
        return Response(shapes.DraftRow(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(filters=False, responses={200: shapes.ReportFigure(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None)
    def figures(self, request: Request, number: str) -> Response:
        """Every figure as the newest draft has it; none while there is no draft."""
        case = self.case()
        self.read(case, "case.read")
        report = whole_or_404(AnnualReport.objects.whole(), pk=case.pk)
        told = [{"field": name, **kept} for name, kept in sorted(report.figures.items())]
        return Response(shapes.ReportFigure(told, many=True).data)

    @extend_schema(responses=AS_FILE)
    @action(
        detail=True,
        methods=["get"],
        url_path=r"drafts/(?P<draft>\d{1,12})/(?P<form>pdf|docx|csv|json)",
    )
    def file(self, request: Request, number: str, draft: str, form: str) -> HttpResponseBase:
        """A file of a draft or an edition, with every number in it: for those who read the report."""
        case = self.case()
        build = get_object_or_404(case.annual_report.builds.select_related("snapshot"), pk=draft)
        if build.snapshot is None:
            raise Http404
        name = f"{case.number}-intern"
        if form in taken_out.FORMS:
            said = contents(build.ingredients, frozen_of(build.snapshot), INTERNAL)
            answer = taken_out.answer(said, form, name=name)
        else:
            row = get_object_or_404(build.files, audience=BuildFile.Audience.INTERNAL, form=form)
            answer = taken_out.file(row, name=name)
        trail.read(
            "annual_report.file",
            by=actor(request),
            case_id=case.pk,
            number=case.number,
            right=Can.READ,
            via="api",
            body={"draft": build.pk, "form": form},
        )
        return answer

    @extend_schema(request=shapes.TakeReportStep, responses=WHOLE)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way, and to sign."""
        case, version, by = self.case(), expected(request), actor(request)
        told = self.given(shapes.TakeReportStep)
        if told["step"] == signing.PUBLISH:
            signing.publish(case, by=by, version=version)
        else:
            signing.take_step(case, told["step"], by=by, version=version, reason=told["reason"])
        return self.whole(case)

    def _section(self, key: str) -> Section:
        """The section with this key; one there is not does not exist."""
        case = self.case()
        rows = Section.objects.select_related("template", "report__case", "author", "checked_by")
        found = rows.filter(report=case.pk, template__key=key).first()
        if found is None:
            raise Http404
        return found

    def _shown(self, key: str) -> Response:
        """The section as it stands now, with its version."""
        report = whole_or_404(AnnualReport.objects.whole(), case__number=self.kwargs["number"])
        found = next(one for one in report.sections.all() if one.template.key == key)
        return tagged(Response(shapes.ReportSectionRow(found).data), found.version)
