"""Two event analyses: one reported and waiting for decisions, one just begun."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from avvikelse.actions import event_analysis, investigation, proposals
from avvikelse.models import (
    AnalysisParticipant,
    Barrier,
    Cause,
    Deviation,
    EventAnalysis,
    TimelineEntry,
)
from avvikelse.workflow import IN_INVESTIGATION
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Measure
from patientsakerhet.lib import calendar

QUESTION = (
    "Ta reda på hur det kunde hända och vad som hade kunnat stoppa det. Hur personalen bemannades "
    "den dagen ingår inte."
)
SUMMARY = (
    "Felet märktes först när patienten gjorde det. Kontrollen som skulle ha fångat det gjordes inte, "
    "för att ingen hade fått den som sin uppgift. Gruppen föreslår att kontrollen byggs in i arbetsgången."
)
METHOD = "Intervjuer med fyra medarbetare, genomgång av loggar och rutiner, ett besök på platsen."
LESSONS = "En kontroll som inte är någons uppgift blir inte gjord. Se efter vilka sådana ni har."
BARRIERS = (
    ("Daglig funktionskontroll", Barrier.Held.MISSING),
    ("Larmet i utrustningen", Barrier.Held.FAILED),
    ("Kollega som gick förbi och reagerade", Barrier.Held.HELD),
)
PROPOSED = (
    (
        "Spärra start utan godkänd funktionskontroll",
        Measure.Strength.STRONG,
        "Ingen start utan kontroll i loggen under tre månader.",
    ),
    (
        "Lägg kontrollen i checklistan vid passets början",
        Measure.Strength.MEDIUM,
        "Checklistan är ifylld nio pass av tio.",
    ),
)


def bring() -> int:
    """The analyses are in two cases that ask for one; how many there was room for."""
    found = list(_asking())
    for deviation, is_reported in zip(found, (True, False), strict=False):
        _analyse(deviation, is_reported=is_reported)
    return len(found)


def _asking() -> list[Deviation]:
    """Two open cases that ask for an analysis and have a handler, a departure and a cause."""
    departs = TimelineEntry.objects.filter(deviation=OuterRef("pk"), departs=True)
    rows = (
        Deviation.objects.filter(
            Exists(departs),
            Exists(Cause.objects.filter(deviation=OuterRef("pk"))),
            case__status=IN_INVESTIGATION,
            case__handler__isnull=False,
            investigation__is_event_analysis=True,
        )
        .select_related("case__handler", "case__owning_unit")
        .order_by("-case__filed_at")
    )
    fit = (
        one
        for one in rows
        if one.case.handler
        and policy.may_at(one.case.handler, Can.INVESTIGATE, one.case.owning_unit)
    )
    return [one for _, one in zip(range(2), fit, strict=False)]


def _analyse(deviation: Deviation, *, is_reported: bool) -> None:
    case, by = deviation.case, deviation.case.handler
    assert by is not None  # noqa: S101  asked for above
    due_on = calendar.add_working_days(timezone.localdate(), 15)
    analysis = event_analysis.commission(case, by=by, question=QUESTION, lead=by, due_on=due_on)
    event_analysis.add_member(
        analysis, by=by, name="Läkare från verksamheten", part=AnalysisParticipant.Part.EXPERT
    )
    event_analysis.add_member(
        analysis, by=by, name="Patientföreträdare", part=AnalysisParticipant.Part.PATIENT_VIEW
    )
    if not is_reported:
        return
    departure = deviation.timeline.filter(departs=True).first()
    first, *others = deviation.causes.all()
    event_analysis.place_cause(first, by=by, departure=departure)
    for one in others:
        event_analysis.place_cause(one, by=by, explains=first)
    for text, held in BARRIERS:
        event_analysis.add_barrier(analysis, by=by, text=text, held=held, moment=departure)
    for text, strength, sign in PROPOSED:
        proposals.propose(
            analysis,
            by=by,
            cause=first,
            title=text,
            strength=strength,
            owner=by,
            owner_is_told=True,
            due_on=due_on,
            effect_sign=sign,
            effect_due_on=calendar.add_calendar_days(due_on, 90),
        )
    written = event_analysis.change(
        EventAnalysis.objects.get(pk=analysis.pk),
        by=by,
        version=analysis.version,
        summary=SUMMARY,
        method=METHOD,
        lessons=LESSONS,
    )
    investigation.conclude(
        case,
        by=by,
        patient_view="Patienten märkte det först och undrade varför ingen annan gjorde det.",
    )
    event_analysis.hand_in(written, by=by, version=written.version)
