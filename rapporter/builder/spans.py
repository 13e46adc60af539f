"""Which days a report is about: spans that move with today, or two days that stand still."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models

from rapporter import periods
from rapporter.periods import Period, Step


class Span(models.TextChoices):
    """What a report is over."""

    MONTHS_12 = "months_12", "de senaste 12 hela månaderna"
    MONTHS_36 = "months_36", "de senaste 36 hela månaderna"
    WEEKS_26 = "weeks_26", "de senaste 26 hela veckorna"
    THIS_YEAR = "this_year", "i år"
    LAST_YEAR = "last_year", "förra året"
    YEARS_5 = "years_5", "de senaste 5 hela åren"
    LAST_QUARTER = "last_quarter", "förra kvartalet"
    LAST_MONTH = "last_month", "förra månaden"
    LAST_WEEK = "last_week", "förra veckan"
    GIVEN = "given", "mellan två dagar"


WHOLE: dict[str, tuple[Step, int]] = {
    Span.MONTHS_12: (Step.MONTH, 12),
    Span.MONTHS_36: (Step.MONTH, 36),
    Span.WEEKS_26: (Step.WEEK, 26),
    Span.LAST_YEAR: (Step.YEAR, 1),
    Span.YEARS_5: (Step.YEAR, 5),
    Span.LAST_QUARTER: (Step.QUARTER, 1),
    Span.LAST_MONTH: (Step.MONTH, 1),
    Span.LAST_WEEK: (Step.WEEK, 1),
}
"""The spans that are so many whole periods, the last of which is over."""


def days(
    span: str, today: date, first: date | None = None, last: date | None = None
) -> tuple[date, date]:
    """The first and the last day of the span, as it is today."""
    if span == Span.GIVEN:
        if first is None or last is None:
            raise ValueError("a span between two days has both")
        return first, last
    if span == Span.THIS_YEAR:
        year = periods.of(today, Step.YEAR)
        return year.first, year.last
    found = periods.ending(today - timedelta(days=1), *WHOLE[span])
    return found[0].first, found[-1].last


def within(first: date, last: date, step: Step) -> list[tuple[Period, date, date]]:
    """The periods that the days fall in, each with those of its days that are asked for."""
    found = []
    here = periods.of(first, step)
    while here.first <= last:
        found.append((here, max(here.first, first), min(here.last, last)))
        here = periods.of(here.last + timedelta(days=1), step)
    return found
