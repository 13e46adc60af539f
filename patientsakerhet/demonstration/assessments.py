"""Impact assessments of the invented region: decided, one to look at again, under way, not needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases import desks, history
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.information_security.actions import standing
from patientsakerhet.information_security.impact_workflow import KIND
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    Programme,
    RightsRisk,
    ScreeningAnswer,
    ScreeningCriterion,
)
from patientsakerhet.register.models import ITSystem

LEAD = "ingrid.malmqvist"
WAY = (
    ("file", "screening"),
    ("need", "drafting"),
    ("ask_advice", "advising"),
    ("submit", "to_decide"),
    ("approve", "approved"),
)
TOLD = (
    ("remissbryggan", "Remisser mellan vårdgivare", 820, 5),
    ("distansrummet", "Videomöten med patienter", 140, 5),
    ("tidplanen", "Kallelser och påminnelser till patienter", 300, 5),
    ("talskrift", "Taligenkänning i journalen", 30, 3),
    ("journalvaven", "Journalföring i det nya vårdsystemet", 12, 2),
    ("vardnatet", "Trafikloggar i nätet", 200, 1),
)
"""System, processing, days since it began, steps taken; one step means that it was not needed."""


def bring(rows: Rows, *, now: datetime) -> int:
    """The assessments, in the transaction that brings the region; how many."""
    programme = Programme.objects.get(code="sdv")
    for code, processing, days, steps in TOLD:
        system = ITSystem.objects.get(pk=rows.systems[code].pk)
        _one(rows, system, processing, now - timedelta(days=days), steps, programme)
    return len(TOLD)


def _one(
    rows: Rows, system: ITSystem, processing: str, start: datetime, steps: int, programme: Programme
) -> None:
    lead, unit = rows.people[LEAD], system.managing_unit
    owner = system.information_owner or lead
    way = WAY[:steps] if steps > 1 else (WAY[0], ("set_aside", "not_needed"))
    desk = desks.for_unit(unit)
    moments = [start + timedelta(days=3 * place) for place in range(len(way))]
    past = PastCase(
        kind=KIND,
        title=f"Konsekvensbedömning av {processing}",
        filing_unit=unit,
        steps=[
            PastStep(
                step=step,
                to_status=status,
                at=at,
                unit=desk,
                handler=lead,
                by=owner if step == "approve" else lead,
                reason="Inga uppgifter om patienter." if step == "set_aside" else "",
            )
            for (step, status), at in zip(way, moments, strict=True)
        ],
        searchable=f"{processing} {system}",
        reporter=None,
    )
    [case] = history.write([past], by=None, right="demonstration")
    decided = steps == len(WAY)
    written = steps >= 3
    found = ImpactAssessment.objects.create(
        case=case,
        processing=processing,
        system=system,
        programme=programme if "nya" in processing else None,
        owner=owner,
        lead=lead,
        description="Uppgifter om patienter i hela regionen, för att ge vård." if written else "",
        necessity="Krävs enligt patientdatalagen. Färre uppgifter räcker inte." if written else "",
        officer="Dag Ek" if decided else "",
        advice="conditions" if decided else "",
        advice_text="Gallra tidigare och informera patienterna." if decided else "",
        advised_on=moments[-1].date() if decided else None,
        decision="conditions" if decided else "",
        decision_reason="Åtgärderna är beslutade." if decided else "",
        decided_at=moments[-1] if decided else None,
        decided_by=owner if decided else None,
        review_on=moments[-1].date() + timedelta(days=730) if decided else None,
    )
    ScreeningAnswer.objects.bulk_create(
        ScreeningAnswer(
            assessment=found,
            criterion=one,
            applies=steps > 1 and one.code in {"sensitive", "large_scale", "vulnerable"},
        )
        for one in ScreeningCriterion.objects.current()
    )
    if written:
        RightsRisk.objects.create(
            assessment=found,
            title="Uppgifter om hälsa sprids till fel personer",
            consequence="Skam, diskriminering, minskat förtroende för vården.",
            severity=4,
            likelihood=2,
            response="Stark inloggning, loggar som granskas och kortare gallring.",
            severity_after=4,
            likelihood_after=1,
        )
    for one in {unit.pk: unit, desk.pk: desk}.values():
        policy.reach(case, Level.CLASSIFICATION, unit=one)
    policy.reach(case, Level.CLASSIFICATION, person=owner)
    standing.keep_assessed(system)
