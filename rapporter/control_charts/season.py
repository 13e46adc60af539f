"""Months that are short, or always low: the same numbers by day, and without the season."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapporter.control_charts.lines import mean, mean_range

MONTH = 30.4375
"""Days in a month of a year of 365.25."""
ENOUGH = 36
"""So many months make a season."""
WORTH = 0.8
"""Without the season the mean range has to fall to this part, or the season is not taken out."""


@dataclass(frozen=True)
class Season:
    """How much of an ordinary month each month is, January first; their mean is 1."""

    index: Sequence[float]
    is_worth_it: bool
    """Whether the numbers vary clearly less without it."""

    def without(self, month: date, value: float) -> float:
        """The month's number without the season."""
        return value / self.index[month.month - 1]


def per_day(month: date, value: float) -> float:
    """The month's number as it would be had it the days of an ordinary month."""
    return value * MONTH / monthrange(month.year, month.month)[1]


def season(months: Sequence[tuple[date, float | None]]) -> Season | None:
    """The season of months in order; None of fewer than 36, or where a month never has anything."""
    known = [(month, value) for month, value in months if value is not None]
    if len(known) < ENOUGH:
        return None
    by_year: dict[int, list[tuple[date, float]]] = {}
    for month, value in known:
        by_year.setdefault(month.year, []).append((month, value))
    parts: dict[int, list[float]] = {}
    for found in by_year.values():
        average = mean(value for _, value in found)
        for month, value in found:
            if average:
                parts.setdefault(month.month, []).append(value / average)
    raw = [mean(parts.get(number, [])) for number in range(1, 13)]
    present = [each for each in raw if each]
    if len(present) < 12:
        return None
    whole = sum(present) / 12
    made = Season([each / whole for each in present], is_worth_it=False)
    before = mean_range([value for _, value in months], screened=False)
    after = mean_range(
        [None if value is None else made.without(month, value) for month, value in months],
        screened=False,
    )
    less = before is not None and after is not None and after <= WORTH * before
    return Season(made.index, is_worth_it=less)
