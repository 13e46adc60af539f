"""A measure's number divided into parts, each with the way to exactly its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from patientsakerhet.lib import calendar
from patientsakerhet.ui import paging
from rapporter.breakdowns import NAME, NOTHING, PART, Breakdown, unit_name, unit_of, units_on
from rapporter.builder import spans
from rapporter.figures import ALL
from rapporter.periods import Period, Step
from rapporter.registry import Asked, Measure

TOGETHER = 40
"""So many periods are counted in one statement."""


@dataclass(frozen=True)
class Part:
    """One part of the number: what it is called, how much, and where its rows are."""

    name: str
    value: Decimal | None
    url: str
    tick: str = ""
    is_whole: bool = True
    """Of a period: it is over, and all of its days are asked for."""


@dataclass(frozen=True)
class Divided:
    """A measure's number and its parts."""

    measure: Measure
    asked: Asked
    total: Decimal | None
    parts: Sequence[Part]


def over_time(measure: Measure, asked: Asked, step: Step) -> Divided:
    """By the periods that the days asked for fall in, oldest first."""
    found = spans.within(asked.first, asked.last, step)
    parts = [
        Part(
            name=_period_name(period, first, last),
            value=value,
            url=rows_url(measure, asked, first=first, last=last),
            tick=period.tick,
            is_whole=(first, last) == (period.first, period.last)
            and last < calendar.local_day(asked.as_of),
        )
        for (period, first, last), value in zip(
            found, _values(measure, asked, [days for _, *days in found]), strict=True
        )
    ]
    return Divided(measure, asked, measure.answer(asked).value, parts)


def by_content(measure: Measure, asked: Asked, breakdown: Breakdown) -> Divided:
    """By what the rows have, the largest first; the sum of the parts is the number."""
    counted = _grouped(measure, asked, breakdown)
    parts = [
        Part(name, amount, rows_url(measure, asked, breakdown=breakdown.key, value=value))
        for value, name, amount in counted
    ]
    parts.sort(key=lambda part: (-(part.value or 0), part.name))
    return Divided(measure, asked, sum((amount for *_, amount in counted), Decimal(0)), parts)


def rows_url(measure: Measure, asked: Asked, **more: Any) -> str:
    """The page of the measure with exactly these rows."""
    told: dict[str, Any] = {"first": asked.first, "last": asked.last}
    if asked.unit is not None:
        told["unit"] = asked.unit.code
    return f"{reverse('figure', args=[measure.key])}?{urlencode({**told, **more})}"


def _values(
    measure: Measure, asked: Asked, days: Sequence[Sequence[date]]
) -> Iterator[Decimal | None]:
    """The measure's number for each pair of days; those that count rows many at a time."""
    if measure.tallied(asked) is not None:  # what is read for the whole tells its parts as well
        told = [measure.tallied(replace(asked, first=first, last=last)) for first, last in days]
        if None not in told:
            yield from (None if one is None else Decimal(one) for one in told)
            return
    ask = [replace(asked, first=first, last=last, memory={}) for first, last in days]
    if not measure.is_counted:
        yield from (measure.answer(one).value for one in ask)
        return
    for start in range(0, len(ask), TOGETHER):
        some = ask[start : start + TOGETHER]
        counts = paging.counts_of(
            {str(number): measure.rows_for(one) for number, one in enumerate(some)}, limit=ALL
        )
        yield from (Decimal(counts[str(number)].count) for number in range(len(some)))


def _grouped(
    measure: Measure, asked: Asked, breakdown: Breakdown
) -> list[tuple[str, str, Decimal]]:
    """Each part's value in addresses, what it is called, and how much it is."""
    names: Mapping[str, str] = {}
    if measure.weigh is None:
        rows = breakdown.divided(measure.rows_for(asked).order_by()).values(PART)
        told = list(breakdown.named(rows.annotate(amount=Count("pk"))))
        amounts = {one[PART]: Decimal(one["amount"]) for one in told}
        names = {one[PART]: one.get(NAME) or "" for one in told}
    else:
        amounts, names = _weighed(measure, asked, breakdown)
    if breakdown.is_by_unit:
        return _by_unit(amounts, asked)
    return [
        (value or NOTHING, breakdown.told(value, names[value]), amount)
        for value, amount in amounts.items()
    ]


def _weighed(
    measure: Measure, asked: Asked, breakdown: Breakdown
) -> tuple[dict[str, Decimal], dict[str, str]]:
    """What the rows of each part count for together, and what it is called."""
    amounts: dict[str, Decimal] = {}
    for row in breakdown.divided(measure.rows_for(asked)):
        value = getattr(row, PART)
        amounts[value] = amounts.get(value, Decimal(0)) + measure.part(row, asked)
    names: dict[str, str] = dict.fromkeys(amounts, "")
    if breakdown.label:
        rows = breakdown.divided(measure.rows_for(asked).order_by()).values(PART)
        names |= {one[PART]: one[NAME] or "" for one in breakdown.named(rows)}
    return amounts, names


def _by_unit(amounts: Mapping[str, Decimal], asked: Asked) -> list[tuple[str, str, Decimal]]:
    """The amounts at the units' paths, gathered in the units that are the parts."""
    units = units_on(amounts, asked.unit)
    gathered: dict[str, Decimal] = {}
    for path, amount in amounts.items():
        one = unit_of(path, asked.unit, units)
        gathered[one.path] = gathered.get(one.path, Decimal(0)) + amount
    return [
        (units[path].code, unit_name(units[path], asked.unit), amount)
        for path, amount in gathered.items()
    ]


def _period_name(period: Period, first: date, last: date) -> str:
    whole = (first, last) == (period.first, period.last)
    return period.name if whole else f"{period.name} (delvis)"
