"""What an older system's export means: a TOML file says it, and is refused with reasons when it does not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from avvikelse.exchange import described
from avvikelse.exchange.described import Described
from avvikelse.workflow import WORKFLOW
from patientsakerhet.exchange.tables import Table, Unreadable
from patientsakerhet.lib.refusal import NotReady

DONE = 2
"""The stage from which a case comes back only by being reopened."""
REQUIRED = ("number", "state", "unit", "at", "opened")
OPTIONAL = ("order", "resolved", "closed", "reopened", "active", "person")
REQUIRED_ONCE, OPTIONAL_ONCE = ("number", "opened"), ("unit", "person")
"""Where each row is a whole matter: the source tells of no steps."""
EVENT, CASE = "event", "case"
TICKETS = ("incident", "problem", "change", "major_incident")
_HOLE = re.compile(r"\{([^{}]+)\}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class State:
    """A state there: which of ours it is, the step into it, and how far along it is."""

    name: str
    status: str
    step: str
    stage: int
    active: bool


@dataclass(frozen=True)
class Units:
    """How the groups there become units here."""

    root_code: str
    root_name: str
    root_parent: str
    provider: str
    prefix: str
    name: str
    create: bool
    since: date
    until: date | None


@dataclass(frozen=True)
class Mapping:
    """One older system's export, wholly described (översättning)."""

    system: str
    name: str
    missing: frozenset[str]
    moments: str
    zone: ZoneInfo
    columns: dict[str, str]
    states: dict[str, State]
    opening: State
    units: Units
    people: str
    """none, email or hsa_id: handlers are found among those there are, and never made."""
    titles: tuple[str, ...]
    lines: tuple[str, ...]
    tickets: tuple[tuple[str, str], ...] = field(default=())
    each_row: str = EVENT
    """What a row is: a change of a matter, or all there is to say of one."""
    deviation: Described = field(default_factory=Described)

    @property
    def is_once(self) -> bool:
        """Whether each matter has one row and no more."""
        return self.each_row == CASE

    def places(self, table: Table) -> dict[str, int]:
        """Where each column stands in the file, those named in texts too; refuses what is missing."""
        wanted = dict(self.columns)
        for column in (*(column for _, column in self.tickets), *self.deviation.headings):
            wanted[column] = column
        for template in (*self.titles, *self.lines):
            wanted.update({name: name for name in _HOLE.findall(template)})
        places, missing = {}, []
        for key, heading in wanted.items():
            place = table.column(self.columns.get(heading, heading))
            if place is None:
                missing.append(heading)
            else:
                places[key] = place
        if missing:
            raise Unreadable(
                f"Filen saknar kolumner som översättningen nämner: {', '.join(sorted(missing))}. "
                f"Filens rubriker är: {', '.join(table.heading)}."
            )
        return places

    def title_of(self, values: Given[str, str]) -> str:
        """The first title of which every part is known."""
        for template in self.titles:
            written = _filled(template, values)
            if written:
                return written[:200]
        return f"{self.name} {values['number']}"[:200]

    def text_of(self, values: Given[str, str]) -> str:
        """The lines of which every part is known; nothing is put in where the source is silent."""
        return "\n".join(line for line in (_filled(one, values) for one in self.lines) if line)


def read(text: str) -> Mapping:
    """The mapping in the file; refuses with everything that is wrong in it at once."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise NotReady(f"Översättningen går inte att läsa: {fault}") from fault
    reader = _Reader(given)
    mapping = reader.mapping()
    if reader.wrong:
        raise NotReady([f"Översättningen: {one}" for one in reader.wrong])
    return mapping


class _Reader:
    """Takes a mapping out of what the file says and gathers what is wrong on the way."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.wrong: list[str] = []

    def mapping(self) -> Mapping:
        source = self.part("source")
        states = self.states()
        opening = self.text(self.part("opening"), "state", "opening")
        if opening not in states:
            self.wrong.append(f"[opening] state: läget {opening!r} står inte under [states].")
        people = self.part("people", required=False)
        each_row = self.choice(source, "each_row", "source", (EVENT, CASE), EVENT)
        return Mapping(
            system=self.slug(source, "system", "source"),
            name=self.text(source, "name", "source"),
            missing=frozenset(self.texts(source, "missing", "source")) | {""},
            moments=self.text(source, "moments", "source"),
            zone=self.zone(source),
            columns=self.columns(is_once=each_row == CASE),
            states=states,
            opening=states.get(opening, State("", WORKFLOW.initial, "file", 0, True)),
            units=self.units(),
            people=self.choice(people, "policy", "people", ("none", "email", "hsa_id"), "none"),
            titles=self.texts(self.part("text"), "titles", "text"),
            lines=self.texts(self.part("text"), "lines", "text"),
            tickets=self.tickets(),
            each_row=each_row,
            deviation=described.read(self.part("deviation", required=False), self.wrong),
        )

    def columns(self, *, is_once: bool) -> dict[str, str]:
        part = self.part("columns")
        required = REQUIRED_ONCE if is_once else REQUIRED
        optional = OPTIONAL_ONCE if is_once else OPTIONAL
        unknown = sorted(set(part) - {*required, *optional})
        if unknown:
            self.wrong.append(f"[columns] har okända rader: {', '.join(unknown)}.")
        for name in required:
            self.text(part, name, "columns")
        return {name: f"{part[name]}" for name in (*required, *optional) if name in part}

    def states(self) -> dict[str, State]:
        part = self.part("states")
        states = {}
        for name, one in part.items():
            where = f"states.{name}"
            if not isinstance(one, dict):
                self.wrong.append(f"[{where}] ska vara en tabell med status, step och stage.")
                continue
            status = self.choice(one, "status", where, tuple(WORKFLOW.labels))
            stage = one.get("stage")
            if stage not in (0, 1, 2, 3):
                self.wrong.append(f"[{where}] stage: skriv 0 ny, 1 pågår, 2 löst eller 3 stängd.")
                stage = 0
            step = self.slug(one, "step", where, underscore=True)
            states[name] = State(name, status, step, stage, bool(one.get("active", stage < 3)))
        return states

    def units(self) -> Units:
        part = self.part("units")
        given_root = part.get("root")
        root: dict[str, Any] = given_root if isinstance(given_root, dict) else {}
        name = self.text(part, "name", "units")
        if "{value}" not in name:
            self.wrong.append("[units] name: skriv var gruppens kod ska stå, med {value}.")
        return Units(
            root_code=self.slug(root, "code", "units.root"),
            root_name=self.text(root, "name", "units.root"),
            root_parent=f"{root.get('parent', '')}",
            provider=f"{root.get('provider', '')}",
            prefix=self.slug(part, "prefix", "units"),
            name=name,
            create=bool(part.get("create", False)),
            since=self.day(part, "since", "units") or date(2000, 1, 1),
            until=self.day(part, "until", "units"),
        )

    def tickets(self) -> tuple[tuple[str, str], ...]:
        found = []
        for one in self.given.get("tickets", []):
            if not isinstance(one, dict):
                self.wrong.append("[[tickets]] ska vara tabeller med kind och column.")
                continue
            kind = self.choice(one, "kind", "tickets", TICKETS)
            found.append((kind, self.text(one, "column", "tickets")))
        return tuple(found)

    def zone(self, part: dict[str, Any]) -> ZoneInfo:
        name = self.text(part, "zone", "source")
        try:
            return ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.wrong.append(f"[source] zone: tidszonen {name!r} finns inte.")
            return ZoneInfo("UTC")

    def part(self, name: str, *, required: bool = True) -> dict[str, Any]:
        part = self.given.get(name)
        if isinstance(part, dict):
            return part
        if required:
            self.wrong.append(f"avsnittet [{name}] saknas.")
        return {}

    def text(self, part: dict[str, Any], name: str, where: str) -> str:
        value = part.get(name)
        if isinstance(value, str) and value:
            return value
        self.wrong.append(f"[{where}] {name} saknas.")
        return ""

    def texts(self, part: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
        value = part.get(name)
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.wrong.append(f"[{where}] {name} ska vara en lista med text.")
        return ()

    def slug(self, part: dict[str, Any], name: str, where: str, *, underscore: bool = False) -> str:
        value = self.text(part, name, where)
        if value and not _SLUG.fullmatch(value.replace("_", "-") if underscore else value):
            self.wrong.append(f"[{where}] {name}: skriv små bokstäver, siffror och bindestreck.")
        return value[:30]

    def choice(
        self,
        part: dict[str, Any],
        name: str,
        where: str,
        choices: Sequence[str],
        otherwise: str = "",
    ) -> str:
        value = part.get(name, otherwise)
        if value in choices:
            return str(value)
        self.wrong.append(f"[{where}] {name}: välj bland {', '.join(choices)}.")
        return choices[0]

    def day(self, part: dict[str, Any], name: str, where: str) -> date | None:
        value = part.get(name)
        if value is None or isinstance(value, date):
            return value
        self.wrong.append(f"[{where}] {name}: skriv dagen utan citattecken, som 2016-01-01.")
        return None


def _filled(template: str, values: Given[str, str]) -> str:
    """The template with its holes filled; nothing when one of them is unknown."""
    holes = _HOLE.findall(template)
    if any(not values.get(hole) for hole in holes):
        return ""
    return _HOLE.sub(lambda hole: values[hole.group(1)], template)
