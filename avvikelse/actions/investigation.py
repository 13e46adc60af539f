"""Writing down what the investigation knows, thinks and concludes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from avvikelse.models import Cause, Deviation, DeviceCode, Investigation, Note, TimelineEntry
from avvikelse.workflow import HANDLED
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
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
    locked, deviation = _open(case, by=by)
    if kind == Note.Kind.FACT and not source.strip():
        raise NotReady("Skriv var uppgiften kommer ifrån, eller märk den som bedömning.")
    made = Note.objects.create(
        deviation=deviation,
        kind=kind,
        text=_masked(text),
        source=sealing.mask(source).text,
        by=by,
        by_title=by.title,
        at=timezone.now(),
    )
    _seal_if_needed(locked, f"note:{made.pk}", text)
    _record(locked, "case.noted", made, by=by)
    return made


@transaction.atomic
def withdraw_note(made: Note, *, by: Person) -> Note:
    """The note is struck through, by the one who wrote it; it stays readable in the history."""
    locked, _ = _open(made.deviation.case, by=by)
    if made.by_id != by.pk:
        raise NotReady("Bara den som skrev anteckningen kan återta den.")
    Note.objects.filter(pk=made.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    made.refresh_from_db()
    _record(locked, "case.note_withdrawn", made, by=by)
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
    source: str = "",
) -> TimelineEntry:
    """The moment stands in the course of events, in its place in time."""
    locked, deviation = _open(case, by=by)
    if at > timezone.now():
        raise NotReady("Tidpunkten ligger framåt i tiden.")
    made = TimelineEntry.objects.create(
        deviation=deviation,
        at=at,
        precision=precision,
        text=_masked(text),
        departs=departs,
        source=sealing.mask(source).text,
        by=by,
    )
    _seal_if_needed(locked, f"timeline:{made.pk}", text)
    _record(locked, "case.timeline_added", made, by=by)
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
) -> TimelineEntry:
    """The moment says this instead, in its new place in time; the trail keeps what it said."""
    locked, _ = _open(entry.deviation.case, by=by)
    row = TimelineEntry.objects.select_for_update().get(pk=entry.pk)
    if row.version != version:
        raise Stale("Någon annan ändrade tidpunkten medan du skrev. Jämför och spara igen.")
    if at > timezone.now():
        raise NotReady("Tidpunkten ligger framåt i tiden.")
    before = {"text": row.text, "at": f"{row.at.isoformat()}", "source": row.source}
    row.text, row.source = _masked(text), _masked(source)
    row.at, row.precision, row.departs = at, precision, departs
    row.version += 1
    row.save(update_fields=["text", "source", "at", "precision", "departs", "version"])
    _seal_if_needed(locked, f"timeline:{row.pk}", text)
    _record(locked, "case.timeline_changed", row, by=by, body={"before": before})
    return row


@transaction.atomic
def remove_from_timeline(made: TimelineEntry, *, by: Person) -> None:
    """The moment no longer stands in the course of events; the trail keeps that it did."""
    locked, _ = _open(made.deviation.case, by=by)
    _record(locked, "case.timeline_removed", made, by=by, body={"text": made.text})
    made.delete()


@transaction.atomic
def add_cause(case: Case, *, by: Person, area: Code, text: str, evidence: str) -> Cause:
    """The cause stands in its area with what speaks for it; refuses one without evidence."""
    locked, deviation = _open(case, by=by)
    if area.system.key != CAUSE_AREAS:
        raise NotReady("Välj ett av orsaksområdena.")
    if not text.strip():
        raise NotReady("Skriv vad orsaken är.")
    if not evidence.strip():
        raise NotReady("Skriv vad som talar för orsaken.")
    made = Cause.objects.create(
        deviation=deviation,
        area=area,
        text=_masked(text),
        evidence=sealing.mask(evidence).text,
        by=by,
        at=timezone.now(),
    )
    _seal_if_needed(locked, f"cause:{made.pk}", text)
    _record(locked, "case.cause_added", made, by=by, body={"area": area.code})
    return made


@transaction.atomic
def remove_cause(made: Cause, *, by: Person) -> None:
    """The cause no longer stands; the trail keeps that it did."""
    locked, _ = _open(made.deviation.case, by=by)
    _record(
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
    locked, deviation = _open(case, by=by, version=version)
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
        similar_answer=_masked(text),
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
    locked, deviation = _open(case, by=by, version=version)
    if closing_note is not None:
        deviation.closing_note = _masked(closing_note)
        deviation.save(update_fields=["closing_note"])
    given: dict[str, Any] = {}
    if could_recur is not None:
        given["could_recur"] = _masked(could_recur)
    if patient_view is not None:
        given["patient_view"] = _masked(patient_view)
    if is_event_analysis is not None:
        given["is_event_analysis"] = is_event_analysis
    return _answer(locked, deviation, by=by, **given)


@transaction.atomic
def add_device_code(case: Case, *, by: Person, code: Code) -> DeviceCode:
    """The device event is described by this IMDRF term."""
    locked, deviation = _open(case, by=by)
    if not code.system.key.startswith(DEVICE_CODES):
        raise NotReady("Välj en IMDRF-kod.")
    if not code.selectable:
        raise NotReady("Koden samlar bara dem under sig. Välj en kod längre ned.")
    made, _ = DeviceCode.objects.get_or_create(deviation=deviation, code=code, defaults={"by": by})
    _record(locked, "case.device_code_added", made, by=by, body={"code": code.code})
    return made


@transaction.atomic
def remove_device_code(made: DeviceCode, *, by: Person) -> None:
    """The term no longer describes the event."""
    locked, _ = _open(made.deviation.case, by=by)
    _record(locked, "case.device_code_removed", made, by=by, body={"code": made.code.code})
    made.delete()


def _open(case: Case, *, by: Person, version: int | None = None) -> tuple[Case, Deviation]:
    """The case locked and its deviation, while somebody investigates it."""
    locked = core.begin(case, by=by, needs=Can.INVESTIGATE, version=version)
    if locked.status not in HANDLED:
        raise NotReady("Ärendet utreds inte nu.")
    return locked, Deviation.objects.get(pk=locked.pk)


def _answer(locked: Case, deviation: Deviation, *, by: Person, **given: Any) -> Investigation:
    row, _ = Investigation.objects.select_for_update().get_or_create(deviation=deviation)
    for name, value in given.items():
        setattr(row, name, value)
    if given:
        row.save(update_fields=list(given))
    core.save(locked)
    _record(locked, "case.investigated", row, by=by, body={"fields": sorted(given)})
    return row


def _masked(text: str) -> str:
    return sealing.mask(text).text


def _seal_if_needed(case: Case, field: str, original: str) -> None:
    if sealing.mask(original).found:
        sealing.seal(case, field, original)


def _record(
    case: Case, action: str, row: Any, *, by: Person, body: dict[str, Any] | None = None
) -> None:
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        right=Can.INVESTIGATE,
        object_type=row._meta.model_name,
        object_id=row.pk,
        body=body,
    )
