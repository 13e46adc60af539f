"""Small lines of a few years below each other, each on a scale of its own: whether a figure rises or falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from patientsakerhet.ui import swedish
from rapporter.charts.chart import BROKEN, About, Cell, Chart, Table, number
from rapporter.charts.control import axis
from rapporter.charts.drawing import Drawing, Line, Mark, Part, Word
from rapporter.charts.scale import spread
from rapporter.charts.screen import Sign

LEFT, RIGHT = 6.0, 84.0
PANEL, GAP, BELOW = 30, 26, 34
"""Pixels of a line, above it for its name, and below the last for the years."""
COUNTED = "räknat nu"


@dataclass(frozen=True)
class Spark:
    """One figure over the years; nothing where no number stands."""

    name: str
    values: Sequence[float | None]
    decimals: int = 0
    breaks: frozenset[int] = frozenset()
    """Places of the years from which on the figure means something else than before."""
    counted: frozenset[int] = frozenset()
    """Places of the years whose number was counted afterwards."""


def sparks(about: About, years: Sequence[int], lines: Sequence[Spark], *, name: str) -> Chart:
    """The figures one below the other. The scales differ: a line is compared with itself alone."""
    rows = [
        [Cell(one.name), *(number(value, one.decimals) for value in one.values)] for one in lines
    ]
    told = [f"{one.name}: {_in_words(one)}." for one in lines]
    return Chart(
        about=about,
        name=name,
        finding=about.finding,
        shows=f"År {years[0]} till {years[-1]}. {' '.join(told)}",
        drawing=_drawn([str(year) for year in years], lines),
        table=Table(
            ["Mått", *(str(year) for year in years)], rows, frozenset(range(1, len(years) + 1))
        ),
        legend=_legend(lines),
    )


def _in_words(line: Spark) -> str:
    """Its numbers in order, and where it came to mean something else."""
    told = [
        f"{COUNTED} {one}" if place in line.counted else one
        for place, one in enumerate(_told(value, line.decimals) for value in line.values)
    ]
    return "".join(
        one if place == 0 else f"; {BROKEN} {one}" if place in line.breaks else f", {one}"
        for place, one in enumerate(told)
    )


def _legend(lines: Sequence[Spark]) -> list[tuple[Sign, str]]:
    """The signs that not every line has."""
    found: list[tuple[Sign, str]] = []
    if any(one.counted for one in lines):
        found.append(("open", COUNTED))
    if any(one.breaks for one in lines):
        found.append(("limit", BROKEN))
    return found


def _drawn(ticks: Sequence[str], lines: Sequence[Spark]) -> Drawing:
    across = spread(len(ticks), LEFT, RIGHT)
    parts: list[Part] = []
    for place, one in enumerate(lines):
        top = GAP + place * (PANEL + GAP)
        parts.append(Word(0, top - 10, one.name, "lab"))
        parts += _line(one, across, top)
    bottom = GAP + len(lines) * (PANEL + GAP) - GAP
    return Drawing(bottom + BELOW, [*parts, *axis(list(ticks), across, bottom + 6)])


def _line(one: Spark, across: Sequence[float], top: float) -> list[Part]:
    known = [value for value in one.values if value is not None]
    low, high = min(known), max(known)
    runs: list[list[tuple[float, float]]] = [[]]
    signs: list[Part] = []
    for place, (x, value) in enumerate(zip(across, one.values, strict=True)):
        if place in one.breaks:
            runs.append([])
            between = (across[place - 1] + x) / 2
            signs.append(Line([(between, top - 4), (between, top + PANEL + 4)], "limit"))
        if value is None:
            runs.append([])
            continue
        part = 0.5 if high == low else (value - low) / (high - low)
        runs[-1].append((x, top + PANEL * (1 - part)))
        if place in one.counted:
            signs.append(Mark(*runs[-1][-1], "open", 3.2))
    found: list[Part] = [Line(run, "data") for run in runs if len(run) > 1]
    found += [Mark(*run[0], "dot", 2.5) for run in runs if len(run) == 1]
    found += signs
    if runs[-1]:
        x, y = runs[-1][-1]
        found.append(Mark(x, y, "ring", 3.5))
        found.append(Word(x, y + 4, _told(one.values[-1], one.decimals), "dat", shift=8))
    return found


def _told(value: float | None, decimals: int) -> str:
    return swedish.DASH if value is None else swedish.number(round(value, decimals))
