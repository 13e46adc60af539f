"""Meetings and training: planned, held, cancelled, put right."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.year_registers.actions import core
from patientsakerhet.year_registers.models import Meeting, RegisterTerm, State, Training

RIGHT = Can.KEEP_YEAR_REGISTERS


@transaction.atomic
def put_meeting(
    row: Meeting | None,
    *,
    by: Person,
    kind: RegisterTerm,
    title: str,
    held_on: date,
    unit: Unit,
    state: str,
    topic: RegisterTerm | None = None,
    participants: int | None = None,
    reason: str = "",
    notes: str = "",
    version: int | None = None,
) -> Meeting:
    """The meeting as written; a new one without a row.

    Refuses one that is said to have taken place on a day to come, and one cancelled without a
    reason.
    """
    found = _begun(Meeting() if row is None else row, by, unit, version, "meeting")
    _is_of(kind, RegisterTerm.List.MEETING_KIND)
    if topic is not None:
        _is_of(topic, RegisterTerm.List.MEETING_TOPIC)
    values = {
        "kind": kind,
        "topic": topic,
        "title": title,
        "held_on": held_on,
        "unit": unit,
        "participants": participants,
        "notes": notes,
        **_standing(found, state, reason, held_on),
    }
    core.put(found, values, by=by, right=RIGHT, unit=unit, what="meeting")
    return found


@transaction.atomic
def put_training(
    row: Training | None,
    *,
    by: Person,
    kind: RegisterTerm,
    title: str,
    first_day: date,
    last_day: date | None = None,
    unit: Unit,
    state: str,
    role: str = "",
    audience: str = "",
    trained: int | None = None,
    reason: str = "",
    notes: str = "",
    version: int | None = None,
) -> Training:
    """The training as written; a new one without a row, and of one day without a last one.

    Refuses one that is said to have taken place before its last day has come, or without how many
    were trained.
    """
    found = _begun(Training() if row is None else row, by, unit, version, "training")
    _is_of(kind, RegisterTerm.List.TRAINING_KIND)
    last = last_day or first_day
    core.in_order(first_day, last, "Sista dagen kan inte ligga före den första.")
    if state == State.HELD and trained is None:
        raise NotReady("Skriv hur många som utbildades.")
    values = {
        "kind": kind,
        "title": title,
        "first_day": first_day,
        "last_day": last,
        "unit": unit,
        "role": role,
        "audience": audience,
        "trained": trained,
        "notes": notes,
        **_standing(found, state, reason, last),
    }
    core.put(found, values, by=by, right=RIGHT, unit=unit, what="training")
    return found


def _begun(row: Any, by: Person, unit: Unit, version: int | None, what: str) -> Any:
    """The row to write in: locked, or new; the right holds where it lies and where it will."""
    core.allow(by, RIGHT, unit, f"{what}.put")
    if row.pk is None:
        return row
    locked = core.begin(row, version, "unit")
    core.allow(by, RIGHT, locked.unit, f"{what}.put")
    return locked


def _is_of(term: RegisterTerm, name: str) -> None:
    if term.list != name:
        raise NotReady(f"{term} är inget {RegisterTerm.List(name).label}.")


def _standing(row: Any, state: str, reason: str, day: date) -> dict[str, Any]:
    """Whether it took place, since when that is known, and why not."""
    confirmed: datetime | None = None
    if state == State.HELD:
        if day > timezone.localdate():
            raise NotReady("Dagen har inte varit än. Välj att det är planerat.")
        confirmed = row.confirmed_at or timezone.now()
    if state == State.CANCELLED and not reason.strip():
        raise NotReady("Skriv varför det ställdes in.")
    return {
        "state": state,
        "reason": reason if state == State.CANCELLED else "",
        "confirmed_at": confirmed,
    }
