"""The four rules of NHS Making Data Count: what in a segment is a signal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

IN_A_ROW = 7
WINDOW, CLOSE = 3, 2


class Rule(StrEnum):
    """A signal, in the order they are shown."""

    OUTSIDE = "outside"
    TREND = "trend"
    NEAR = "near"
    SHIFT = "shift"


@dataclass(frozen=True)
class Lines:
    """The lines at one place; None where there is none."""

    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    near_lower: float | None = None
    near_upper: float | None = None

    def has_outside(self, value: float | None) -> bool:
        """Whether the value lies beyond a limit."""
        if value is None:
            return False
        above = self.upper is not None and value > self.upper
        return above or (self.lower is not None and value < self.lower)

    def has_close(self, value: float | None) -> bool:
        """Whether it lies beyond the near limit and not beyond the limit."""
        if value is None or self.has_outside(value):
            return False
        above = self.near_upper is not None and value > self.near_upper
        return above or (self.near_lower is not None and value < self.near_lower)

    def side(self, value: float) -> int:
        """1 above the centre, -1 below it, 0 on it."""
        centre = value if self.centre is None else self.centre
        return (value > centre) - (value < centre)


NONE = Lines()
Place = tuple[int, float, Lines]
"""A point's number, its value, and the lines there."""


def broken(values: Sequence[float | None], lines: Sequence[Lines]) -> list[tuple[Rule, ...]]:
    """For each point of a segment the rules it breaks; a missing value breaks every row."""
    found: list[set[Rule]] = [set() for _ in values]
    for number, (value, line) in enumerate(zip(values, lines, strict=True)):
        if line.has_outside(value):
            found[number].add(Rule.OUTSIDE)
    for stretch in _stretches(values, lines):
        for number in _trend(stretch):
            found[number].add(Rule.TREND)
        for number in _near(stretch):
            found[number].add(Rule.NEAR)
        for number in _shift(stretch):
            found[number].add(Rule.SHIFT)
    return [tuple(rule for rule in Rule if rule in rules) for rules in found]


def _stretches(values: Sequence[float | None], lines: Sequence[Lines]) -> Iterator[list[Place]]:
    """The values that follow each other without a missing one among them."""
    stretch: list[Place] = []
    for number, (value, line) in enumerate(zip(values, lines, strict=True)):
        if value is None:
            yield stretch
            stretch = []
        else:
            stretch.append((number, value, line))
    yield stretch


def _windows(stretch: Sequence[Place], size: int) -> Iterator[Sequence[Place]]:
    for start in range(len(stretch) - size + 1):
        yield stretch[start : start + size]


def _trend(stretch: Sequence[Place]) -> Iterable[int]:
    """Seven points, each higher than the last, or each lower."""
    for window in _windows(stretch, IN_A_ROW):
        steps = [b[1] - a[1] for a, b in pairwise(window)]
        if all(step > 0 for step in steps) or all(step < 0 for step in steps):
            yield from (number for number, _, _ in window)


def _near(stretch: Sequence[Place]) -> Iterable[int]:
    """Two of three near the limit, all three on one side of the centre; those near it are marked."""
    for window in _windows(stretch, WINDOW):
        sides = {line.side(value) for _, value, line in window}
        close = [number for number, value, line in window if line.has_close(value)]
        if len(close) >= CLOSE and sides in ({1}, {-1}):
            yield from close


def _shift(stretch: Sequence[Place]) -> Iterable[int]:
    """Seven points on one side of the centre; one on it breaks the row."""
    for window in _windows(stretch, IN_A_ROW):
        if {line.side(value) for _, value, line in window} in ({1}, {-1}):
            yield from (number for number, _, _ in window)
