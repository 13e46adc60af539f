"""What has happened to a measure, by the trail, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case, Measure, MeasureCase
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import parts, swedish

MOST = 100
WORDS = {
    "measure.decided": "Åtgärden beslutades av",
    "measure.proposed": "Åtgärden föreslogs av",
    "measure.accepted": "Åtgärden beslutades av",
    "measure.rejected": "Åtgärden avslogs av",
    "measure.serves": "Åtgärden knöts till ett ärende till av",
    "measure.changed": "Åtgärden ändrades av",
    "measure.begun": "Åtgärden påbörjades av",
    "measure.done": "Åtgärden markerades som klar av",
    "measure.cancelled": "Åtgärden utgick enligt",
    "measure.effect": "Effekten följdes upp av",
}
FIELDS = {field.name: str(field.verbose_name).capitalize() for field in Measure._meta.fields}
CODES: dict[str, dict[str, str]] = {"strength": dict(Measure.Strength.choices)}


@dataclass(frozen=True)
class Happening(parts.Event):
    """Something that happened to the measure, with what it changed and why."""

    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """What has happened, latest first."""

    events: list[Happening]


def of(measure: Measure, seen: Sequence[Case]) -> History:
    """The measure's history; of its cases only those that are `seen` are named. Two statements.

    An act on a measure that serves several cases stands in the trail once for each; here once.
    """
    served = MeasureCase.objects.filter(measure=measure).values("case")
    events = (
        Event.objects.changes()
        .filter(case_id__in=served, object_type="measure", object_id=measure.pk)
        .with_body()
        .latest_first()[:MOST]
    )
    once = {(one.transaction, one.action): one for one in events}
    told = sorted(once.values(), key=lambda one: one.pk, reverse=True)
    names = dict(
        Person.objects.filter(pk__in={one.actor_id for one in told}).values_list("pk", "name")
    )
    numbers = {case.pk: case.number for case in seen}
    return History([_happening(one, names, numbers) for one in told])


def _happening(event: Event, names: dict[int, str], numbers: dict[int, str]) -> Happening:
    payload = getattr(event, "payload", None)
    body: dict[str, Any] = payload.body if payload is not None else {}
    details = list(_changes(body)) if event.action == "measure.changed" else []
    if event.action == "measure.serves" and event.case_id in numbers:
        details.append(f"Ärende {numbers[event.case_id]}")
    if body.get("effect"):
        details.append(dict(Measure.Effect.choices).get(body["effect"], "").capitalize())
    if body.get("reason"):
        details.append(f"Skäl: {body['reason']}")
    return Happening(
        at=event.at,
        text=WORDS.get(event.action, event.action),
        who=names.get(event.actor_id or 0, "Varsam"),
        details=tuple(details),
    )


def _changes(body: dict[str, Any]) -> list[str]:
    return [
        f"{FIELDS.get(name, name)}: {_word(name, pair[0])} → {_word(name, pair[1])}"
        for name, pair in body.items()
        if isinstance(pair, list) and len(pair) == 2
    ]


def _word(name: str, value: str) -> str:
    """A value as a person reads it; the trail keeps what stood in the row."""
    if name.endswith("_on"):
        return swedish.day(date.fromisoformat(value))
    return CODES.get(name, {}).get(value, value) or "(tomt)"
