"""From values to places: round marks from zero, and where along its axis a value lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from rapporter.charts.drawing import Line, Part, Word

MARKS = 4
"""At most so many lines above the axis."""
NICE = (1, 2, 5, 10)
EVERY = (1, 2, 3, 4, 6, 12, 24, 52)
"""One in so many is named: months and weeks fall alike in every year."""


@dataclass(frozen=True)
class Scale:
    """A straight axis: from the value `low` at the place `start` to `high` at `end`."""

    low: float
    high: float
    start: float
    end: float
    marks: Sequence[float]

    def __call__(self, value: float) -> float:
        """Where the value lies; what lies beyond the axis lies at its end."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(max(part, 0.0), 1.0)


def scale(
    values: Sequence[float], *, start: float, end: float, low: float = 0.0, whole: bool = True
) -> Scale:
    """An axis from `low` up to a round number that holds every value; `whole` numbers have whole marks."""
    most = max([low, *values])
    step = max(_step(most - low), 1.0) if whole else _step(most - low)
    first = floor(low / step) * step
    count = max(ceil((most - first) / step - 1e-9), 1)
    marks = [first + step * number for number in range(count + 1)]
    return Scale(marks[0], marks[-1], start, end, marks)


def grid(
    down: Scale, words: Sequence[str], *, left: float = 0.0, right: float = 100.0
) -> list[Part]:
    """The lines across with their words just above them; the lowest line has none."""
    lines: list[Part] = [
        Line(((left, down(mark)), (right, down(mark))), "grid") for mark in down.marks
    ]
    return lines + [
        Word(left, down(mark) - 4, word)
        for mark, word in zip(down.marks, words, strict=True)
        if mark != down.low
    ]


def spread(count: int, left: float, right: float) -> list[float]:
    """Places for so many values beside each other; one lies in the middle."""
    if count == 1:
        return [(left + right) / 2]
    return [left + (right - left) * number / (count - 1) for number in range(count)]


def named(count: int, most: int) -> list[tuple[int, bool]]:
    """Which of so many are named, the last always, and which of those only where it is wide."""
    every = next((each for each in EVERY if count <= each * most), ceil(count / most))
    found = [number for number in range(count) if (count - 1 - number) % every == 0]
    return [(number, (len(found) - 1 - place) % 2 == 1) for place, number in enumerate(found)]


def _step(span: float) -> float:
    if span <= 0:
        return 1.0
    rough = span / MARKS
    power = 10.0 ** floor(log10(rough))
    return next(power * nice for nice in NICE if power * nice >= rough - 1e-12)
