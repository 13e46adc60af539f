"""Stays of cases in stages: [start, end), one after the other from when a case came in until it closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay of one case in one stage."""

    case: int | str
    stage: str
    start: datetime
    end: datetime | None = None
    """None while it lasts."""
    kind: str = ""
    """The sort of case that the stay is counted under."""
    to: str = ""
    """The stage or the end that it went to; empty while it lasts."""
    visit: int = 1
    """The how-manieth time the case is in the stage."""

    def until(self, moment: datetime) -> datetime:
        """When it ended, or the moment if it lasts still then."""
        return moment if self.end is None or self.end > moment else self.end

    def days_within(self, first: datetime, last: datetime) -> timedelta:
        """How much of it lies in the period."""
        return max(elapsed(max(self.start, first), self.until(last)), timedelta(0))

    def lasts_at(self, moment: datetime) -> bool:
        """Whether the case is in the stage then."""
        return self.start <= moment and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Stay:
    """One time a case was open: from filed, or opened again, until it closed."""

    case: int | str
    start: datetime
    end: datetime | None
    kind: str
    to: str
    """How it ended; empty while it lasts."""
    number: int
    """1 is from when it came in, 2 from when it was first opened again."""

    def until(self, moment: datetime) -> datetime:
        """When it ended, or the moment if it lasts still then."""
        return moment if self.end is None or self.end > moment else self.end


def elapsed(start: datetime, end: datetime) -> timedelta:
    """The time that passed: not what the hands of a clock moved, when summer time began or ended."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def days(length: timedelta) -> float:
    """A length of time in days."""
    return length.total_seconds() / 86_400


def days_between(start: datetime, end: datetime) -> float:
    """The time that passed, in days."""
    return days(elapsed(start, end))


def as_of(spells: Iterable[Spell], moment: datetime) -> list[Spell]:
    """The spells as they stood then: later ones unknown, and none ended later."""
    found = []
    for one in spells:
        if one.start > moment:
            continue
        if one.end is not None and one.end > moment:
            one = Spell(one.case, one.stage, one.start, None, one.kind, "", one.visit)
        found.append(one)
    return found


def stays(spells: Iterable[Spell]) -> list[Stay]:
    """The spells joined where one goes over into the next; each case's in order.

    A case that was opened again at the very moment it closed has been closed all the same.
    """
    ordered = sorted(spells, key=_in_order)
    found: list[Stay] = []
    for case, own in groupby(ordered, key=lambda one: one.case):
        number = 0
        last: Spell | None = None
        begun: datetime | None = None
        for one in own:
            goes_on = last is not None and last.end == one.start and last.to == one.stage
            if not goes_on:
                if last is not None and begun is not None:
                    found.append(Stay(case, begun, last.end, last.kind, last.to, number))
                number, begun = number + 1, one.start
            last = one
        if last is not None and begun is not None:
            found.append(Stay(case, begun, last.end, last.kind, last.to, number))
    return found


def overlapping(spells: Sequence[Spell]) -> list[tuple[Spell, Spell]]:
    """Pairs of stays of one case that lie over each other, of which there must be none."""
    ordered = sorted(spells, key=_in_order)
    return [
        (one, two)
        for one, two in pairwise(ordered)
        if one.case == two.case and (one.end is None or one.end > two.start)
    ]


def _in_order(one: Spell) -> tuple[str, datetime, bool, datetime]:
    """As a case goes through them: one that was over at once before that which began then and lasts."""
    return str(one.case), one.start, one.end is None, one.end or one.start
