"""Small lines below each other, one for each sort of thing, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from patientsakerhet.ui import swedish
from rapporter.charts import scale
from rapporter.charts.chart import NOTHING, About, Cell, Chart, Table, number
from rapporter.charts.control import axis
from rapporter.charts.drawing import Drawing, Line, Mark, Part, Word
from rapporter.charts.scale import Scale
from rapporter.charts.series import BELOW, LEFT, RIGHT

PANEL, GAP = 54, 30
"""Pixels of a small chart, and above it for its name."""


@dataclass(frozen=True)
class Panel:
    """One of several small charts on the same scale."""

    name: str
    values: Sequence[float | None]


def multiples(
    about: About,
    ticks: Sequence[tuple[str, str]],
    panels: Sequence[Panel],
    *,
    name: str,
    unit: str,
    decimals: int = 0,
) -> Chart:
    """Small lines below each other on the same scale; `ticks` are (label, tick) of the periods."""
    values = [value for panel in panels for value in panel.values if value is not None]
    rows = [
        [Cell(panel.name), *(number(value, decimals) for value in panel.values)] for panel in panels
    ]
    shows = ""
    if values:
        low, high = swedish.number(min(values), decimals), swedish.number(max(values), decimals)
        shows = f"{len(panels)} diagram med samma skala, {low} till {high} {unit}."
    return Chart(
        about=about,
        name=name,
        finding=about.finding or NOTHING,
        shows=shows,
        drawing=_multiples([tick for _, tick in ticks], panels, values, unit, decimals)
        if values
        else None,
        table=Table(
            ["Diagram", *(label for label, _ in ticks)], rows, frozenset(range(1, len(ticks) + 1))
        ),
    )


def _multiples(
    ticks: Sequence[str],
    panels: Sequence[Panel],
    values: Sequence[float],
    unit: str,
    decimals: int,
) -> Drawing:
    across = scale.spread(len(ticks), LEFT, RIGHT + 6)
    parts: list[Part] = []
    most = scale.scale(values, start=PANEL, end=0)
    for place, panel in enumerate(panels):
        top = GAP + place * (PANEL + GAP)
        down = Scale(most.low, most.high, top + PANEL, top, most.marks)
        parts.append(Word(0, top - 12, panel.name, "lab"))
        parts += [
            Line([(0, down(mark)), (RIGHT + 8, down(mark))], "grid")
            for mark in (most.low, most.high)
        ]
        parts.append(Word(100, top + 4, f"{swedish.number(most.high)} {unit}", anchor="end"))
        parts += _small(panel.values, across, down, decimals)
    bottom = GAP + len(panels) * (PANEL + GAP) - GAP
    return Drawing(int(bottom) + BELOW, [*parts, *axis(ticks, across, bottom)])


def _small(
    values: Sequence[float | None], across: Sequence[float], down: Scale, decimals: int
) -> list[Part]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in zip(across, values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, down(value)))
    found: list[Part] = [Line(run, "data") for run in runs if len(run) > 1]
    found += [Mark(*run[0], "dot", 2.5) for run in runs if len(run) == 1]
    last = next((value for value in reversed(values) if value is not None), None)
    if last is not None and runs[-1]:
        x, y = runs[-1][-1]
        found.append(Mark(x, y, "ring", 3.5))
        found.append(Word(x, y + 4, swedish.number(last, decimals), "dat", shift=8))
    return found
