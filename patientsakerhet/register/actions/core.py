"""How every change of the register begins and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.db.models import Model

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, DeviceModel, ITSystem

Row = TypeVar("Row", bound=Model)


def unit_of(row: Model) -> Unit:
    """The unit that manages the row."""
    if isinstance(row, Device):
        return row.model.managing_unit
    if isinstance(row, (DeviceModel, ITSystem)):
        return row.managing_unit
    raise TypeError(f"{row!r} is managed by no unit")


def may_keep(person: Person, row: Model) -> bool:
    """Whether the person may change the row: at its unit, or as the system's own manager."""
    if isinstance(row, ITSystem) and row.system_manager_id == person.pk:
        return True
    return policy.may_at(person, Can.KEEP_REGISTER, unit_of(row))


def allow_at(unit: Unit, *, by: Person | None) -> None:
    """Refuses, and leaves a mark, whoever may not keep the register at the unit.

    `by` is None only for the command line on the server and for the product itself.
    """
    if by is not None and not policy.may_at(by, Can.KEEP_REGISTER, unit):
        trail.denied("register.keep", by=by, body={"unit": unit.pk})
        raise NotAllowed(f"Du har inte behörighet att ändra i registret hos {unit}.")


def allow(row: Model, *, by: Person | None) -> None:
    """As `allow_at` for the row's unit; a system's own manager may change it too."""
    if by is not None and not may_keep(by, row):
        allow_at(unit_of(row), by=by)


def expect(row: Any, version: int | None) -> None:
    """Refuses when the row has been changed since the version somebody looked at."""
    if version is not None and version != row.version:
        raise Stale(
            "Någon annan ändrade medan du skrev. Jämför med det som står nu och spara igen."
        )


def change(
    row: Row, given: Mapping[str, Any], action: str, *, by: Person | None, reason: str = ""
) -> list[str]:
    """The row holds what was given, one version on, and the trail tells it; which fields changed.

    Refuses what the row's own fields and constraints do not accept, and writes nothing when
    nothing differs.
    """
    differs = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not differs:
        return []
    told = {name: [plain(getattr(row, name)), plain(value)] for name, value in differs.items()}
    for name, value in differs.items():
        setattr(row, name, value)
    row.version += 1  # type: ignore[attr-defined]  # every row changed here has one
    refuse_invalid(row)
    row.save(update_fields=[*differs, "version"])
    record(action, row, by=by, body={**told, **({"reason": reason} if reason else {})})
    return list(differs)


def add(row: Row, action: str, *, by: Person | None) -> Row:
    """The new row is there, and the trail tells it."""
    refuse_invalid(row)
    row.save()
    record(action, row, by=by, body={})
    return row


def refuse_invalid(row: Model) -> None:
    """Refuses a row that its own fields and constraints do not accept, in their words."""
    try:
        row.full_clean(exclude={one.name for one in row._meta.fields if one.generated})
    except ValidationError as refusal:
        raise NotReady(
            [
                text if name == NON_FIELD_ERRORS else f"{_label(row, name)}: {text}"
                for name, texts in refusal.message_dict.items()
                for text in texts
            ]
        ) from refusal
    except IntegrityError as clash:
        raise NotReady("Uppgifterna krockar med något som redan finns.") from clash


def record(
    action: str,
    row: Model,
    *,
    by: Person | None,
    body: Mapping[str, Any],
    right: str = Can.KEEP_REGISTER,
) -> None:
    """The act is written in the trail, under the row."""
    trail.record(
        action,
        by=by,
        right=right,
        object_type=row._meta.model_name or "",
        object_id=row.pk,
        body=body,
    )


def plain(value: Any) -> Any:
    """A value as the trail keeps it: a row by what it is called, as who reads it later wants."""
    if isinstance(value, Model):
        return str(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _label(row: Model, name: str) -> str:
    label = str(getattr(row._meta.get_field(name), "verbose_name", name))
    return f"{label[:1].upper()}{label[1:]}"
