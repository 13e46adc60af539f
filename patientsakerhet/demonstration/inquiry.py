"""What the investigations of the history's cases found, and the measures that followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from avvikelse.models import Cause, Investigation, Note, TimelineEntry
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.cases.models import Code, Measure, MeasureCase
from patientsakerhet.demonstration.records import Remedied
from patientsakerhet.demonstration.settling import Rows

if TYPE_CHECKING:
    from patientsakerhet.demonstration.details import Brought

BATCH = 1000


def write(brought: Sequence[Brought], rows: Rows) -> None:
    """Notes, courses of events, causes, recurrence and measures."""
    _findings(brought, rows)
    _investigations(brought, rows)
    _measures(brought, rows)


def _findings(brought: Sequence[Brought], rows: Rows) -> None:
    areas = {code.code: code for code in Code.objects.of("cause_area")}
    Note.objects.bulk_create(
        [
            Note(
                deviation_id=b.case.pk,
                kind=noted.kind,
                text=noted.text,
                source=noted.source,
                by=rows.people[noted.by],
                by_title=rows.people[noted.by].title,
                at=noted.at,
            )
            for b in brought
            for noted in b.one.noted
        ],
        batch_size=BATCH,
    )
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                deviation_id=b.case.pk,
                at=moment.at,
                text=moment.text,
                departs=moment.departs,
                source=moment.source,
                by=rows.people[moment.by],
            )
            for b in brought
            for moment in b.one.timeline
        ],
        batch_size=BATCH,
    )
    Cause.objects.bulk_create(
        [
            Cause(
                deviation_id=b.case.pk,
                area=areas[found.area],
                text=found.text,
                evidence=found.evidence,
                by=rows.people[found.by],
                at=found.at,
            )
            for b in brought
            for found in b.one.causes
        ],
        batch_size=BATCH,
    )


def _investigations(brought: Sequence[Brought], rows: Rows) -> None:
    made = []
    for b in brought:
        one, recurrence = b.one, b.one.recurrence
        if not (recurrence or one.is_event_analysis or one.could_recur):
            continue
        row = Investigation(
            deviation_id=b.case.pk,
            could_recur=one.could_recur,
            is_event_analysis=one.is_event_analysis,
        )
        if recurrence:
            row.similar_before = recurrence.answer
            row.similar_answer = recurrence.text
            row.similar_search = recurrence.search
            row.similar_hits = recurrence.hits
            row.similar_by = rows.people[recurrence.by]
            row.similar_at = recurrence.at
        made.append(row)
    Investigation.objects.bulk_create(made, batch_size=BATCH)


def _measures(brought: Sequence[Brought], rows: Rows) -> None:
    """Each measure once, however many cases it serves; its owner reaches them all."""
    made: dict[int, Measure] = {}
    serves, reaches = [], {}
    for b in brought:
        for remedied in b.one.measures:
            if remedied.key not in made:
                made[remedied.key] = _measure(remedied, rows)
            serves.append((remedied.key, b.case))
            reaches[b.case.pk, remedied.owner] = CaseAccess(
                case=b.case, person=rows.people[remedied.owner], level=Level.MEASURES
            )
    Measure.objects.bulk_create(made.values(), batch_size=BATCH)
    MeasureCase.objects.bulk_create(
        [MeasureCase(measure=made[key], case=case) for key, case in serves], batch_size=BATCH
    )
    CaseAccess.objects.bulk_create(reaches.values(), batch_size=BATCH)


def _measure(remedied: Remedied, rows: Rows) -> Measure:
    status = Measure.Status.STARTED if remedied.started else Measure.Status.PLANNED
    if remedied.cancelled_reason:
        status = Measure.Status.CANCELLED
    elif remedied.done_at:
        status = Measure.Status.DONE
    changes = (remedied.started, remedied.done_at, remedied.effect_at, remedied.cancelled_reason)
    return Measure(
        title=remedied.title,
        strength=remedied.strength,
        owner=rows.people[remedied.owner],
        owner_told_at=remedied.decided_at,
        unit=rows.units[remedied.unit],
        due_on=remedied.due_on,
        status=status,
        progress=remedied.progress if status == Measure.Status.STARTED else "",
        effect_sign=remedied.effect_sign,
        effect_due_on=remedied.effect_due_on,
        effect=remedied.effect,
        effect_result=remedied.effect_result,
        effect_at=remedied.effect_at,
        effect_by=rows.people[remedied.decided_by] if remedied.effect_at else None,
        decided_at=remedied.decided_at,
        decided_by=rows.people[remedied.decided_by],
        done_at=remedied.done_at,
        cancelled_reason=remedied.cancelled_reason,
        version=1 + sum(bool(change) for change in changes),
    )
