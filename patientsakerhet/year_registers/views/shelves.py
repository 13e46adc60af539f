"""The four registers: what each is called, shows, asks for and may be kept with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.narrowing import Narrowing
from patientsakerhet.ui.parts import Cell, Tab, Tone
from patientsakerhet.year_registers import filters
from patientsakerhet.year_registers.actions import duties, gatherings
from patientsakerhet.year_registers.exchange import lists
from patientsakerhet.year_registers.forms import rows as forms
from patientsakerhet.year_registers.models import (
    Meeting,
    Responsibility,
    RoleShare,
    State,
    Training,
)

TONES: dict[str, Tone] = {State.PLANNED: "info", State.HELD: "good", State.CANCELLED: "warn"}
Line = list[Cell | str]


@dataclass(frozen=True)
class Shelf:
    """One of the registers, as its pages show and write it."""

    title: str
    lead: str
    counted: str
    """One row and several, in Swedish: "möte,möten"."""
    url_name: str
    one_url: str
    new_url: str
    new_label: str
    saved: str
    model: Any
    narrowing: type[Narrowing]
    few: tuple[str, ...]
    columns: tuple[str, ...]
    line: Callable[[Any], Line]
    facts: Callable[[Any], list[tuple[str, str]]]
    text: str
    """The name of the field with free text, which stands below the facts."""
    form: type[forms.RowForm]
    initial: Callable[[Any], dict[str, Any]]
    put: Callable[..., Any]
    keeps: Can
    place: Callable[[Any], Any]
    export: Export
    empty: str


def _period(first: Any, last: Any) -> str:
    return f"{swedish.day(first)} – {swedish.day(last) if last else 'tills vidare'}"


def _state(row: Any) -> Cell:
    return Cell(row.get_state_display().capitalize(), tone=TONES[row.state])


def _meeting(row: Meeting) -> Line:
    return [
        Cell(row.title, row.get_absolute_url()),
        row.kind.name,
        row.topic.name if row.topic else "–",
        swedish.day(row.held_on),
        row.unit.name,
        _count(row.participants),
        _state(row),
    ]


def _count(number: int | None) -> str:
    return "–" if number is None else swedish.number(number)


def _meeting_facts(row: Meeting) -> list[tuple[str, str]]:
    return [
        ("Slag", row.kind.name),
        ("Ämne", row.topic.name if row.topic else "–"),
        ("Dag", swedish.day(row.held_on)),
        ("Enhet", row.unit.name),
        ("Läge", row.get_state_display().capitalize()),
        *([("Varför", row.reason)] if row.reason else []),
        ("Antal deltagare", _count(row.participants)),
    ]


def _training(row: Training) -> Line:
    return [
        Cell(row.title, row.get_absolute_url()),
        row.kind.name,
        _days(row),
        _audience(row),
        row.unit.name,
        _count(row.trained),
        _state(row),
    ]


def _days(row: Training) -> str:
    if row.last_day == row.first_day:
        return swedish.day(row.first_day)
    return _period(row.first_day, row.last_day)


def _audience(row: Training) -> str:
    told = [row.get_role_display().capitalize() if row.role else "", row.audience]
    return ", ".join(one for one in told if one) or "–"


def _training_facts(row: Training) -> list[tuple[str, str]]:
    return [
        ("Slag", row.kind.name),
        ("När", _days(row)),
        ("För vilka", _audience(row)),
        ("Enhet", row.unit.name),
        ("Läge", row.get_state_display().capitalize()),
        *([("Varför", row.reason)] if row.reason else []),
        ("Antal utbildade", _count(row.trained)),
    ]


def _whose(row: Responsibility) -> str:
    return ", ".join(one for one in (row.person.name if row.person else "", row.post) if one)


def _responsibility(row: Responsibility) -> Line:
    return [
        Cell(row.duty, row.get_absolute_url()),
        row.function,
        _whose(row),
        row.unit.name,
        row.basis,
        _period(row.valid_from, row.valid_to),
    ]


def _responsibility_facts(row: Responsibility) -> list[tuple[str, str]]:
    return [
        ("Funktion eller roll", row.function),
        ("Vem", _whose(row)),
        ("Enhet", row.unit.name),
        ("Grund", row.basis),
        ("Gäller", _period(row.valid_from, row.valid_to)),
    ]


def _share(row: RoleShare) -> Line:
    held = row.assignment
    return [
        Cell(held.person.name, row.get_absolute_url()),
        held.get_role_display().capitalize(),
        held.unit.name,
        f"{row.percent} %",
        _period(row.valid_from, row.valid_to),
    ]


def _share_facts(row: RoleShare) -> list[tuple[str, str]]:
    held = row.assignment
    return [
        ("Roll", held.get_role_display().capitalize()),
        ("Enhet", held.unit.name),
        ("Tjänstgöringsgrad", f"{row.percent} % av heltid"),
        ("Gäller", _period(row.valid_from, row.valid_to)),
        ("Rollen finns", _period(held.valid_from, held.valid_to)),
    ]


def _from(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda row: {name: getattr(row, name) for name in ("version", *names)}


def _share_initial(row: RoleShare) -> dict[str, Any]:
    held = row.assignment
    told = {"person": held.person, "role": held.role, "unit": held.unit}
    return {**_from("percent", "valid_from", "valid_to", "note")(row), **told}


MEETINGS = Shelf(
    title="Möten",
    lead="Workshoppar, möten med patienter och närstående och annat som årets berättelse räknar.",
    counted="möte,möten",
    url_name="meetings",
    one_url="meeting",
    new_url="meeting_new",
    new_label="Nytt möte",
    saved="Mötet är sparat.",
    model=Meeting,
    narrowing=filters.MeetingFilter,
    few=("q", "kind", "state"),
    columns=("Möte", "Slag", "Ämne", "Dag", "Enhet", "Deltagare", "Läge"),
    line=_meeting,
    facts=_meeting_facts,
    text="notes",
    form=forms.MeetingForm,
    initial=_from(
        "kind", "topic", "title", "held_on", "unit", "state", "reason", "participants", "notes"
    ),
    put=gatherings.put_meeting,
    keeps=Can.KEEP_YEAR_REGISTERS,
    place=lambda row: row.unit,
    export=lists.MEETINGS,
    empty="Inga möten",
)
TRAININGS = Shelf(
    title="Utbildning",
    lead="Introduktionsdagar och utbildningar, för vilka roller och hur många som utbildades.",
    counted="utbildning,utbildningar",
    url_name="trainings",
    one_url="training",
    new_url="training_new",
    new_label="Ny utbildning",
    saved="Utbildningen är sparad.",
    model=Training,
    narrowing=filters.TrainingFilter,
    few=("q", "kind", "state"),
    columns=("Utbildning", "Slag", "När", "För vilka", "Enhet", "Utbildade", "Läge"),
    line=_training,
    facts=_training_facts,
    text="notes",
    form=forms.TrainingForm,
    initial=_from(
        "kind", "title", "first_day", "last_day", "unit", "role", "audience", "state", "reason",
        "trained", "notes",
    ),
    put=gatherings.put_training,
    keeps=Can.KEEP_YEAR_REGISTERS,
    place=lambda row: row.unit,
    export=lists.TRAININGS,
    empty="Ingen utbildning",
)  # fmt: skip
RESPONSIBILITIES = Shelf(
    title="Ansvarsregister",
    lead="Vem som ansvarar för vad i patientsäkerhetsarbetet, enligt 3 kap. 9 § patientsäkerhetslagen.",
    counted="ansvar,ansvar",
    url_name="responsibilities",
    one_url="responsibility",
    new_url="responsibility_new",
    new_label="Nytt ansvar",
    saved="Ansvaret är sparat.",
    model=Responsibility,
    narrowing=filters.ResponsibilityFilter,
    few=("q", "on"),
    columns=("Ansvaret gäller", "Funktion eller roll", "Vem", "Enhet", "Grund", "Gäller"),
    line=_responsibility,
    facts=_responsibility_facts,
    text="description",
    form=forms.ResponsibilityForm,
    initial=_from(
        "duty", "function", "unit", "person", "post", "basis", "description", "valid_from",
        "valid_to",
    ),
    put=duties.put_responsibility,
    keeps=Can.KEEP_RESPONSIBILITIES,
    place=lambda row: row.unit,
    export=lists.RESPONSIBILITIES,
    empty="Inget ansvar är inskrivet",
)  # fmt: skip
SHARES = Shelf(
    title="Tjänstgöringsgrader",
    lead="Hur stor del av heltid varje roll är, över tid. En roll räknas inte längre än den finns.",
    counted="tjänstgöringsgrad,tjänstgöringsgrader",
    url_name="role_shares",
    one_url="role_share",
    new_url="role_share_new",
    new_label="Ny tjänstgöringsgrad",
    saved="Tjänstgöringsgraden är sparad.",
    model=RoleShare,
    narrowing=filters.RoleShareFilter,
    few=("q", "role", "on"),
    columns=("Person", "Roll", "Enhet", "Av heltid", "Gäller"),
    line=_share,
    facts=_share_facts,
    text="note",
    form=forms.RoleShareForm,
    initial=_share_initial,
    put=duties.put_share,
    keeps=Can.KEEP_RESPONSIBILITIES,
    place=lambda row: row.assignment.unit,
    export=lists.SHARES,
    empty="Inga tjänstgöringsgrader",
)
SHELVES = (MEETINGS, TRAININGS, RESPONSIBILITIES, SHARES)
NUMBERS: Mapping[str, bool] = {"Deltagare": True, "Utbildade": True, "Av heltid": True}
"""Columns that stand at the end, since they hold numbers."""


def tabs(here: Shelf, _by: Person) -> list[Tab]:
    """The four registers."""
    return [
        Tab(one.title, reverse(one.url_name), current=one.url_name == here.url_name)
        for one in SHELVES
    ]
