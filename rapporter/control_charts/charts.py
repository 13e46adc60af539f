"""The charts: values in order, recalculated where somebody has decided so, each with its signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from rapporter.control_charts import lines
from rapporter.control_charts.lines import NHS, Fit, Profile
from rapporter.control_charts.rules import NONE, Lines, Rule, broken
from rapporter.control_charts.runs import runs
from rapporter.control_charts.series import (
    FEWEST,
    FULL,
    FULL_BETWEEN,
    ControlChart,
    Maturity,
    Point,
    Segment,
    Value,
)

FIRST = (Rule.OUTSIDE,)
"""What provisional limits are asked about."""
HALF_A_DAY = timedelta(hours=12)
"""Two events within this count as half a day apart: a time between is above zero."""


def xmr(
    values: Sequence[Value],
    *,
    breaks: Sequence[int] = (),
    fix_after: int | None = None,
    profile: Profile = NHS,
    screened: bool = True,
) -> ControlChart:
    """Individual values; `breaks` are the numbers of the values where the lines begin anew."""
    fit = lines.xmr(profile, screened=screened)
    return chart(values, fit, breaks=breaks, fix_after=fix_after)


def moving_range(values: Sequence[Value], *, breaks: Sequence[int] = ()) -> ControlChart:
    """The differences between neighbours; the first of each segment has none."""
    found: list[Value] = []
    starts = {0, *breaks}
    for number, value in enumerate(values):
        before = None if number in starts else values[number - 1].value
        here = value.value
        moved = None if before is None or here is None else abs(here - before)
        found.append(replace(value, count=moved, of=None))
    return chart(found, lines.moving_range, breaks=breaks, rules=(Rule.OUTSIDE,), by_runs=False)


def run(values: Sequence[Value], *, breaks: Sequence[int] = ()) -> ControlChart:
    """The median alone, judged by Anhøj's rules: `segments[i].runs`."""
    return chart(values, lines.middle, breaks=breaks, rules=())


def count(values: Sequence[Value], *, breaks: Sequence[int] = ()) -> ControlChart:
    """Counts out of something constant (c)."""
    return chart(values, lines.count, breaks=breaks)


def rate(
    values: Sequence[Value], *, laney: bool = False, breaks: Sequence[int] = ()
) -> ControlChart:
    """Counts by what varies (u, or u′ with Laney's correction)."""
    return chart(values, lines.rate(laney=laney), breaks=breaks)


def share(
    values: Sequence[Value], *, laney: bool = False, breaks: Sequence[int] = ()
) -> ControlChart:
    """Shares (p, or p′ with Laney's correction)."""
    return chart(values, lines.share(laney=laney), breaks=breaks)


def between(values: Sequence[Value], *, breaks: Sequence[int] = ()) -> ControlChart:
    """Days between events (T)."""
    return chart(values, lines.between, breaks=breaks, full=FULL_BETWEEN)


def cases_between(
    values: Sequence[Value], *, by_chance: bool = True, breaks: Sequence[int] = ()
) -> ControlChart:
    """Cases between events (G), with limits by probability, or as R draws them."""
    fit: Fit = lines.cases_between_by_chance if by_chance else lines.cases_between
    return chart(values, fit, breaks=breaks, full=FULL_BETWEEN)


def days_between(moments: Sequence[datetime]) -> list[float]:
    """Days from each event to the next, half a day at least."""
    ordered = sorted(moments)
    return [
        max(after - before, HALF_A_DAY) / timedelta(days=1) for before, after in pairwise(ordered)
    ]


def chart(
    values: Sequence[Value],
    fit: Fit,
    *,
    breaks: Sequence[int] = (),
    fix_after: int | None = None,
    full: int = FULL,
    rules: Sequence[Rule] = tuple(Rule),
    by_runs: bool = True,
) -> ControlChart:
    """The points with lines of the fit, segment by segment.

    Of too few points there are no lines; of few there are provisional ones, and only what lies
    outside them is a signal. `rules` are those that are asked about; ranges are not judged by runs.
    """
    points: list[Point] = []
    segments: list[Segment] = []
    starts = sorted({0, *(each for each in breaks if 0 < each < len(values))})
    for number, start in enumerate(starts if values else ()):
        stop = starts[number + 1] if number + 1 < len(starts) else len(values)
        within = values[start:stop]
        counted = [each for each in within if not each.is_left_out]
        base = [each for each in within[:fix_after] if not each.is_left_out]
        known = sum(each.value is not None for each in base)
        maturity = _maturity(known, full)
        at = fit(base)
        drawn = [NONE if maturity is Maturity.TOO_FEW else at(each) for each in within]
        centre = next((each.centre for each in drawn if each.centre is not None), None)
        asked = rules if maturity is Maturity.FULL else [each for each in rules if each in FIRST]
        points += [
            Point(each, each.value, line, number, tuple(rule for rule in broke if rule in asked))
            for each, line, broke in zip(within, drawn, _rules(within, drawn), strict=True)
        ]
        stayed = replace(runs([each.value for each in counted], centre), is_judged=by_runs)
        segments.append(Segment(start, stop, known, maturity, stayed))
    return ControlChart(points, segments)


def _rules(values: Sequence[Value], drawn: Sequence[Lines]) -> list[tuple[Rule, ...]]:
    """What each point breaks: an excluded one can only lie outside, a preliminary one nothing."""
    taking_part = [number for number, each in enumerate(values) if not each.is_left_out]
    within = broken([values[n].value for n in taking_part], [drawn[n] for n in taking_part])
    found: list[tuple[Rule, ...]] = [()] * len(values)
    for number, rules in zip(taking_part, within, strict=True):
        found[number] = rules
    for number, each in enumerate(values):
        if each.excluded and not each.preliminary and drawn[number].has_outside(each.value):
            found[number] = (Rule.OUTSIDE,)
    return found


def _maturity(known: int, full: int) -> Maturity:
    if known < FEWEST:
        return Maturity.TOO_FEW
    return Maturity.FULL if known >= full else Maturity.PROVISIONAL
