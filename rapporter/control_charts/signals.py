"""What in a chart is worth a word: each signal once, from its first point to its last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapporter.control_charts.rules import Rule
from rapporter.control_charts.series import ControlChart, Maturity, Point
from rapporter.registry import Direction


@dataclass(frozen=True)
class Signal:
    """Points that break one rule together, and to which side."""

    rule: Rule
    up: bool
    points: Sequence[Point]

    @property
    def first(self) -> Point:
        """Where it began."""
        return self.points[0]

    @property
    def last(self) -> Point:
        """Where it ended, or its newest."""
        return self.points[-1]


class Assurance(StrEnum):
    """Whether a target is met as things are done now."""

    ALWAYS = "alltid"
    SOMETIMES = "ibland"
    NEVER = "aldrig"


def signals(chart: ControlChart) -> list[Signal]:
    """Every signal, by rule in the order they are shown, oldest first."""
    points = [each for each in chart.points if not each.given.is_left_out or each.rules]
    return [found for rule in Rule for found in _of(rule, points)]


def change(signal: Signal, direction: Direction) -> str:
    """förbättring, försämring, or förändring where neither way is better."""
    if direction is Direction.NEUTRAL:
        return "förändring"
    return "förbättring" if signal.up is (direction is Direction.UP) else "försämring"


def assurance(chart: ControlChart, target: float, direction: Direction) -> Assurance | None:
    """Whether the target lies beyond the newest limits; None without a direction or full limits."""
    latest = chart.latest
    if latest is None or direction is Direction.NEUTRAL:
        return None
    lower, upper = latest.lines.lower, latest.lines.upper
    full = chart.segments[latest.segment].maturity is Maturity.FULL
    if lower is None or upper is None or not full:
        return None
    if lower <= target <= upper:
        return Assurance.SOMETIMES
    met = (target < lower) is (direction is Direction.UP)
    return Assurance.ALWAYS if met else Assurance.NEVER


EXPECTED = {30: (0.08, 0.19, 0.27), 5: (0.09, 0.24, 0.39), 1: (0.20, 0.49, 0.66)}
"""Mean a period -> the share of charts of pure chance with a signal, in 12, 24 and 36 periods.

Measured: 600 series of Poisson counts each, the four rules, screened limits.
"""
LENGTHS = (12, 24, 36)
REACH = {Rule.OUTSIDE: 0, Rule.NEAR: 2, Rule.SHIFT: 1}
"""Points of one rule at most so far apart are one signal; of those outside each is its own."""


def expected_by_chance(charts: Sequence[ControlChart]) -> float:
    """How many of the charts would show a signal were there nothing but chance."""
    return sum(map(_by_chance, charts))


def _by_chance(chart: ControlChart) -> float:
    counted = [
        each for each in chart.points if each.value is not None and not each.given.is_left_out
    ]
    centre = counted[-1].lines.centre if counted else None
    if centre is None:
        return 0.0
    near = min(EXPECTED, key=lambda average: abs(average - centre))
    length = min(LENGTHS, key=lambda each: abs(each - len(counted)))
    return EXPECTED[near][LENGTHS.index(length)]


def _of(rule: Rule, points: Sequence[Point]) -> Iterator[Signal]:
    if rule is Rule.TREND:
        yield from _trends(points)
        return
    together: list[Point] = []
    place = 0
    for number, point in enumerate(points):
        if rule not in point.rules:
            continue
        if together and not (
            number - place <= REACH[rule]
            and together[-1].segment == point.segment
            and together[-1].side == point.side
        ):
            yield Signal(rule, together[0].side > 0, together)
            together = []
        together = [*together, point]
        place = number
    if together:
        yield Signal(rule, together[0].side > 0, together)


def _trends(points: Sequence[Point]) -> Iterator[Signal]:
    """Rises and falls; the point where one turns into the other belongs to both."""
    together: list[Point] = []
    up = False
    for point in points:
        last = together[-1] if together else None
        if Rule.TREND not in point.rules or last is None or last.segment != point.segment:
            if len(together) > 1:
                yield Signal(Rule.TREND, up, together)
            together = [point] if Rule.TREND in point.rules else []
            continue
        rises = (point.value or 0.0) > (last.value or 0.0)
        if len(together) > 1 and rises is not up:
            yield Signal(Rule.TREND, up, together)
            together = [last]
        up = rises
        together.append(point)
    if len(together) > 1:
        yield Signal(Rule.TREND, up, together)
