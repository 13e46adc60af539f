"""The states and arrows of an impact assessment, and what each arrow needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.workflow import missing_in
from patientsakerhet.cases.models import Measure
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from patientsakerhet.information_security.models import ImpactAssessment

KIND = "impact_assessment"

SCREENING = "screening"
NOT_NEEDED = "not_needed"
DRAFTING = "drafting"
ADVISING = "advising"
TO_DECIDE = "to_decide"
APPROVED = "approved"
REPLACED = "replaced"
ENDED = "ended"
CANCELLED = "cancelled"

UNDER_WAY = (SCREENING, DRAFTING, ADVISING, TO_DECIDE)
"""Begun, and not decided yet."""
HIGH = 8
"""A remaining risk with this score or more is high."""


def every_criterion_is_answered(assessment: ImpactAssessment) -> str:
    """Yes or no to each criterion of the screening."""
    left = sum(one.applies is None for one in assessment.screening.all())
    if not left:
        return ""
    return (
        "Ett kriterium är inte besvarat." if left == 1 else f"{left} kriterier är inte besvarade."
    )


def is_described(assessment: ImpactAssessment) -> str:
    """What is done with which data, and for what."""
    return "" if assessment.description else "Behandlingen och dess ändamål är inte beskrivna."


def necessity_is_judged(assessment: ImpactAssessment) -> str:
    """Why it is necessary, and in proportion."""
    return "" if assessment.necessity else "Nödvändighet och proportionalitet är inte bedömda."


def risks_are_written(assessment: ImpactAssessment) -> str:
    """At least one risk to people's rights and freedoms."""
    return "" if assessment.risks.all() else "Ingen risk för de registrerade är bedömd."


def risks_are_met(assessment: ImpactAssessment) -> str:
    """A measure that stands about each risk, or what is done already, and what remains of it."""
    left = sum(
        not (one.response or any(made.stands for made in one.measures.all()))
        or one.severity_after is None
        for one in assessment.risks.all()
    )
    if not left:
        return ""
    return (
        "En risk saknar gällande åtgärd eller bedömning efteråt."
        if left == 1
        else f"{left} risker saknar gällande åtgärd eller bedömning efteråt."
    )


def officer_is_chosen(assessment: ImpactAssessment) -> str:
    """Who the data protection officer is."""
    return "" if assessment.officer else "Dataskyddsombud är inte valt."


def officer_has_advised(assessment: ImpactAssessment) -> str:
    """The data protection officer's advice."""
    return "" if assessment.advised_on else "Dataskyddsombudets råd saknas."


def authority_is_consulted(assessment: ImpactAssessment) -> str:
    """Prior consultation, when the remaining risk is high."""
    if not assessment.remains_high or assessment.consultation_answered_on:
        return ""
    if assessment.consulted_on:
        return "Integritetsskyddsmyndigheten har inte svarat på förhandssamrådet."
    return "Kvarvarande risk är hög. Begär förhandssamråd med Integritetsskyddsmyndigheten."


def decision_is_made(assessment: ImpactAssessment) -> str:
    """The decision, with its reason and when it is looked at again."""
    return "" if assessment.decided_at else "Beslutet saknas."


def has_no_open_measures(assessment: ImpactAssessment) -> str:
    """Every measure done or cancelled."""
    count = sum(one.status in Measure.OPEN for one in assessment.case.measures.all())
    if not count:
        return ""
    return "1 åtgärd är öppen." if count == 1 else f"{count} åtgärder är öppna."


def reports_are_settled(assessment: ImpactAssessment) -> str:
    """Every report to an authority decided about, and sent where it was to be."""
    return missing_in(assessment.case)


ENDING = (has_no_open_measures, reports_are_settled)
"""What must be in place before an assessment ends, however it does."""

WORKFLOW = Workflow(
    kind=KIND,
    initial=SCREENING,
    final={NOT_NEEDED, REPLACED, ENDED, CANCELLED},
    labels={
        SCREENING: "Prövas om den behövs",
        NOT_NEEDED: "Behövs inte",
        DRAFTING: "Bedömning",
        ADVISING: "Dataskyddsombudet",
        TO_DECIDE: "Väntar på beslut",
        APPROVED: "Beslutad",
        REPLACED: "Ersatt av nyare",
        ENDED: "Behandlingen har upphört",
        CANCELLED: "Avbruten",
    },
    steps=[
        Step(
            "need",
            "Behövs, börja bedöma",
            {SCREENING},
            DRAFTING,
            Can.LEAD_CLASSIFICATION,
            [every_criterion_is_answered],
        ),
        Step(
            "set_aside",
            "Behövs inte",
            {SCREENING},
            NOT_NEEDED,
            Can.LEAD_CLASSIFICATION,
            [every_criterion_is_answered, reports_are_settled],
            reason=True,
        ),
        Step(
            "ask_advice",
            "Lämna till dataskyddsombudet",
            {DRAFTING},
            ADVISING,
            Can.LEAD_CLASSIFICATION,
            [
                is_described,
                necessity_is_judged,
                risks_are_written,
                risks_are_met,
                officer_is_chosen,
            ],
        ),
        Step(
            "redraft",
            "Arbeta om",
            {ADVISING, TO_DECIDE},
            DRAFTING,
            Can.LEAD_CLASSIFICATION,
            reason=True,
        ),
        Step(
            "submit",
            "Lämna till beslut",
            {ADVISING},
            TO_DECIDE,
            Can.LEAD_CLASSIFICATION,
            [officer_has_advised, risks_are_met],
        ),
        Step(
            "approve",
            "Besluta",
            {TO_DECIDE},
            APPROVED,
            Can.DECIDE_CLASSIFICATION,
            [authority_is_consulted, decision_is_made, risks_are_met],
        ),
        Step(
            "replace",
            "Ersätt med nyare",
            {APPROVED},
            REPLACED,
            Can.LEAD_CLASSIFICATION,
            ENDING,
        ),
        Step(
            "end",
            "Avsluta, behandlingen har upphört",
            {APPROVED},
            ENDED,
            Can.LEAD_CLASSIFICATION,
            ENDING,
            reason=True,
        ),
        Step(
            "cancel",
            "Avbryt",
            set(UNDER_WAY),
            CANCELLED,
            Can.LEAD_CLASSIFICATION,
            ENDING,
            reason=True,
        ),
    ],
)

STAGES = (
    ("Prövning", (SCREENING, NOT_NEEDED)),
    ("Bedömning", (DRAFTING,)),
    ("Dataskyddsombudet", (ADVISING,)),
    ("Beslut", (TO_DECIDE,)),
    ("Beslutad", (APPROVED, REPLACED, ENDED, CANCELLED)),
)
