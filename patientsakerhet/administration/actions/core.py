"""What every administrator's act begins with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person


def allow(by: Person | None, capability: Can = Can.ADMINISTER) -> None:
    """Refuses whoever may not administer; nobody stands for the command line on the server."""
    if by is not None:
        policy.check_anywhere(by, capability)


def line(value: str, what: str) -> str:
    """One clean line; refuses an empty one."""
    try:
        cleaned = text.clean_line(value)
    except ValidationError as refusal:
        raise NotReady(f"{what}: {' '.join(refusal.messages)}") from refusal
    if not cleaned:
        raise NotReady(f"{what} saknas.")
    return cleaned


def refuse_invalid(row: Model, *, but: Collection[str] = ()) -> None:
    """Refuses a row that its own fields and constraints do not accept, in their words."""
    try:
        row.full_clean(exclude=set(but))
    except ValidationError as refusal:
        raise NotReady(
            [
                text if name == NON_FIELD_ERRORS else f"{_label(row, name)}: {text}"
                for name, texts in refusal.message_dict.items()
                for text in texts
            ]
        ) from refusal


def changes(row: Model, given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What would change, as the trail keeps it: field -> [before, after]."""
    found = {}
    for name, value in given.items():
        before = getattr(row, name)
        if before != value:
            found[name] = [_plain(before), _plain(value)]
    return found


def mark(row: Model, names: Iterable[str]) -> str:
    """How the row stands now, in a few signs; another when any of these facts is another."""
    stands = [(name, _plain(getattr(row, name))) for name in sorted(names)]
    return hashlib.sha256(repr(stands).encode()).hexdigest()[:16]


def refuse_stale(row: Model, seen: str, names: Iterable[str]) -> None:
    """Refuses who has seen the row as it no longer is; an empty mark has seen nothing."""
    if seen and seen != mark(row, names):
        raise Stale()


def record(
    action: str,
    row: Model,
    *,
    by: Person | None,
    body: Mapping[str, Any],
    right: str = Can.ADMINISTER,
    unit_id: int | None = None,
) -> None:
    """The act is written in the trail."""
    trail.record(
        action,
        by=by,
        right=right,
        unit_id=unit_id,
        object_type=row._meta.model_name or "",
        object_id=row.pk,
        body=body,
    )


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _label(row: Model, name: str) -> str:
    label = str(getattr(row._meta.get_field(name), "verbose_name", name))
    return f"{label[:1].upper()}{label[1:]}"
