"""Writing down what the investigation knows, thinks and concludes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from avvikelse.actions.handled import masked, opened, record, seal_if_needed
from avvikelse.models import Cause, Deviation, DeviceCode, Investigation, Note, TimelineEntry
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person

CAUSE_AREAS = "cause_area"
DEVICE_CODES = "imdrf_"


@transaction.atomic
def note(
    case: Case, text: str, *, by: Person, kind: str = Note.Kind.FACT, source: str = ""
) -> Note:
    """The note stands in the investigation; a fact names its source."""
    locked, deviation = opened(case, by=by)
    if kind == Note.Kind.FACT and not source.strip():
        raise NotReady("Skriv var uppgiften kommer ifrån, eller märk den som bedömning.")
    made = Note.objects.create(
        deviation=deviation,
        kind=kind,
        text=masked(text),
        source=masked(source),
        by=by,
        by_title=by.title,
        at=timezone.now(),
    )
    seal_if_needed(locked, f"note:{made.pk}", text)
    record(locked, "case.noted", made, by=by)
    return made


@transaction.atomic
def withdraw_note(made: Note, *, by: Person) -> Note:
    """The note is struck through, by the one who wrote it; it stays readable in the history."""
    locked, _ = opened(made.deviation.case, by=by)
    if made.by_id != by.pk:
        raise NotReady("Bara den som skrev anteckningen kan återta den.")
    Note.objects.filter(pk=made.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    made.refresh_from_db()
    record(locked, "case.note_withdrawn", made, by=by)
    return made


@transaction.atomic
def add_to_timeline(
    case: Case,
    text: str,
    *,
    by: Person,
    at: datetime,
    precision: str = Deviation.Precision.ABOUT,
    departs: bool = False,
    expected: str = "",
    source: str = "",
) -> TimelineEntry:
    """The moment stands in the course of events, in its place in time.

    `expected` is what should have happened where it departed from that.
    """
    locked, deviation = opened(case, by=by)
    if at > timezone.now():
        raise NotReady("Tidpunkten ligger framåt i tiden.")
    made = TimelineEntry.objects.create(
        deviation=deviation,
        at=at,
        precision=precision,
        text=masked(text),
        departs=departs,
        expected=masked(expected),
        source=masked(source),
        by=by,
    )
    seal_if_needed(locked, f"timeline:{made.pk}", text)
    record(locked, "case.timeline_added", made, by=by)
    return made


@transaction.atomic
def change_in_timeline(
    entry: TimelineEntry,
    text: str,
    *,
    by: Person,
    at: datetime,
    version: int,
    precision: str,
    departs: bool,
    source: str,
    expected: str = "",
) -> TimelineEntry:
    """The moment says this instead, in its new place in time; the trail keeps what it said."""
    locked, _ = opened(entry.deviation.case, by=by)
    row = TimelineEntry.objects.select_for_update().get(pk=entry.pk)
    if row.version != version:
        raise Stale("Någon annan ändrade tidpunkten medan du skrev. Jämför och spara igen.")
    if at > timezone.now():
        raise NotReady("Tidpunkten ligger framåt i tiden.")
    if not departs and row.causes.exists():
        raise NotReady("En orsak bygger på att tidpunkten avvek. Ändra orsakens plats först.")
    before = {
        "text": row.text,
        "expected": row.expected,
        "at": f"{row.at.isoformat()}",
        "source": row.source,
    }
    row.text, row.expected, row.source = masked(text), masked(expected), masked(source)
    row.at, row.precision, row.departs = at, precision, departs
    row.version += 1
    row.save(update_fields=["text", "expected", "source", "at", "precision", "departs", "version"])
    seal_if_needed(locked, f"timeline:{row.pk}", text)
    record(locked, "case.timeline_changed", row, by=by, body={"before": before})
    return row


@transaction.atomic
def remove_from_timeline(made: TimelineEntry, *, by: Person) -> None:
    """The moment no longer stands in the course of events; the trail keeps that it did."""
    locked, _ = opened(made.deviation.case, by=by)
    if made.causes.exists() or made.barriers.exists():
        raise NotReady("En orsak eller en barriär hör till tidpunkten. Ta bort den först.")
    record(locked, "case.timeline_removed", made, by=by, body={"text": made.text})
    made.delete()


@transaction.atomic
def add_cause(case: Case, *, by: Person, area: Code, text: str, evidence: str) -> Cause:
    """The cause stands in its area with what speaks for it; refuses one without evidence."""
    locked, deviation = opened(case, by=by)
    if area.system.key != CAUSE_AREAS:
        raise NotReady("Välj ett av orsaksområdena.")
    if not text.strip():
        raise NotReady("Skriv vad orsaken är.")
    if not evidence.strip():
        raise NotReady("Skriv vad som talar för orsaken.")
    made = Cause.objects.create(
        deviation=deviation,
        area=area,
        text=masked(text),
        evidence=masked(evidence),
        by=by,
        at=timezone.now(),
    )
    seal_if_needed(locked, f"cause:{made.pk}", text)
    record(locked, "case.cause_added", made, by=by, body={"area": area.code})
    return made


@transaction.atomic
def remove_cause(made: Cause, *, by: Person) -> None:
    """The cause no longer stands; the trail keeps that it did."""
    locked, _ = opened(made.deviation.case, by=by)
    if made.explained_by.exists() or made.proposals.exists():
        raise NotReady("En annan orsak eller ett åtgärdsförslag bygger på den. Ta bort det först.")
    record(
        locked, "case.cause_removed", made, by=by, body={"area": made.area.code, "text": made.text}
    )
    made.delete()


@transaction.atomic
def answer_similar(
    case: Case, *, by: Person, answer: str, text: str, search: str, version: int | None = None
) -> Investigation:
    """Whether anything similar has happened before is answered, against a search that is kept.

    The search is run again here, over what the person may read, so that the number of hits
    beside the answer is true.
    """
    locked, deviation = opened(case, by=by, version=version)
    if not search.strip():
        raise NotReady("Sök efter liknande ärenden innan du svarar.")
    if answer not in Investigation.Recurrence.values:
        raise NotReady("Svara ja, nej eller att det inte går att avgöra.")
    if answer == Investigation.Recurrence.YES and not text.strip():
        raise NotReady("Skriv varför det hände igen.")
    hits = (
        Case.objects.visible_to(by)
        .of_kind(locked.kind)
        .matching(search)
        .exclude(pk=locked.pk)[:1001]
        .count()
    )
    return _answer(
        locked,
        deviation,
        by=by,
        similar_before=answer,
        similar_answer=masked(text),
        similar_search=search.strip()[:300],
        similar_hits=hits,
        similar_by=by,
        similar_at=timezone.now(),
    )


@transaction.atomic
def conclude(
    case: Case,
    *,
    by: Person,
    could_recur: str | None = None,
    patient_view: str | None = None,
    is_event_analysis: bool | None = None,
    closing_note: str | None = None,
    version: int | None = None,
) -> Investigation:
    """What was given stands as the investigation's answer to its other questions."""
    locked, deviation = opened(case, by=by, version=version)
    if closing_note is not None:
        deviation.closing_note = masked(closing_note)
        deviation.save(update_fields=["closing_note"])
    given: dict[str, Any] = {}
    if could_recur is not None:
        given["could_recur"] = masked(could_recur)
    if patient_view is not None:
        given["patient_view"] = masked(patient_view)
    if is_event_analysis is not None:
        given["is_event_analysis"] = is_event_analysis
    return _answer(locked, deviation, by=by, **given)


@transaction.atomic
def add_device_code(case: Case, *, by: Person, code: Code) -> DeviceCode:
    """The device event is described by this IMDRF term."""
    locked, deviation = opened(case, by=by)
    if not code.system.key.startswith(DEVICE_CODES):
        raise NotReady("Välj en IMDRF-kod.")
    if not code.selectable:
        raise NotReady("Koden samlar bara dem under sig. Välj en kod längre ned.")
    made, _ = DeviceCode.objects.get_or_create(deviation=deviation, code=code, defaults={"by": by})
    record(locked, "case.device_code_added", made, by=by, body={"code": code.code})
    return made


@transaction.atomic
def remove_device_code(made: DeviceCode, *, by: Person) -> None:
    """The term no longer describes the event."""
    locked, _ = opened(made.deviation.case, by=by)
    record(locked, "case.device_code_removed", made, by=by, body={"code": made.code.code})
    made.delete()


def _answer(locked: Case, deviation: Deviation, *, by: Person, **given: Any) -> Investigation:
    row, _ = Investigation.objects.select_for_update().get_or_create(deviation=deviation)
    for name, value in given.items():
        setattr(row, name, value)
    if given:
        row.save(update_fields=list(given))
    core.save(locked)
    record(locked, "case.investigated", row, by=by, body={"fields": sorted(given)})
    return row
