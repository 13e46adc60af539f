"""Writing the trail: what was changed, shown or refused, by whom and by which right.

A change and the row that tells of it are one transaction; a page is shown only when its reading
was written. What is refused is written on a connection of its own, since the refusal rolls the
request back.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, transaction

from patientsakerhet.audit.models import Event

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from patientsakerhet.organisation.models import Person

APART = "trail"
"""The alias of the second connection to the same database."""

_LOCK_WAIT = "5s"
_COLUMNS = (
    "kind",
    "action",
    "actor_id",
    "right",
    "via",
    "case_id",
    "number",
    "unit_id",
    "object_type",
    "object_id",
)
_FIELDS = ", ".join(f'"{column}"' for column in _COLUMNS)
_WRITTEN = ", ".join(f'"{field.column}"' for field in Event._meta.concrete_fields)
_INSERT = f"""
    WITH given AS (SELECT %s::bytea AS salt, %s::jsonb AS body),
    event AS (
        INSERT INTO audit_event ({_FIELDS}, payload_digest)
        SELECT {", ".join(["%s"] * len(_COLUMNS))}, audit_digest(salt, body) FROM given
        RETURNING {_WRITTEN}
    ),
    content AS (
        INSERT INTO audit_payload (event_id, salt, body)
        SELECT event.id, salt, body FROM event, given WHERE body IS NOT NULL
    )
    SELECT {_WRITTEN} FROM event
"""  # noqa: S608  the names are this module's own, every value is a parameter
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def record(
    action: str,
    *,
    by: Person | None,
    case_id: int | None = None,
    number: str = "",
    unit_id: int | None = None,
    right: str = "",
    body: Mapping[str, Any] | None = None,
    object_type: str = "",
    object_id: int | None = None,
    via: str = "",
) -> Event:
    """Write what was changed, in the transaction that changes it.

    `by` is None for the product itself and for those without account. `body` holds what may one
    day be erased: differences, words searched for, ids.
    """
    return _write(
        Event.Kind.CHANGE,
        action,
        by=by,
        case_id=case_id,
        number=number,
        unit_id=unit_id,
        right=right,
        body=body,
        object_type=object_type,
        object_id=object_id,
        via=via,
    )


def read(
    action: str,
    *,
    by: Person | None,
    case_id: int | None = None,
    number: str = "",
    unit_id: int | None = None,
    right: str = "",
    body: Mapping[str, Any] | None = None,
    object_type: str = "",
    object_id: int | None = None,
    via: str = "",
) -> Event:
    """Write what is about to be shown; a list is one event with the ids under `cases` in the body."""
    return _write(
        Event.Kind.READ,
        action,
        by=by,
        case_id=case_id,
        number=number,
        unit_id=unit_id,
        right=right,
        body=body,
        object_type=object_type,
        object_id=object_id,
        via=via,
    )


def denied(
    action: str,
    *,
    by: Person | AnonymousUser | None,
    case_id: int | None = None,
    number: str = "",
    body: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Write what somebody was refused; it stays although the request is rolled back."""
    content = {**(body or {}), **({"reason": reason} if reason else {})}
    with transaction.atomic(using=APART):
        with connections[APART].cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [_LOCK_WAIT])
        return _write(
            Event.Kind.DENIED,
            action,
            by=by,
            case_id=case_id,
            number=number,
            body=content or None,
            using=APART,
        )


def erase(events: Sequence[int], *, by: Person, basis: str, decision: str) -> Event:
    """Erase the content of these events by a decision; the event that says so is given back.

    The chain still holds, since it is laid over the events and the digests. Refuses more than a
    thousand at a time, a missing basis or decision, and what itself tells of an erasure.
    """
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT audit_erase(%s::bigint[], %s, %s, %s, %s)",
            [list(events), by.pk, basis, decision, secrets.token_bytes(32)],
        )
        return Event.objects.get(pk=cursor.fetchone()[0])


def _write(
    kind: Event.Kind,
    action: str,
    *,
    by: Person | AnonymousUser | None,
    case_id: int | None = None,
    number: str = "",
    unit_id: int | None = None,
    right: str = "",
    body: Mapping[str, Any] | None = None,
    object_type: str = "",
    object_id: int | None = None,
    via: str = "",
    using: str = "default",
) -> Event:
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{action}: the trail is written in the transaction it tells of"
        )
    values = {
        "kind": kind.value,
        "action": action,
        "actor_id": by.pk if by is not None else None,
        "right": right,
        "via": via,
        "case_id": case_id,
        "number": number,
        "unit_id": unit_id,
        "object_type": object_type,
        "object_id": object_id,
    }
    given: list[Any] = [None, None] if body is None else [secrets.token_bytes(32), _json(body)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, given + [values[column] for column in _COLUMNS])
        row = cursor.fetchone()
    return Event.from_db(using, [field.attname for field in Event._meta.concrete_fields], row)


def _json(body: Mapping[str, Any]) -> str:
    """The body as JSON that the database can hold, whatever somebody sent in.

    NUL and half surrogate pairs become replacement signs: an attempt to send them must not be
    what stops the attempt from being written down.
    """
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    return _NUL.sub(r"\1\\ufffd", text.encode("utf-8", "replace").decode("utf-8"))
