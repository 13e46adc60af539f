"""What a control chart is made of: values in, points with their lines and signals out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapporter.control_charts.rules import Lines, Rule

FEWEST = 5
"""With fewer points than this there are no limits."""
FULL = 12
"""From so many points every rule holds, and the limits can be locked."""
FULL_BETWEEN = 10
"""As `FULL`, for days and cases between."""


@dataclass(frozen=True)
class Value:
    """One period's number, or one interval's; None when it is missing.

    `of` is what the count is out of, where that varies: cases, devices. An `excluded` value is shown
    and takes no part in the lines; a `preliminary` one takes no part in the signals either.
    """

    label: str
    count: float | None
    of: float | None = None
    excluded: bool = False
    preliminary: bool = False

    @property
    def value(self) -> float | None:
        """What is drawn: the count, or the count by what it is out of."""
        if self.of is None or self.count is None:
            return self.count
        return self.count / self.of if self.of else None

    @property
    def is_left_out(self) -> bool:
        """Whether the lines are made without it."""
        return self.excluded or self.preliminary


class Maturity(StrEnum):
    """How far the limits of a segment can be trusted."""

    TOO_FEW = "too_few"
    PROVISIONAL = "provisional"
    FULL = "full"


@dataclass(frozen=True)
class Point:
    """A value with the lines at its place and the rules that it breaks."""

    given: Value
    value: float | None
    lines: Lines
    segment: int
    rules: tuple[Rule, ...]

    @property
    def label(self) -> str:
        """Its period."""
        return self.given.label

    @property
    def side(self) -> int:
        """1 above the centre, -1 below it, 0 on it or without it."""
        centre = self.lines.centre
        if self.value is None or centre is None:
            return 0
        return (self.value > centre) - (self.value < centre)


@dataclass(frozen=True)
class Runs:
    """Anhøj's statistics of a segment: how long it stays on one side, how often it crosses."""

    useful: int
    """Points that do not lie on the line."""
    longest: int
    longest_usual: int
    crossings: int
    crossings_usual: int
    is_judged: bool = True

    @property
    def is_signal(self) -> bool:
        """Whether chance alone would hardly do so."""
        return (
            self.is_judged
            and self.useful > 0
            and (self.longest > self.longest_usual or self.crossings < self.crossings_usual)
        )


@dataclass(frozen=True)
class Segment:
    """What lies between two recalculations: from one place up to another."""

    start: int
    stop: int
    base: int
    """So many values the lines are made of."""
    maturity: Maturity
    runs: Runs


@dataclass(frozen=True)
class ControlChart:
    """Points in order, and the segments they fall into."""

    points: Sequence[Point]
    segments: Sequence[Segment]

    @property
    def latest(self) -> Point | None:
        """The newest point that takes part in signals and has a value."""
        for point in reversed(self.points):
            if point.value is not None and not point.given.preliminary:
                return point
        return None

    def breaking(self, rule: Rule) -> list[Point]:
        """The points that break the rule."""
        return [point for point in self.points if rule in point.rules]

    @property
    def has_signal(self) -> bool:
        """Whether any point breaks any rule."""
        return any(point.rules for point in self.points)

    @property
    def alerts(self) -> bool:
        """Whether the newest point itself is worth telling somebody: outside, or part of a shift.

        The other rules never alert: of charts of pure chance too many would.
        """
        latest = self.latest
        return latest is not None and bool({Rule.OUTSIDE, Rule.SHIFT} & set(latest.rules))
