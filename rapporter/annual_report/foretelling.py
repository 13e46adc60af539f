"""What a report foretells: the year's inflow to come, and when the queue is shorter, as cells beside what they rest on.

The months and weeks that a forecast is made from are kept as cells of their own, so that it can be
made again from them; they are counted, and not kept row by row. The chance in it is drawn from a
seed that is kept. Pure.
"""

from __future__ import annotations

import hashlib
import inspect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from patientsakerhet.lib import calendar
from rapporter.annual_report import canonical, plan
from rapporter.annual_report.counting import EXACT, Number
from rapporter.flow import forecast, log_linear
from rapporter.flow.forecast import Week

SEED = 1
HISTORY, AHEAD = 36, 12
"""Months that are looked back at the most, and that are foretold."""
WEEKS, SHOWN = 52, (13, 26, 39, 52)
"""Weeks that the queue's future is drawn from, and those ahead that are told."""
CAME, LEFT, OPEN = "flow_came", "flow_left", "flow_open"


@dataclass(frozen=True)
class Past:
    """What a forecast is made from: whole months and whole weeks, oldest first, and the queue now."""

    months: Sequence[tuple[date, int]]
    """The first day of each, and what came in."""
    weeks: Sequence[tuple[date, Week]]
    """The Monday of each, and what came in and went out."""
    backlog: int
    versions: Mapping[str, int]
    """Of the measures that were counted."""


def past(
    came: Counter[date], left: Counter[date], backlog: int, last: date, versions: Mapping[str, int]
) -> Past:
    """Out of how many came and left each day, up to this last day of a month.

    Begins with the first whole month: one in which the first case of all came in some days later is
    none, unless it is as far back as is looked.
    """
    begins = min(came, default=last)
    month, furthest = begins.replace(day=1), calendar.add_months(last.replace(day=1), 1 - HISTORY)
    if month != furthest and begins.day > 1:
        month = calendar.add_months(month, 1)
    months = []
    while month <= last:
        after = calendar.add_months(month, 1)
        months.append((month, _sum(came, month, after)))
        month = after
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    weeks = []
    for back in range(WEEKS, 0, -1):
        monday = sunday + timedelta(days=1 - 7 * back)
        if monday >= begins:
            after = monday + timedelta(days=7)
            weeks.append((monday, Week(_sum(came, monday, after), _sum(left, monday, after))))
    return Past(months, weeks, backlog, versions)


def numbers(told: Past) -> list[Number]:
    """The cells of both forecasts; none of what there is too little past for."""
    return [*_inflow(told), *_queue(told)]


def disagreeing(cells: Iterable[Any]) -> list[str]:
    """What of kept forecasts does not come out of the past that was kept with them.

    What another version of the product foretold is left as it is.
    """
    kept = [one for one in cells if one.table in plan.FORETOLD]
    if not kept or any(one.dims.get("made_by", _code()) != _code() for one in kept):
        return []
    again = {(one.table, one.dims["code"]): one for one in numbers(_past_of(kept))}
    return [
        f"Prognosen {one.table} {one.dims['code']} är inte vad dess underlag ger."
        for one in kept
        if not _same(one, again.pop((one.table, one.dims["code"]), None))
    ] + [f"Prognosen {table} {code} saknas." for table, code in again]


def _inflow(told: Past) -> list[Number]:
    """The months that were, and from twelve of them on those to come."""
    counts = [count for _, count in told.months]
    if len(counts) < forecast.SEASON:
        return []
    cells = [
        _cell(plan.INFLOW, CAME, told, first.year, f"{first:%Y-%m}", count, {"was": True})
        for first, count in told.months
    ]
    begins = told.months[0][0]
    drawn = forecast.inflow(counts, AHEAD, seed=SEED, start=begins.month - 1)
    more = {"method": drawn.method, "seed": SEED, "made_by": _code()}
    month = told.months[-1][0]
    for one in drawn.months:
        month = calendar.add_months(month, 1)
        bounds = (one.low, one.high)
        cells.append(
            _cell(plan.INFLOW, CAME, told, month.year, f"{month:%Y-%m}", one.value, more, bounds)
        )
    return cells


def _queue(told: Past) -> list[Number]:
    """The weeks that were and the queue now; from four weeks on, how long it is likely to be."""
    if len(told.weeks) < forecast.WEEKS_IN_BLOCK or not told.backlog:
        return []
    cells = []
    for monday, week in told.weeks:
        for measure, count in ((CAME, week.came), (LEFT, week.left)):
            code = f"{measure}:{monday}"
            cells.append(
                _cell(plan.CAUGHT_UP, measure, told, monday.year, code, count, {"was": True})
            )
    end = told.weeks[-1][0] + timedelta(days=7)
    put = {"year": end.year, "from": end.isoformat()}
    cells.append(_cell(plan.CAUGHT_UP, OPEN, told, end.year, "now", told.backlog, put))
    target = told.backlog // 2
    drawn = forecast.caught_up(
        told.backlog, [week for _, week in told.weeks], target=target, seed=SEED, shown=max(SHOWN)
    )
    more = {"seed": SEED, "made_by": _code()}
    for code, value in (("target", target), ("half", drawn.half), ("likely", drawn.likely)):
        cells.append(_cell(plan.CAUGHT_UP, OPEN, told, end.year, code, value, more))
    for ahead in SHOWN:
        low, middle, high = drawn.fan[ahead - 1]
        bounds = (low, high)
        cells.append(
            _cell(plan.CAUGHT_UP, OPEN, told, end.year, f"{ahead:02}", middle, more, bounds)
        )
    return cells


def _cell(
    table: str,
    measure: str,
    told: Past,
    year: int,
    code: str,
    value: float | None,
    more: Mapping[str, Any],
    bounds: tuple[float, float] | None = None,
) -> Number:
    """One cell; what was is counted, what is foretold rests on all that was."""
    low, high = (None, None) if bounds is None else map(_exact, bounds)
    was = bool(more.get("was"))
    rests_on = [table, code, value] if was else _basis(told, table)
    return Number(
        table,
        measure,
        told.versions[measure],
        {"year": year, "code": code, **more},
        int(value or 0) if was else 0,
        _exact(value),
        canonical.digest(rests_on),
        low,
        high,
    )


def _basis(told: Past, table: str) -> list[Any]:
    """All that a forecast is made from."""
    if table == plan.INFLOW:
        return [[first.isoformat(), count] for first, count in told.months]
    weeks = [[monday.isoformat(), week.came, week.left] for monday, week in told.weeks]
    return [weeks, told.backlog]


def _past_of(kept: Sequence[Any]) -> Past:
    """The past as its kept cells tell it."""
    was = [one for one in kept if one.dims.get("was")]
    months = [
        (date.fromisoformat(f"{one.dims['code']}-01"), int(one.value))
        for one in was
        if one.table == plan.INFLOW
    ]
    weeks: dict[date, dict[str, int]] = {}
    for one in was:
        if one.table == plan.CAUGHT_UP:
            measure, _, monday = one.dims["code"].partition(":")
            weeks.setdefault(date.fromisoformat(monday), {})[measure] = int(one.value)
    backlog = [int(one.value) for one in kept if one.dims["code"] == "now"]
    return Past(
        months,
        [(monday, Week(week[CAME], week[LEFT])) for monday, week in sorted(weeks.items())],
        backlog[0] if backlog else 0,
        {one.measure: version(one) for one in kept},
    )


def version(cell: Any) -> int:
    """The version of the measure that a cell was counted by."""
    found: int = cell.version if isinstance(cell, Number) else cell.measure_version
    return found


def _same(cell: Any, again: Number | None) -> bool:
    if again is None or cell.facts_hash != again.facts_hash:
        return False
    pairs = ((cell.value, again.value), (cell.low, again.low), (cell.high, again.high))
    return all(one == two for one, two in pairs)


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(EXACT)


def _sum(days: Counter[date], first: date, after: date) -> int:
    return sum(count for day, count in days.items() if first <= day < after)


@cache
def _code() -> str:
    """The digest of the code that foretells."""
    source = "".join(inspect.getsource(one) for one in (forecast, log_linear))
    return hashlib.sha256(source.encode()).hexdigest()[:16]
