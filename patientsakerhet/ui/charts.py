"""Charts as SVG made by the server: values in, places out; no script and nothing inline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 150
"""Pixels of the area that is drawn in; the words below it take `WORDS` more."""
WORDS = 22
LEFT, RIGHT, TOP, BOTTOM = 12.0, 96.0, 12.0, 96.0
"""The line's area, in per cent of the width and of the height."""
MARKS = (0, 50, 100)
NAMED = 4
"""At most so many moments are named below the line, the last always."""


@dataclass(frozen=True)
class Mark:
    """A level of the grid: its line in per cent, its word in pixels just above it."""

    label: str
    line: str
    above: str


@dataclass(frozen=True)
class Moment:
    """One point of the line; not all of them are named, and fewer on a phone."""

    x: str
    """Where the word stands; the last stands at the edge."""
    y: str
    label: str
    thin: bool


@dataclass(frozen=True)
class ShareLine:
    """A share over time, as `components/share_line.html` wants it."""

    key: str
    title: str
    text: str
    points: str
    marks: tuple[Mark, ...]
    moments: tuple[Moment, ...]
    end_x: str
    """Where the last point lies, which is marked."""
    last: str
    """The last share in words, beside its point."""

    @property
    def end(self) -> Moment:
        """The last moment."""
        return self.moments[-1]

    @property
    def above_end(self) -> str:
        """Where the last share is written: above the line, or below it near the top."""
        y = float(self.end.y)
        return f"{y - 9 if y > 30 else y + 19:.1f}"


def share_line(key: str, title: str, values: Sequence[tuple[str, int]]) -> ShareLine:
    """The shares (label of the moment, per cent), oldest first; refuses fewer than two.

    `key` names the drawing on its page.
    """
    if len(values) < 2:
        raise ValueError("a line has two points at least")
    step = (RIGHT - LEFT) / (len(values) - 1)
    places = [(LEFT + step * number, _level(share)) for number, (_, share) in enumerate(values)]
    every = -(-len(values) // NAMED)
    last = len(values) - 1
    named = {last - number for number in range(0, last + 1, every)}
    moments = tuple(
        Moment(
            "100%" if number == last else f"{x:.2f}%",
            f"{y * HEIGHT / 100:.1f}",
            label if number in named else "",
            thin=number != last and (last - number) // every % 2 == 1,
        )
        for number, ((x, y), (label, _)) in enumerate(zip(places, values, strict=True))
    )
    (first, before), (label, share) = values[0], values[-1]
    return ShareLine(
        key=key,
        title=title,
        text=f"{before} procent {first}, {share} procent {label}",
        points=" ".join(f"{x:.2f},{y:.2f}" for x, y in places),
        marks=tuple(
            Mark(f"{mark} %", f"{_level(mark):.2f}", f"{_level(mark) * HEIGHT / 100 - 4:.1f}")
            for mark in MARKS
        ),
        moments=moments,
        end_x=f"{RIGHT:.2f}%",
        last=f"{share} %",
    )


def _level(share: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * share / 100
