"""The states and arrows of a risk analysis, and what each arrow needs.

Guards ask with `.all()` only, so that an analysis fetched `whole` asks the database nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.workflow import missing_in
from patientsakerhet.cases.models import Measure
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis

KIND = "risk_analysis"

COMMISSIONED = "commissioned"
ANALYSING = "analysing"
DECIDING = "deciding"
FOLLOW_UP = "follow_up"
CLOSED = "closed"
CANCELLED = "cancelled"

OPEN = (COMMISSIONED, ANALYSING, DECIDING, FOLLOW_UP)
PLANNED = (COMMISSIONED, ANALYSING)
"""The states in which team, process and risks are written."""


def risks_of(analysis: RiskAnalysis) -> list[Risk]:
    """Its risks, but for those struck out."""
    return [one for one in analysis.risks.all() if one.withdrawn_at is None]


def needs_measure(risk: Risk) -> bool:
    """Whether its number or severity asks for causes and a measure."""
    before = risk.before
    return before is not None and before.method.asks_for_measure(before.severity, before.score)


def aimed_measures(risk: Risk) -> list[Measure]:
    """What is proposed or decided against the risk, but for what was taken back or turned down."""
    return [one.measure for one in risk.aims.all() if one.measure.stands]


def has_leader(analysis: RiskAnalysis) -> str:
    """Somebody who leads it."""
    if any(one.part == one.Part.LEADER for one in analysis.members.all()):
        return ""
    return "Analysledare saknas."


def has_team(analysis: RiskAnalysis) -> str:
    """At least two who know the process, beside the leader."""
    members = [one for one in analysis.members.all() if one.part != one.Part.LEADER]
    return "" if len(members) >= 2 else "Minst två deltagare till behövs i teamet."


def has_patient_view(analysis: RiskAnalysis) -> str:
    """A patient in the team, or how her view is taken care of."""
    if analysis.patient_view.strip():
        return ""
    if any(one.part == one.Part.PATIENT for one in analysis.members.all()):
        return ""
    return "Det står inte hur patientens perspektiv tas tillvara."


def has_process_steps(analysis: RiskAnalysis) -> str:
    """The process that was gone through."""
    return "" if analysis.steps.all() else "Processen är inte beskriven i steg."


def has_risks(analysis: RiskAnalysis) -> str:
    """At least one risk."""
    return "" if risks_of(analysis) else "Ingen risk är beskriven."


def every_risk_is_scored(analysis: RiskAnalysis) -> str:
    """A number for each risk as things are."""
    unscored = (one for one in risks_of(analysis) if one.before is None)
    return _left(unscored, "är inte bedömd före åtgärder.", "är inte bedömda före åtgärder.")


def grave_risks_have_causes(analysis: RiskAnalysis) -> str:
    """Causes of each risk at or above the method's limit."""
    without = (one for one in risks_of(analysis) if needs_measure(one) and not one.cause.strip())
    return _left(without, "ligger över gränsen och saknar orsaker.")


def grave_risks_are_met(analysis: RiskAnalysis) -> str:
    """A measure that stands against each risk at or above the limit, or why it is accepted."""
    unmet = (
        one
        for one in risks_of(analysis)
        if needs_measure(one) and not aimed_measures(one) and not one.accepted_reason.strip()
    )
    return _left(unmet, "ligger över gränsen och har ingen gällande åtgärd.")


def measured_risks_are_scored_after(analysis: RiskAnalysis) -> str:
    """A number after the measures for each risk that has any."""
    unscored = (one for one in risks_of(analysis) if aimed_measures(one) and one.after is None)
    return _left(unscored, "är inte bedömd efter åtgärder.", "är inte bedömda efter åtgärder.")


def every_measure_is_decided(analysis: RiskAnalysis) -> str:
    """Yes or no to each proposal."""
    left = sum(
        one.measure.status == Measure.Status.PROPOSED for one in analysis.case.served_by.all()
    )
    if not left:
        return ""
    return "En åtgärd är inte beslutad." if left == 1 else f"{left} åtgärder är inte beslutade."


def scores_hold_after_the_decisions(analysis: RiskAnalysis) -> str:
    """A new number where a measure that was counted on was turned down."""
    return _left(
        (one for one in risks_of(analysis) if _is_scored_too_early(one)),
        "måste bedömas på nytt: en åtgärd som räknades med är avslagen.",
    )


def _is_scored_too_early(risk: Risk) -> bool:
    after = risk.after
    return after is not None and any(
        one.measure.status == Measure.Status.REJECTED
        and one.measure.decided_at is not None
        and one.measure.decided_at > after.at
        for one in risk.aims.all()
    )


def has_conclusion(analysis: RiskAnalysis) -> str:
    """What the analysis comes to, in words."""
    return "" if analysis.conclusion.strip() else "Slutsatsen är inte skriven."


def has_a_signed_report(analysis: RiskAnalysis) -> str:
    """The final report, signed; that of an analysis read in was signed where it was made."""
    if analysis.case.source_system:
        return ""
    return "" if analysis.reports.all() else "Slutrapporten är inte undertecknad."


def has_no_open_measures(analysis: RiskAnalysis) -> str:
    """Every measure done, turned down or cancelled."""
    unfinished = (Measure.Status.PROPOSED, *Measure.OPEN)
    count = sum(one.measure.status in unfinished for one in analysis.case.served_by.all())
    if not count:
        return ""
    return "1 åtgärd är öppen." if count == 1 else f"{count} åtgärder är öppna."


def has_nothing_under_way(analysis: RiskAnalysis) -> str:
    """No measure that somebody is at work with."""
    is_any = any(one.measure.status in Measure.OPEN for one in analysis.case.served_by.all())
    return "Beslutade åtgärder är öppna. Slutför dem, eller låt dem utgå." if is_any else ""


def every_effect_is_followed_up(analysis: RiskAnalysis) -> str:
    """What each measure led to."""
    left = sum(
        one.measure.status == Measure.Status.DONE and not one.measure.effect
        for one in analysis.case.served_by.all()
    )
    if not left:
        return ""
    return (
        "Effekten av en åtgärd är inte uppföljd."
        if left == 1
        else f"Effekten av {left} åtgärder är inte uppföljd."
    )


def every_review_is_answered(analysis: RiskAnalysis) -> str:
    """An answer to each proposal to judge a risk again."""
    left = sum(one.handled_at is None for risk in risks_of(analysis) for one in risk.reviews.all())
    if not left:
        return ""
    return "En omprövning väntar." if left == 1 else f"{left} omprövningar väntar."


def reports_are_settled(analysis: RiskAnalysis) -> str:
    """Every report to an authority decided about, and sent where it was to be."""
    return missing_in(analysis.case)


def _left(risks: Iterable[Risk], what: str, what_of_several: str = "") -> str:
    """ "Risk 3 är inte bedömd." or "Risk 3, 4 och 5 …"; nothing when there is none."""
    numbers = [str(one.serial) for one in risks]
    if not numbers:
        return ""
    told = " och ".join(filter(None, (", ".join(numbers[:-1]), numbers[-1])))
    return f"Risk {told} {what if len(numbers) == 1 else what_of_several or what}"


TO_START = (has_leader, has_team, has_patient_view)
"""What must be in place before the team begins, in the order it is worked through."""
TO_PROPOSE = (
    has_process_steps,
    has_risks,
    every_risk_is_scored,
    grave_risks_have_causes,
    grave_risks_are_met,
    measured_risks_are_scored_after,
)
"""What must be in place before whoever ordered the analysis decides."""
TO_SIGN = (
    every_measure_is_decided,
    grave_risks_are_met,
    scores_hold_after_the_decisions,
    has_conclusion,
)
"""What must be in place before the final report is signed."""
CLOSING = (
    has_a_signed_report,
    has_no_open_measures,
    grave_risks_are_met,
    every_effect_is_followed_up,
    every_review_is_answered,
    reports_are_settled,
)
"""What must be in place before an analysis closes."""

WORKFLOW = Workflow(
    kind=KIND,
    initial=COMMISSIONED,
    final={CLOSED, CANCELLED},
    labels={
        COMMISSIONED: "Uppdrag",
        ANALYSING: "Analys",
        DECIDING: "Beslut",
        FOLLOW_UP: "Uppföljning",
        CLOSED: "Avslutad",
        CANCELLED: "Avbruten",
    },
    steps=[
        Step("start", "Börja analysera", {COMMISSIONED}, ANALYSING, Can.LEAD_ANALYSIS, TO_START),
        Step("submit", "Lämna till beslut", {ANALYSING}, DECIDING, Can.LEAD_ANALYSIS, TO_PROPOSE),
        Step(
            "send_back",
            "Begär komplettering",
            {DECIDING},
            ANALYSING,
            Can.DECIDE_ANALYSIS,
            reason=True,
        ),
        Step(
            "sign",
            "Underteckna slutrapporten",
            {DECIDING},
            FOLLOW_UP,
            Can.DECIDE_ANALYSIS,
            TO_SIGN,
        ),
        Step(
            "revise",
            "Analysera på nytt",
            {FOLLOW_UP},
            ANALYSING,
            Can.LEAD_ANALYSIS,
            reason=True,
        ),
        Step("close", "Avsluta", {FOLLOW_UP}, CLOSED, Can.DECIDE_ANALYSIS, CLOSING),
        Step("reopen", "Återöppna", {CLOSED}, FOLLOW_UP, Can.DECIDE_ANALYSIS, reason=True),
        Step(
            "cancel",
            "Avbryt analysen",
            {COMMISSIONED, ANALYSING, DECIDING},
            CANCELLED,
            Can.DECIDE_ANALYSIS,
            [has_nothing_under_way, reports_are_settled],
            reason=True,
        ),
    ],
)

STAGES = (
    ("Uppdrag och team", (COMMISSIONED,)),
    ("Analys", (ANALYSING,)),
    ("Beslut", (DECIDING,)),
    ("Uppföljning", (FOLLOW_UP,)),
    ("Avslutad", (CLOSED, CANCELLED)),
)
