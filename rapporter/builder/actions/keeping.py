"""Reports are kept, changed, shared and removed, each by whoever owns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.audit import trail
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Person, Role, Unit
from rapporter import registry
from rapporter.builder.models import ReportShare, SavedReport
from rapporter.builder.questions import Question
from rapporter.registry import Measure, UnknownMeasure

MOST = 200
"""So many are named at once."""


@transaction.atomic
def put(
    report: SavedReport | None,
    *,
    by: Person,
    name: str,
    measure: str,
    breakdown: str,
    picture: str,
    span: str,
    first: date | None = None,
    last: date | None = None,
    unit: Unit | None = None,
    schedule: str = "",
    version: int | None = None,
    via: str = "",
) -> SavedReport:
    """The report as asked; a new one of hers without a row.

    Refuses a measure that she may not read, and a question that the measure cannot answer.
    """
    row = SavedReport(owner=by) if report is None else _begun(report, by, version, "change")
    found = _measure(measure, by)
    question = Question(found, breakdown, picture, span, first, last, unit)
    if wrong := question.wrong(timezone.now()):
        raise NotReady(wrong.values())
    values: dict[str, Any] = {
        "name": text.clean_line(name),
        "measure": measure,
        "breakdown": breakdown,
        "picture": picture,
        "span": span,
        "first": first,
        "last": last,
        "unit": unit,
    }
    if schedule != row.schedule or row.pk is None:
        values |= {
            "schedule": schedule,
            "scheduled_at": timezone.now() if schedule else None,
            "told_for": "",
        }
    _put(row, values, by=by, via=via)
    return row


@transaction.atomic
def share(
    report: SavedReport,
    *,
    by: Person,
    person: Person | None = None,
    unit: Unit | None = None,
    role: str = "",
    via: str = "",
) -> ReportShare:
    """Whoever is meant sees the report from now on; once, however often it is shared.

    Refuses somebody, and a role, that may not read what is counted.
    """
    row = _begun(report, by, None, "share")
    return _share(row, by=by, person=person, unit=unit, role=role, via=via)


@transaction.atomic
def share_with(
    report: SavedReport, wanted: Sequence[Mapping[str, Any]], *, by: Person, via: str = ""
) -> list[ReportShare]:
    """These see the report from now on, beside its owner, and nobody else; all of it or nothing."""
    row = _begun(report, by, None, "share")
    if len(wanted) > MOST:
        raise NotReady(f"Dela med högst {MOST}. Enheter och roller når fler än personer.")
    kept = [_share(row, by=by, via=via, **one) for one in wanted]
    for gone in row.shares.exclude(pk__in=[one.pk for one in kept]).order_by("pk"):
        _stop(row, gone, by=by, via=via)
    return list(row.shares.select_related("person", "unit").order_by("pk"))


def _share(
    row: SavedReport,
    *,
    by: Person,
    person: Person | None = None,
    unit: Unit | None = None,
    role: str = "",
    via: str = "",
) -> ReportShare:
    if (person is None) == (unit is None):
        raise NotReady("Välj en person, eller en enhet.")
    found = _measure(row.measure, by)
    if person is not None and not found.readable_by(person):
        raise NotReady(f"{person.name} får inte läsa det som räknas.")
    if person is not None and role:
        raise NotReady("Rollen hör till en enhet. Välj person eller enhet.")
    if role and not policy.GRANTS[Role(role)] & set(found.needs):
        raise NotReady(f"Rollen {Role(role).label} får inte läsa det som räknas.")
    made, is_new = ReportShare.objects.get_or_create(
        report=row, person=person, unit=unit, role=role
    )
    if is_new:
        told = {"person": person and person.pk, "unit": unit and unit.pk, "role": role}
        _tell("shared", row, by=by, body=told, via=via)
    return made


@transaction.atomic
def stop_sharing(report: SavedReport, share_id: int, *, by: Person) -> None:
    """Whoever it was shared with sees it no longer."""
    row = _begun(report, by, None, "share")
    gone = row.shares.filter(pk=share_id).first()
    if gone is None:
        raise NotReady("Delningen är redan borttagen.")
    _stop(row, gone, by=by)


def _stop(row: SavedReport, gone: ReportShare, *, by: Person, via: str = "") -> None:
    told = {"person": gone.person_id, "unit": gone.unit_id, "role": gone.role}
    gone.delete()
    _tell("unshared", row, by=by, body=told, via=via)


@transaction.atomic
def remove(report: SavedReport, *, by: Person, via: str = "") -> None:
    """The report is gone, for those it was shared with too."""
    row = _begun(report, by, None, "remove")
    _tell("removed", row, by=by, body={"name": row.name, "measure": row.measure}, via=via)
    row.delete()


def _begun(report: SavedReport, by: Person, version: int | None, what: str) -> SavedReport:
    """The report as it stands now, locked; refuses another's, and one changed since."""
    row = SavedReport.objects.select_for_update().get(pk=report.pk)
    if row.owner_id != by.pk:
        trail.denied(f"saved_report.{what}", by=by, body={"report": report.pk})
        raise NotAllowed("Bara den som äger rapporten kan ändra den.")
    if version is not None and version != row.version:
        raise Stale
    return row


def _measure(key: str, by: Person) -> Measure:
    try:
        found = registry.of(key)
    except UnknownMeasure as unknown:
        raise NotReady("Måttet finns inte längre. Bygg en ny rapport.") from unknown
    if not found.readable_by(by):
        trail.denied("saved_report.put", by=by, body={"measure": key})
        raise NotAllowed("Du får inte läsa det som måttet räknar.")
    return found


def _put(row: SavedReport, values: Mapping[str, Any], *, by: Person, via: str) -> None:
    """The row holds these values, and the trail tells what they were before."""
    is_new = row.pk is None
    before = {} if is_new else {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    if is_new:
        row.save()
    else:
        row.version += 1
        row.save(update_fields=[*values, "version", "changed_at"])
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    _tell(
        "added" if is_new else "changed",
        row,
        by=by,
        via=via,
        body={
            "before": {name: _plain(before[name]) for name in changed if name in before},
            "after": {name: _plain(value) for name, value in changed.items()},
        },
    )


def _tell(
    what: str, row: SavedReport, *, by: Person, body: Mapping[str, Any], via: str = ""
) -> None:
    trail.record(
        f"saved_report.{what}",
        by=by,
        via=via,
        object_type="saved_report",
        object_id=row.pk,
        body=body,
    )


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
