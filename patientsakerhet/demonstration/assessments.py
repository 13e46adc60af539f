"""Impact assessments of the invented region: decided, one to look at again, under way, not needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases import desks, history
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Measure, MeasureCase
from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.information_security.actions import standing
from patientsakerhet.information_security.impact_workflow import ADVISING, KIND
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    Programme,
    RightsRisk,
    ScreeningAnswer,
    ScreeningCriterion,
)
from patientsakerhet.lib import calendar
from patientsakerhet.register.models import ITSystem

LEAD, OFFICER = "ingrid.malmqvist", "dag.ek"
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
    lead, officer, unit = rows.people[LEAD], rows.people[OFFICER], system.managing_unit
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
                handler=officer if status == ADVISING else lead,
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
        officer=officer.name if written else "",
        officer_person=officer if written else None,
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
        risk = RightsRisk.objects.create(
            assessment=found,
            title="Uppgifter om hälsa sprids till fel personer",
            consequence="Skam, diskriminering, minskat förtroende för vården.",
            severity=4,
            likelihood=2,
            response="Stark inloggning, och loggar som granskas.",
            severity_after=4,
            likelihood_after=1,
        )
        _measure(risk, rows, moments[2])
    for one in {unit.pk: unit, desk.pk: desk}.values():
        policy.reach(case, Level.CLASSIFICATION, unit=one)
    policy.reach(case, Level.CLASSIFICATION, person=owner)
    if written:
        policy.reach(case, Level.ADVISER, person=officer)
    standing.keep_assessed(system)


def _measure(risk: RightsRisk, rows: Rows, decided: datetime) -> None:
    """What was decided against the risk: done, or at work with while the assessment is."""
    case, lead = risk.assessment.case, rows.people[LEAD]
    due = calendar.local_day(decided) + timedelta(days=90)
    is_done = case.status == "approved"
    done = decided + timedelta(days=30)
    measure = Measure.objects.create(
        title="Gallra uppgifterna tidigare",
        strength=Measure.Strength.STRONG,
        owner=rows.people["eva-lena.bjork"],
        owner_told_at=decided,
        unit=case.filing_unit,
        due_on=due,
        effect_sign="Inga uppgifter äldre än tre år finns kvar.",
        effect_due_on=due + timedelta(days=60),
        status=Measure.Status.DONE if is_done else Measure.Status.STARTED,
        decided_at=decided,
        decided_by=lead,
        done_at=done if is_done else None,
    )
    MeasureCase.objects.create(measure=measure, case=case)
    policy.reach(case, Level.MEASURES, person=measure.owner)
    risk.measures.add(measure)
