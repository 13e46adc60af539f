"""An event analysis: ordered, carried out, reported, and its proposals decided on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from avvikelse.actions.handled import masked, opened, record, seal_if_needed
from avvikelse.models import (
    AnalysisParticipant,
    Barrier,
    Cause,
    Deviation,
    EventAnalysis,
    Investigation,
    TimelineEntry,
)
from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import core, deadlines
from patientsakerhet.cases.models import Case, Deadline, DeadlineRule, Measure
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady, Stale, WrongStep
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person

TEXTS = ("question", "contact", "method", "summary", "lessons")
CLOCK = "event_analysis"
"""The purpose of the deadline that runs until the report is in."""
REMIND_BEFORE = 3
"""Working days."""
EXPLAINED_AT_MOST = 10
"""So far behind the event a cause may lie; also what ends a ring of causes."""


@transaction.atomic
def commission(
    case: Case,
    *,
    by: Person,
    question: str,
    lead: Person,
    due_on: date,
    version: int | None = None,
) -> EventAnalysis:
    """The analysis is ordered, and its lead is told and handles it.

    Refuses a second analysis of the same event, a lead who may not investigate where the case is,
    a day that has passed, and an order without a question.
    """
    locked, deviation = opened(case, by=by, version=version, needs=Can.DECIDE_MEASURES)
    if EventAnalysis.objects.filter(deviation=deviation).exists():
        raise WrongStep("Händelseanalysen är redan beställd.")
    if not question.strip():
        raise NotReady("Skriv vad analysen ska ta reda på.")
    _refuse_lead(lead, locked)
    if due_on < timezone.localdate():
        raise NotReady("Dagen då rapporten ska vara klar har redan varit.")
    made = EventAnalysis.objects.create(
        deviation=deviation,
        question=masked(question),
        ordered_by=by,
        ordered_at=timezone.now(),
        lead=lead,
        due_on=due_on,
    )
    seal_if_needed(locked, "event_analysis:question", question)
    Investigation.objects.update_or_create(
        deviation=deviation, defaults={"is_event_analysis": True}
    )
    _await_report(locked, made)
    _let_lead(locked, made, by=by)
    record(
        locked,
        "case.analysis_ordered",
        made,
        by=by,
        right=Can.DECIDE_MEASURES,
        body={"lead": lead.pk, "due_on": f"{due_on}"},
    )
    return made


@transaction.atomic
def change(analysis: EventAnalysis, *, by: Person, version: int, **given: Any) -> EventAnalysis:
    """The analysis says this instead.

    Fields: question, lead, due_on, contact, method, summary, lessons. A report that has been
    handed in is taken back first.
    """
    if unknown := set(given) - {*TEXTS, "lead", "due_on"}:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    locked, row = being_made(analysis, by=by)
    if row.version != version:
        raise Stale("Någon annan ändrade analysen medan du skrev. Jämför och spara igen.")
    for name in TEXTS:
        if name in given:
            seal_if_needed(locked, f"event_analysis:{name}", given[name])
            given[name] = masked(given[name])
    if not given.get("question", "-").strip():
        raise NotReady("Skriv vad analysen ska ta reda på.")
    given = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not given:
        return row
    before = {name: str(getattr(row, name)) for name in given}
    former = row.lead
    if "lead" in given:
        _refuse_lead(given["lead"], locked)
    for name, value in given.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*given, "version"])
    if "due_on" in given:
        _await_report(locked, row)
    if row.lead != former:
        if former != locked.handler:
            policy.withdraw(locked, Level.HANDLER, person=former)
        _let_lead(locked, row, by=by)
    record(locked, "case.analysis_changed", row, by=by, body={"before": before})
    return row


@transaction.atomic
def add_member(
    analysis: EventAnalysis,
    *,
    by: Person,
    part: str,
    person: Person | None = None,
    name: str = "",
) -> AnalysisParticipant:
    """Somebody takes part; a person known to the product can be found, another is named."""
    locked, row = being_made(analysis, by=by)
    name = "" if person else masked(name).strip()
    if person is None and not name:
        raise NotReady("Skriv vem som deltar.")
    if person is not None and row.members.filter(person=person).exists():
        raise NotReady(f"{person} deltar redan.")
    made = AnalysisParticipant.objects.create(analysis=row, person=person, name=name, part=part)
    record(locked, "case.analysis_member_added", made, by=by, body={"part": part})
    return made


@transaction.atomic
def remove_member(made: AnalysisParticipant, *, by: Person) -> None:
    """Somebody does not take part; the trail keeps that it was so."""
    locked, _ = being_made(made.analysis, by=by)
    record(locked, "case.analysis_member_removed", made, by=by, body={"who": str(made)})
    made.delete()


@transaction.atomic
def add_barrier(
    analysis: EventAnalysis,
    *,
    by: Person,
    text: str,
    held: str,
    moment: TimelineEntry | None = None,
) -> Barrier:
    """Something that stopped the event, should have, or was not there; at a moment if one is given."""
    locked, row = being_made(analysis, by=by)
    if not text.strip():
        raise NotReady("Skriv vilken barriär det gäller.")
    if moment is not None and moment.deviation_id != row.pk:
        raise NotReady("Tidpunkten hör till ett annat ärende.")
    made = Barrier.objects.create(
        analysis=row, moment=moment, text=masked(text), held=held, by=by, at=timezone.now()
    )
    seal_if_needed(locked, f"barrier:{made.pk}", text)
    record(locked, "case.barrier_added", made, by=by, body={"held": held})
    return made


@transaction.atomic
def remove_barrier(made: Barrier, *, by: Person) -> None:
    """The barrier no longer stands; the trail keeps that it did."""
    locked, _ = being_made(made.analysis, by=by)
    record(locked, "case.barrier_removed", made, by=by, body={"text": made.text})
    made.delete()


@transaction.atomic
def place_cause(
    cause: Cause,
    *,
    by: Person,
    departure: TimelineEntry | None = None,
    explains: Cause | None = None,
) -> Cause:
    """The cause led directly to a departure, or lies behind another cause, or has no place yet.

    Refuses a moment that did not depart, rows of other cases, and causes that explain each other.
    """
    analysis = EventAnalysis.objects.filter(deviation=cause.deviation_id).first()
    if analysis is None:
        raise NotReady("Beställ händelseanalysen först.")
    locked, _ = being_made(analysis, by=by)
    row = Cause.objects.select_for_update().get(pk=cause.pk)
    if departure is not None and explains is not None:
        raise NotReady(
            "Välj antingen avvikelsen som orsaken ledde till, eller orsaken den förklarar."
        )
    if departure is not None and (
        departure.deviation_id != row.deviation_id or not departure.departs
    ):
        raise NotReady("Välj en tidpunkt som avvek från det förväntade.")
    if explains is not None:
        _refuse_ring(row, explains)
    if departure is not None:
        row.depth = Cause.Depth.DIRECT
    else:
        row.depth = Cause.Depth.UNDERLYING if explains is not None else ""
    row.departure, row.explains = departure, explains
    row.save(update_fields=["depth", "departure", "explains"])
    record(locked, "case.cause_placed", row, by=by, body={"depth": row.depth})
    return row


@transaction.atomic
def hand_in(analysis: EventAnalysis, *, by: Person, version: int) -> EventAnalysis:
    """The report is handed in to whoever ordered it, who is told.

    Refuses with everything that a report lacks.
    """
    locked, row = being_made(analysis, by=by)
    if row.version != version:
        raise Stale("Någon annan ändrade analysen medan du läste. Läs igenom och lämna in igen.")
    missing = lacks(row)
    if missing:
        raise NotReady(missing)
    row.reported_at, row.reported_by = timezone.now(), by
    row.version += 1
    row.save(update_fields=["reported_at", "reported_by", "version"])
    _stop_waiting(locked)
    if row.ordered_by != by:
        outbox.promise(
            "analysis_reported",
            key=f"analysis_reported:{row.pk}:{row.version}",
            person=row.ordered_by,
            case_id=locked.pk,
            number=locked.number,
        )
    record(locked, "case.analysis_reported", row, by=by)
    return row


@transaction.atomic
def take_back(analysis: EventAnalysis, *, by: Person, reason: str) -> EventAnalysis:
    """The report is worked on again; refuses when a proposal has been decided on."""
    locked, _ = opened(analysis.deviation.case, by=by)
    row = EventAnalysis.objects.select_for_update().get(pk=analysis.pk)
    if row.reported_at is None:
        raise WrongStep("Rapporten är inte lämnad.")
    if row.proposals.exclude(measure__status=Measure.Status.PROPOSED).exists():
        raise NotReady("Beslut är redan fattade på rapporten.")
    if not reason.strip():
        raise NotReady("Skriv varför rapporten tas tillbaka.")
    row.reported_at = row.reported_by = None
    row.version += 1
    row.save(update_fields=["reported_at", "reported_by", "version"])
    _await_report(locked, row)
    record(locked, "case.analysis_taken_back", row, by=by, body={"reason": masked(reason)})
    return row


@transaction.atomic
def clear(analysis: EventAnalysis, *, by: Person, text_hash: str, now_hash: str) -> EventAnalysis:
    """Somebody has read the de-identified report and found nobody in it.

    `text_hash` is of the text she read, `now_hash` of the text as it stands; refuses when they
    differ.
    """
    locked, _ = opened(analysis.deviation.case, by=by)
    row = EventAnalysis.objects.select_for_update().get(pk=analysis.pk)
    if row.reported_at is None:
        raise NotReady("Rapporten är inte lämnad än.")
    if text_hash != now_hash:
        raise Stale("Texten har ändrats sedan du läste den. Läs igenom den igen.")
    row.cleared_of, row.cleared_at, row.cleared_by = now_hash, timezone.now(), by
    row.save(update_fields=["cleared_of", "cleared_at", "cleared_by"])
    record(locked, "case.analysis_cleared", row, by=by, body={"text": now_hash})
    return row


def lacks(analysis: EventAnalysis) -> list[str]:
    """What the report lacks before it can be handed in, as sentences."""
    deviation: Deviation = analysis.deviation
    causes = list(deviation.causes.all())
    told = []
    if not deviation.timeline.exists():
        told.append("Händelseförloppet är inte beskrivet.")
    if not any(one.depth == Cause.Depth.DIRECT for one in causes):
        told.append("Ingen orsak är kopplad till en avvikelse i förloppet.")
    if any(not one.depth for one in causes):
        told.append("En orsak saknar plats: direkt orsak, eller bakom en annan orsak.")
    if not analysis.barriers.exists():
        told.append("Ingen barriär är bedömd.")
    if not analysis.proposals.exists():
        told.append("Inget åtgärdsförslag är skrivet.")
    if not analysis.members.exists():
        told.append("Inga deltagare är angivna.")
    if not analysis.summary.strip():
        told.append("Sammanfattningen saknas.")
    return told


def being_made(analysis: EventAnalysis, *, by: Person) -> tuple[Case, EventAnalysis]:
    """The case and the analysis locked, while it is worked on; refuses when its report is in."""
    locked, _ = opened(analysis.deviation.case, by=by)
    row = (
        EventAnalysis.objects.select_for_update(of=("self",))
        .select_related("lead", "ordered_by", "deviation")
        .get(pk=analysis.pk)
    )
    if row.reported_at is not None:
        raise WrongStep("Rapporten är lämnad. Ta tillbaka den först.")
    return locked, row


def _refuse_lead(lead: Person, case: Case) -> None:
    if not policy.may_at(lead, Can.INVESTIGATE, case.owning_unit):
        raise NotReady(f"{lead} kan inte utreda ärenden hos {case.owning_unit}.")


def _let_lead(case: Case, analysis: EventAnalysis, *, by: Person) -> None:
    policy.reach(case, Level.HANDLER, person=analysis.lead)
    if analysis.lead != by:
        outbox.promise(
            "analysis_lead",
            key=f"analysis_lead:{analysis.pk}:{analysis.version}",
            person=analysis.lead,
            case_id=case.pk,
            number=case.number,
        )


def _await_report(case: Case, analysis: EventAnalysis) -> None:
    """The case waits for the report until its day, with a reminder before."""
    case.deadlines.open().filter(purpose=CLOCK).delete()
    due_at = calendar.end_of_day(analysis.due_on)
    remind_at = deadlines.sooner(due_at, REMIND_BEFORE, DeadlineRule.Measured.WORKING_DAYS)
    Deadline.objects.create(
        case=case,
        purpose=CLOCK,
        label="Händelseanalysens rapport",
        basis="Dagen som uppdragsgivaren har satt.",
        starts_at=timezone.now(),
        due_at=due_at,
        remind_at=remind_at,
        next_alarm_at=remind_at,
    )
    case.due_at = deadlines.earliest(case)
    core.save(case, "due_at")


def _stop_waiting(case: Case) -> None:
    now = timezone.now()
    case.deadlines.open().filter(purpose=CLOCK).update(met_at=now, next_alarm_at=None)
    case.due_at = deadlines.earliest(case)
    core.save(case, "due_at")


def _refuse_ring(cause: Cause, explains: Cause) -> None:
    if explains.deviation_id != cause.deviation_id:
        raise NotReady("Orsaken hör till ett annat ärende.")
    behind: Cause | None = explains
    for _ in range(EXPLAINED_AT_MOST):
        if behind is None:
            return
        if behind.pk == cause.pk:
            break
        behind = behind.explains
    raise NotReady("Orsakerna skulle förklara varandra. Välj en annan.")
