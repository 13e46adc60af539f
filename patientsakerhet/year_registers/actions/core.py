"""What every change in the registers of the year does: right, lock, version, trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Person, Unit

Row = TypeVar("Row", bound=Model)


def allow(by: Person, right: Can, unit: Unit, action: str) -> None:
    """Refuses, and leaves a mark, when the person may not keep the register at the unit."""
    if not policy.may_at(by, right, unit):
        trail.denied(action, by=by, body={"unit": unit.pk})
        raise NotAllowed(f"Du får inte föra det här registret för {unit}.")


def begin(row: Row, version: int | None, *joined: str) -> Row:
    """The row as it stands now, locked; refuses when somebody else has changed it since."""
    rows: Any = type(row)._default_manager
    locked = rows.select_for_update(of=("self",)).select_related(*joined).get(pk=row.pk)
    if version is not None and version != locked.version:
        raise Stale
    locked.version += 1
    found: Row = locked
    return found


def put(
    row: Any, values: Mapping[str, Any], *, by: Person, right: Can, unit: Unit, what: str
) -> None:
    """The row holds these values, and the trail tells what they were before."""
    is_new = row.pk is None
    before = {} if is_new else {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    if is_new:
        row.recorded_by = by
        row.save()
    else:
        row.save(update_fields=[*values, "version"])
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    trail.record(
        f"{what}.{'added' if is_new else 'changed'}",
        by=by,
        right=right,
        unit_id=unit.pk,
        object_type=what,
        object_id=row.pk,
        body={
            "before": {name: _plain(before[name]) for name in changed if not is_new},
            "after": {name: _plain(value) for name, value in changed.items()},
        },
    )


def in_order(first: Any, last: Any, sentence: str) -> None:
    """Refuses a period that ends before it begins."""
    if first is not None and last is not None and last < first:
        raise NotReady(sentence)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value
