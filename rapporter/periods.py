"""Months, quarters, weeks and years as figures are put beside each other, and what each is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from patientsakerhet.lib import calendar
from patientsakerhet.ui import swedish

LONG = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


class Step(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """The days from first to last, both counted."""

    step: Step
    first: date
    last: date

    @property
    def name(self) -> str:
        """oktober 2026, kvartal 4 2026, vecka 47 2026, 2026."""
        if self.step is Step.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"vecka {week} {year}"
        if self.step is Step.MONTH:
            return f"{LONG[self.first.month - 1]} {self.first.year}"
        if self.step is Step.QUARTER:
            return f"kvartal {_quarter(self.first)} {self.first.year}"
        return str(self.first.year)

    @property
    def tick(self) -> str:
        """The same along an axis, in two lines."""
        if self.step is Step.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"v. {week}\n{year}"
        if self.step is Step.MONTH:
            return f"{swedish.MONTHS[self.first.month - 1]}\n{self.first.year}"
        if self.step is Step.QUARTER:
            return f"kv. {_quarter(self.first)}\n{self.first.year}"
        return str(self.first.year)

    @property
    def part(self) -> str:
        """Which part of its year it is, as addresses say it; nothing for the whole."""
        return {
            Step.WEEK: f"v{self.first.isocalendar()[1]}",
            Step.MONTH: f"m{self.first.month}",
            Step.QUARTER: f"k{_quarter(self.first)}",
            Step.YEAR: "",
        }[self.step]

    @property
    def year(self) -> int:
        """The year it belongs to; of a week the one that it has most of its days in."""
        return self.first.isocalendar()[0] if self.step is Step.WEEK else self.first.year

    def before(self, count: int) -> Period:
        """So many steps earlier."""
        first = self.first
        for _ in range(count):
            first = _FIRST[self.step](first - timedelta(days=1))
        return of(first, self.step)


def of(day: date, step: Step) -> Period:
    """The period that the day falls in."""
    first = _FIRST[step](day)
    following = {
        Step.WEEK: lambda: first + timedelta(days=7),
        Step.MONTH: lambda: calendar.add_months(first, 1),
        Step.QUARTER: lambda: calendar.add_months(first, 3),
        Step.YEAR: lambda: calendar.add_months(first, 12),
    }[step]()
    return Period(step, first, following - timedelta(days=1))


def ending(day: date, step: Step, count: int) -> list[Period]:
    """So many whole periods, oldest first, the last of which had ended by the day (its last counts)."""
    newest = of(day, step)
    found = [newest if newest.last <= day else newest.before(1)]
    for _ in range(count - 1):
        found.append(found[-1].before(1))
    return found[::-1]


def within(year: int, part: str) -> Period | None:
    """The part of a year that an address names: m1 to m12, k1 to k4, v1 to v53, or all of it."""
    number = int(part[1:]) if part[1:].isdecimal() else 0
    if not part:
        return of(date(year, 1, 1), Step.YEAR)
    if part[0] == "m" and 1 <= number <= 12:
        return of(date(year, number, 1), Step.MONTH)
    if part[0] == "k" and 1 <= number <= 4:
        return of(date(year, 3 * number - 2, 1), Step.QUARTER)
    if part[0] == "v" and 1 <= number <= date(year, 12, 28).isocalendar()[1]:
        return of(date.fromisocalendar(year, number, 1), Step.WEEK)
    return None


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


_FIRST: dict[Step, Callable[[date], date]] = {
    Step.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Step.MONTH: lambda day: day.replace(day=1),
    Step.QUARTER: lambda day: day.replace(month=3 * _quarter(day) - 2, day=1),
    Step.YEAR: lambda day: day.replace(month=1, day=1),
}
