"""What a chart is drawn of: lines, areas, marks and words at places, each with the part it plays.

Places across are per cent of the width, so that a drawing fits every screen; places down are pixels.
How a part looks is the stylesheet's on a screen (`screen`), and stands on every shape on paper (`paper`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "", "grid", "data", "mean", "limit", "past", "goal", "soon", "band",
    "bar", "bar-past", "pt", "lab", "sig", "dat", "thin", "note", "k1", "k2", "k3", "k4", "k6",
]  # fmt: skip
"""The part a shape plays, which decides its colour and stroke."""
Anchor = Literal["start", "middle", "end"]
Shape = Literal["ring", "dot", "square", "diamond", "open"]
Place = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A line through places."""

    places: Sequence[Place]
    role: Role


@dataclass(frozen=True)
class Area:
    """A filled shape between places."""

    places: Sequence[Place]
    role: Role


@dataclass(frozen=True)
class Bar:
    """A filled rectangle: where it begins, and how wide (per cent) and high (pixels) it is."""

    x: float
    y: float
    width: float
    height: float
    role: Role


@dataclass(frozen=True)
class Mark:
    """One value: a ring, a square for a shift or a trend, a diamond for what lies outside."""

    x: float
    y: float
    shape: Shape = "ring"
    size: float = 3.2


@dataclass(frozen=True)
class Word:
    """Text at a place."""

    x: float
    y: float
    text: str
    role: Role = ""
    anchor: Anchor = "start"
    thin: bool = False
    """Left out where it is narrow."""
    shift: float = 0
    """So many pixels beside the place."""


def anchored(x: float, left: float = 20, right: float = 80) -> Anchor:
    """Which side of its place a word has room on."""
    return "start" if x < left else "end" if x > right else "middle"


Part = Line | Area | Bar | Mark | Word


@dataclass(frozen=True)
class Drawing:
    """The parts, in the order they lie above each other."""

    height: int
    parts: Sequence[Part]
