"""Rows of an event log as events: read, put in order, and judged whether they contradict themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from avvikelse.exchange.described import TIMES
from avvikelse.exchange.mapping import DONE, State
from avvikelse.exchange.mapping import Mapping as Described
from patientsakerhet.exchange.tables import Row

TRUE = frozenset({"true", "1", "ja", "yes"})
FALSE = frozenset({"false", "0", "nej", "no"})


@dataclass(frozen=True)
class Event:
    """One row: at this moment the matter was in this state with this group."""

    number: int
    key: str
    state: State
    unit: str
    """The group's code there; nothing when the source does not say."""
    person: str
    at: datetime
    opened: datetime
    order: int | None
    resolved: datetime | None
    closed: datetime | None
    reopened: int | None
    active: bool | None
    cells: tuple[str, ...]
    occurred: datetime | None = None
    discovered: datetime | None = None


@dataclass(frozen=True)
class Fault:
    """A row that is not taken over: one that cannot be read, or one that contradicts itself."""

    number: int
    key: str
    text: str
    is_contradiction: bool


@dataclass
class Story:
    """Everything the log says of one matter, in order, and what of it is not taken over."""

    key: str
    events: list[Event] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Log:
    """Reads rows by a mapping; a moment that is written often is parsed once."""

    def __init__(self, mapping: Described, places: Mapping[str, int]) -> None:
        self.mapping, self.places = mapping, places
        self._moments: dict[str, datetime | str | None] = {}

    def stories(self, rows: Iterable[Row]) -> list[Story]:
        """The log by matter, in the order the matters are first met; every row is in one of them."""
        stories: dict[str, Story] = {}
        for row in rows:
            key = "" if row.problem else self.value(row, "number")
            story = stories.setdefault(key, Story(key))
            read = self.event(row, key)
            if isinstance(read, Fault):
                story.faults.append(read)
            else:
                story.events.append(read)
        for story in stories.values():
            _judge(story, is_once=self.mapping.is_once)
        return list(stories.values())

    def value(self, row: Row, column: str) -> str:
        """What stands there; nothing when that is how the source writes what it does not know."""
        place = self.places.get(column)
        value = "" if place is None else row.cells[place]
        return "" if value in self.mapping.missing else value

    def values(self, event: Event) -> dict[str, str]:
        """All that texts may name, by heading."""
        row = Row(event.number, event.cells)
        return {name: self.value(row, name) for name in self.places}

    def event(self, row: Row, key: str) -> Event | Fault:
        """The event of a row, or all that is wrong with it."""
        wrong = [row.problem] if row.problem else []
        if not wrong and not key:
            wrong.append("Numret saknas.")
        name = self.mapping.opening.name if self.mapping.is_once else self.value(row, "state")
        state = self.mapping.states.get(name)
        if state is None and not wrong:
            wrong.append(
                f"Läget {name or 'saknas'} står inte i översättningen." if name else "Läget saknas."
            )
        if wrong:
            return Fault(row.number, key, " ".join(wrong), is_contradiction=False)
        opened = self.moment(row, "opened", wrong)
        at = opened if self.mapping.is_once else self.moment(row, "at", wrong)
        resolved, closed = self.moment(row, "resolved", wrong), self.moment(row, "closed", wrong)
        order, reopened = self.whole(row, "order", wrong), self.whole(row, "reopened", wrong)
        active = self.yes_no(row, "active", wrong)
        named = self.mapping.deviation.columns
        occurred, discovered = (
            self.moment(row, named[name], wrong) if name in named else None for name in TIMES
        )
        if at is None and not wrong and not self.mapping.is_once:
            wrong.append("Tiden för händelsen saknas.")
        if opened is None and not wrong:
            wrong.append("Tiden för öppnandet saknas.")
        if wrong or at is None or opened is None or state is None:
            return Fault(row.number, key, " ".join(wrong), is_contradiction=False)
        return Event(
            row.number,
            key,
            state,
            self.value(row, "unit"),
            self.value(row, "person"),
            at,
            opened,
            order,
            resolved,
            closed,
            reopened,
            active,
            row.cells,
            occurred,
            discovered,
        )

    def moment(self, row: Row, column: str, wrong: list[str]) -> datetime | None:
        """The moment there in the log's own zone; refuses one that was never, or was twice."""
        text = self.value(row, column)
        if not text:
            return None
        if text not in self._moments:
            self._moments[text] = self._parsed(text)
        read = self._moments[text]
        if isinstance(read, str):
            wrong.append(f"{self.mapping.columns.get(column, column)}: {read}")
            return None
        return read

    def _parsed(self, text: str) -> datetime | str:
        try:
            local = datetime.strptime(text, self.mapping.moments).replace(tzinfo=self.mapping.zone)
        except ValueError:
            return f"{text} är inte skriven som {self.mapping.moments}."
        if not 1950 <= local.year <= 2200:
            return f"{text} är inget rimligt år."
        moment = local.astimezone(UTC)
        if moment.astimezone(self.mapping.zone).replace(fold=0) != local:
            return f"{text} finns inte: klockan ställdes fram."
        if local.replace(fold=1).utcoffset() != local.utcoffset():
            return f"{text} finns två gånger: klockan ställdes tillbaka."
        return moment

    def whole(self, row: Row, column: str, wrong: list[str]) -> int | None:
        """A whole number."""
        text = self.value(row, column)
        if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
            wrong.append(f"{self.mapping.columns[column]}: {text} är inget helt tal.")
            return None
        return int(text) if text else None

    def yes_no(self, row: Row, column: str, wrong: list[str]) -> bool | None:
        """True, false, or not said."""
        text = self.value(row, column).casefold()
        if text and text not in TRUE | FALSE:
            wrong.append(f"{self.mapping.columns[column]}: {text} är varken sant eller falskt.")
        return text in TRUE if text in TRUE | FALSE else None


def _judge(story: Story, *, is_once: bool) -> None:
    """Keep the events that hold together, in order; lay those that contradict themselves aside."""
    if all(event.order is not None for event in story.events):
        story.events.sort(key=lambda event: (event.order, event.number))
    kept: list[Event] = []
    now = datetime.now(UTC) + timedelta(days=1)  # a day's grace for a log in another zone
    for event in story.events:
        against = _against_itself(event, now)
        if not against and kept:
            against = _again(event, kept[-1]) if is_once else _against_earlier(event, kept[-1])
        if against:
            story.faults.append(Fault(event.number, event.key, against, is_contradiction=True))
        else:
            kept.append(event)
    story.events = kept


def _against_itself(event: Event, now: datetime) -> str:
    if event.at < event.opened:
        return f"Ändrad {_said(event.at)}, före öppnandet {_said(event.opened)}."
    opened = _local(event.opened)
    if event.occurred and event.occurred > event.opened:
        return f"Inträffade {_local(event.occurred)}, efter öppnandet {opened}."
    if event.discovered and event.discovered > event.opened:
        return f"Upptäckt {_local(event.discovered)}, efter öppnandet {opened}."
    if event.occurred and event.discovered and event.discovered < event.occurred:
        return (
            f"Upptäckt {_local(event.discovered)}, innan det inträffade {_local(event.occurred)}."
        )
    if event.at > now:
        return f"Ändrad {_said(event.at)}, som inte har varit än."
    if event.resolved and event.resolved < event.opened:
        return f"Löst {_said(event.resolved)}, före öppnandet {_said(event.opened)}."
    if event.closed and event.closed < (event.resolved or event.opened):
        before = "lösningen" if event.resolved else "öppnandet"
        return f"Stängd {_said(event.closed)}, före {before}."
    if event.active is not None and event.active != event.state.active:
        finished = "pågående" if event.active else "avslutad"
        return f"I läget {event.state.name} men markerad som {finished}."
    return ""


def _again(event: Event, last: Event) -> str:
    same = "En upprepning av" if event.cells == last.cells else "Samma nummer som"
    return f"{same} rad {last.number}."


def _against_earlier(event: Event, last: Event) -> str:
    if event.opened != last.opened:
        return f"Öppnad {_said(event.opened)} här men {_said(last.opened)} på rad {last.number}."
    if event.order is not None and event.order == last.order:
        same = "En upprepning av" if event.cells == last.cells else "Samma ordningsnummer som"
        return f"{same} rad {last.number}."
    if event.at < last.at:
        return f"Ändrad {_said(event.at)}, före rad {last.number} ({_said(last.at)})."
    if event.reopened is None or last.reopened is None:
        return ""
    came_back = last.state.stage >= DONE > event.state.stage
    if came_back and event.reopened <= last.reopened:
        return f"Går från {last.state.name} till {event.state.name} utan att vara återöppnad."
    if event.reopened > last.reopened and not came_back:
        return f"Räknas som återöppnad men går från {last.state.name} till {event.state.name}."
    if event.reopened < last.reopened:
        return f"Antalet återöppningar sjunker från {last.reopened} till {event.reopened}."
    return ""


def _local(moment: datetime) -> str:
    """The moment as clocks in Sweden show it; a source that knows days gives midnights."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
