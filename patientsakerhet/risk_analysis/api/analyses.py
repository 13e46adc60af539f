"""Analyses in the API: to find, to read, to order, and every act of the team's and the decider's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.api import numbered
from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.rest.idempotency import HEADER
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Reasons
from patientsakerhet.rest.versions import expected, tagged
from patientsakerhet.risk_analysis import watching
from patientsakerhet.risk_analysis.actions import commissions, handling, proposals, risks, team
from patientsakerhet.risk_analysis.api import given, shapes
from patientsakerhet.risk_analysis.filters import AnalysisFilter
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import KIND

NAMESPACE = uuid.UUID("7f0b6f0e-5f0b-4a3e-9a37-2c1f5d0f9b11")
"""Makes submission ids of idempotency keys, so that the key alone gives one analysis for ever."""


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.RiskAnalysisSerializer, **REFUSALS})


def act(shape: Shape, path: str) -> Any:
    """An act by POST at an address of its own."""

    def described(method: Any) -> Any:
        return takes(shape)(action(detail=True, methods=["post"], url_path=path)(method))

    return described


class RiskAnalysisViewSet(numbered.Numbered):
    """Find, read, order, write, score, decide and sign risk analyses."""

    kind = KIND
    serializer_class = shapes.RiskAnalysisSerializer  # type: ignore[assignment]  # the case's detail
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = AnalysisFilter

    def whole(self, case: Case) -> Response:
        """The analysis as it stands now, with its version."""
        analysis = whole_or_404(RiskAnalysis.objects.whole(), pk=case.pk)
        return tagged(Response(shapes.RiskAnalysisSerializer(analysis).data), analysis.case.version)

    @extend_schema(responses={200: CaseRow(many=True)})
    def list(self, request: Request) -> Response:
        """The analyses one may see, newest first, narrowed by the same filters as the page's."""
        rows = self.filter_queryset(self.get_queryset())
        shown = CaseRow(self.paginate_queryset(rows) or [], many=True).data
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={"query": request.query_params.dict(), "cases": [row["number"] for row in shown]},
        )
        return self.get_paginated_response(shown)

    @extend_schema(responses={200: shapes.RiskAnalysisSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The analysis, whole."""
        case = self.case()
        self.read(case, "case.read")
        return self.whole(case)

    @extend_schema(
        request=given.CommissionAnalysis,
        responses={201: shapes.RiskAnalysisSerializer, 409: Reasons},
    )
    def create(self, request: Request) -> Response:
        """The analysis is ordered; sent again with the same key it is the same."""
        person = actor(request)
        check_anywhere(person, Can.LEAD_ANALYSIS)
        told = self.given(given.CommissionAnalysis)
        if "copied_from" in told:
            copied = self._named(told["copied_from"], self.get_queryset())
            told["copied_from"] = copied.risk_analysis
        if "raised_from" in told:
            told["raised_from"] = self._named(told["raised_from"])
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        case = commissions.commission(
            commissions.Commission(**told), by=person, submission=uuid.uuid5(NAMESPACE, key)
        )
        answer = self.whole(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    # --- what was ordered, the team, the process

    @act(given.DescribeAnalysis, "describe")
    def describe(self, request: Request, number: str) -> Response:
        """Say better what is analysed and why."""
        return self.act(team.describe, given.DescribeAnalysis)

    @act(given.PatientViewOfAnalysis, "patient-view")
    def patient_view(self, request: Request, number: str) -> Response:
        """Say how the patient's view is taken care of."""
        return self.act(team.view_as_patient, given.PatientViewOfAnalysis)

    @act(given.HandOverAnalysis, "hand-over")
    def hand_over(self, request: Request, number: str) -> Response:
        """Let somebody else lead it."""
        return self.act(team.hand_over, given.HandOverAnalysis)

    @act(given.AddAnalysisMember, "add-member")
    def add_member(self, request: Request, number: str) -> Response:
        """Let somebody take part."""
        return self.act(team.add_member, given.AddAnalysisMember)

    @act(given.OneRowOfAnalysis, "remove-member")
    def remove_member(self, request: Request, number: str) -> Response:
        """Let somebody take part no longer."""
        return self._on_row("members", team.remove_member, given.OneRowOfAnalysis)

    @act(given.AddProcessStep, "add-step")
    def add_step(self, request: Request, number: str) -> Response:
        """Add a step of the process, last."""
        return self.act(team.add_step, given.AddProcessStep)

    @act(given.ChangeProcessStep, "change-step")
    def change_step(self, request: Request, number: str) -> Response:
        """Change a step."""
        return self._on_row("steps", team.change_step, given.ChangeProcessStep)

    @act(given.MoveProcessStep, "move-step")
    def move_step(self, request: Request, number: str) -> Response:
        """Move a step one place."""
        return self._on_row("steps", team.move_step, given.MoveProcessStep)

    @act(given.OneRowOfAnalysis, "remove-step")
    def remove_step(self, request: Request, number: str) -> Response:
        """Take a step out that no risk stands in."""
        return self._on_row("steps", team.remove_step, given.OneRowOfAnalysis)

    # --- risks

    @act(given.AddAnalysisRisk, "add-risk")
    def add_risk(self, request: Request, number: str) -> Response:
        """Add a risk, also one that a case has woken."""
        case, version = self.case(), expected(request)
        told = self._placed(case, self.given(given.AddAnalysisRisk))
        if "raised_from" in told:
            told["raised_from"] = self._named(told["raised_from"])
        risks.add(case, by=actor(request), version=version, **told)
        return self.whole(case)

    @act(given.ChangeAnalysisRisk, "change-risk")
    def change_risk(self, request: Request, number: str) -> Response:
        """Let a risk say this from now on."""
        return self._on_risk(risks.change, given.ChangeAnalysisRisk)

    @act(given.ScoreRisk, "score")
    def score(self, request: Request, number: str) -> Response:
        """Judge a risk, before measures or after them."""
        return self._on_risk(risks.score, given.ScoreRisk)

    @act(given.ReasonOfAnalysisRisk, "accept-risk")
    def accept_risk(self, request: Request, number: str) -> Response:
        """Live with a risk without a measure, or no longer."""
        return self._on_risk(risks.accept, given.ReasonOfAnalysisRisk)

    @act(given.ReasonOfAnalysisRisk, "withdraw-risk")
    def withdraw_risk(self, request: Request, number: str) -> Response:
        """Strike a risk out."""
        return self._on_risk(risks.withdraw, given.ReasonOfAnalysisRisk)

    @act(given.ReviewRisk, "review-risk")
    def review_risk(self, request: Request, number: str) -> Response:
        """Say what looking at a risk again came to."""
        return self._on_risk(risks.review, given.ReviewRisk)

    @extend_schema(filters=False, responses={200: CaseRow(many=True)})
    @action(detail=True, methods=["get"], url_path=r"risks/(?P<serial>[0-9]{1,5})/deviations")
    def deviations(self, request: Request, number: str, serial: str) -> Response:
        """What has been reported about a risk since it was last looked at, as far as one may read it."""
        case = self.case()
        rows = Risk.objects.select_related("analysis__case__owning_unit")
        risk = get_object_or_404(
            rows.prefetch_related("systems", "products"), analysis=case.pk, serial=serial
        )
        found = watching.deviations(risk).visible_to(request.user).for_list().newest_first()
        shown = CaseRow(self.paginate_queryset(found) or [], many=True).data
        trail.read(
            "list.read",
            by=actor(request),
            case_id=case.pk,
            number=case.number,
            right=Can.READ,
            via="api",
            body={"list": f"risk {serial}", "cases": [row["number"] for row in shown]},
        )
        return self.get_paginated_response(shown)

    # --- measures, decisions, the report

    @act(given.ProposeMeasure, "propose")
    def propose(self, request: Request, number: str) -> Response:
        """Propose a measure against risks."""
        case, version = self.case(), expected(request)
        told = self.given(given.ProposeMeasure)
        aimed = self._risks(case, told.pop("risks"))
        proposals.propose(case, aimed, by=actor(request), version=version, **told)
        return self.whole(case)

    @act(given.AimMeasure, "aim")
    def aim(self, request: Request, number: str) -> Response:
        """Say which risks a measure is to lower."""
        case, version = self.case(), expected(request)
        told = self.given(given.AimMeasure)
        measure = get_object_or_404(case.measures, pk=told["measure"])
        aimed = self._risks(case, told["risks"])
        proposals.aim(case, measure, aimed, by=actor(request), version=version)
        return self.whole(case)

    @act(given.DecideProposal, "decide")
    def decide(self, request: Request, number: str) -> Response:
        """Accept a proposed measure, or turn it down."""
        case, version = self.case(), expected(request)
        told = self.given(given.DecideProposal)
        measure = get_object_or_404(case.measures, pk=told.pop("measure"))
        do = proposals.accept if told.pop("decision") == "accept" else proposals.reject
        do(case, measure, by=actor(request), version=version, **{"reason": "", **told})
        return self.whole(case)

    @act(given.ConcludeAnalysis, "conclude")
    def conclude(self, request: Request, number: str) -> Response:
        """Say what the analysis comes to."""
        return self.act(proposals.conclude, given.ConcludeAnalysis)

    @act(numbered.Nothing, "sign")
    def sign(self, request: Request, number: str) -> Response:
        """Sign the final report."""
        return self.act(handling.sign)

    @act(given.TakeAnalysisStep, "step")
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way."""
        case, version = self.case(), expected(request)
        told = self.given(given.TakeAnalysisStep)
        handling.take_step(
            case, told["step"], by=actor(request), reason=told["reason"], version=version
        )
        return self.whole(case)

    def _on_row(self, rows: str, do: Callable[..., Any], shape: Shape) -> Response:
        """An act on one of the analysis's own rows, by its key."""
        case, version = self.case(), expected(self.request)
        told = self.given(shape)
        row = get_object_or_404(getattr(case.risk_analysis, rows), pk=told.pop("id"))
        do(row, by=actor(self.request), version=version, **told)
        return self.whole(case)

    def _on_risk(self, do: Callable[..., Any], shape: Shape) -> Response:
        """An act on one of the analysis's risks, by its number."""
        case, version = self.case(), expected(self.request)
        told = self._placed(case, self.given(shape))
        risk = get_object_or_404(case.risk_analysis.risks, serial=told.pop("risk"))
        do(risk, by=actor(self.request), version=version, **told)
        return self.whole(case)

    def _placed(self, case: Case, told: dict[str, Any]) -> dict[str, Any]:
        """With the step that its key names."""
        if told.get("step") is not None:
            told["step"] = get_object_or_404(case.risk_analysis.steps, pk=told["step"])
        return told

    def _risks(self, case: Case, serials: Any) -> Any:
        """The analysis's risks with these numbers; one that is not there is refused by the act."""
        found = list(case.risk_analysis.risks.filter(serial__in=serials))
        if len(found) != len(set(serials)):
            raise NotReady("Någon av riskerna finns inte i analysen.")
        return found

    def _named(self, number: str, among: Any = None) -> Case:
        """The case with this number that the asker may read."""
        cases = Case.objects.visible_to(self.request.user) if among is None else among
        found = given.case_called(number, cases)
        if found is None:
            raise NotReady(f"Ärendet {number[:20]} finns inte.")
        return found
