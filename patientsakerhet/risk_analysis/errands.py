"""The errands of risk analyses: what waits for somebody's decision, and the risks to judge again."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.errands import case_due, list_of
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import RiskReview
from patientsakerhet.risk_analysis.workflow import DECIDING, KIND
from patientsakerhet.ui import swedish


def to_decide(person: Person) -> QuerySet[Case] | None:
    """Analyses that she ordered and that wait for her decision, soonest first."""
    if not policy.may(person, Can.DECIDE_ANALYSIS):
        return None
    waiting = Case.objects.visible_to(person).of_kind(KIND).in_status(DECIDING)
    mine = waiting.filter(risk_analysis__commissioned_by=person)
    return mine.most_urgent_first().select_related("owning_unit")


def to_review(person: Person) -> QuerySet[RiskReview] | None:
    """Risks to judge again, in analyses that she leads or ordered, longest waiting first."""
    if not policy.may(person, Can.LEAD_ANALYSIS):
        return None
    hers = Q(risk__analysis__case__handler=person) | Q(risk__analysis__commissioned_by=person)
    return (
        RiskReview.objects.waiting()
        .filter(hers, risk__withdrawn_at=None)
        .order_by("proposed_at", "pk")
        .select_related("risk__analysis__case")
    )


def _review(review: RiskReview) -> Line:
    case = review.risk.analysis.case
    waited = swedish.waited(review.proposed_at, now=timezone.now())
    return Line(
        title=review.risk.title,
        url=reverse("analysis_risk", args=[case.number, review.risk.serial]) + "#omprova",
        lead=waited.text,
        since=waited.since,
        meta=(f"{case.number}, risk {review.risk.serial}", "en allvarlig avvikelse har kommit in"),
    )


def register() -> None:
    """Make them known to the first page and the navigation."""
    for errand in (
        Errand(
            "analyses_to_decide", "Riskanalyser att besluta", to_decide, case_due,
            list_of("risk_analyses", "room=beslut"), "Alla som väntar på beslut",
            agenda.ASKED, 28,
        ),
        Errand(
            "risks_to_review", "Risker att ompröva", to_review, _review,
            list_of("risks", "review=on"), "Alla att ompröva", order=56,
        ),
    ):  # fmt: skip
        agenda.register(errand)
