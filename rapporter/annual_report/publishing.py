"""A snapshot's tables as an audience gets them: whole within the organisation, small numbers hidden in public.

Every table, the figures beside them and what was known of last year are weighed together, so that
no table gives away what another hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rapporter.annual_report import plan, suppression
from rapporter.annual_report.suppression import Shown, Sum, Tables

INTERNAL, PUBLIC = "internal", "public"
SUM = "*"
MARKS = {Shown.SMALL: "<5", Shown.BESIDE: ".."}


class AsCell(Protocol):
    """What a number and a kept cell have alike."""

    @property
    def table(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def dims(self) -> Mapping[str, Any]: ...
    @property
    def value(self) -> Any: ...


@dataclass
class Line:
    """One row of a table: its code, its Swedish, and its number year by year."""

    code: str
    label: str
    values: dict[int, int]


@dataclass
class Shelf:
    """One table: its rows and its sum, and which numbers are hidden."""

    key: str
    title: str
    measure: str
    years: list[int]
    lines: list[Line] = field(default_factory=list)
    total: str = ""
    protected: bool = False
    marks: dict[tuple[str, int], Shown] = field(default_factory=dict)
    is_withheld: bool = False

    def sum_of(self, year: int) -> int:
        """The sum of a year."""
        return sum(one.values[year] for one in self.lines)

    def shown(self, code: str, year: int) -> Shown:
        """How the number stands."""
        return self.marks.get((code, year), Shown.VALUE)


@dataclass
class Published:
    """All tables for one audience, and the figures that it does not get."""

    shelves: dict[str, Shelf]
    hidden: frozenset[tuple[str, str]] = frozenset()
    """Name of a figure, and which of its numbers: value, before or since."""


def tables(cells: Iterable[AsCell], figures: Mapping[str, Any], audience: str) -> Published:
    """The tables as the audience gets them."""
    shelves = _shelves(cells)
    if audience != PUBLIC:
        return Published(shelves)
    for one in shelves.values():
        _join_small(one)
    marks = _hidden(shelves, figures)
    for one in shelves.values():
        one.marks = {
            (code, year): mark
            for (key, code, year), mark in marks.items()
            if key == one.key and mark != Shown.VALUE
        }
    hidden = {
        (name, which)
        for name, kept in figures.items()
        for which in ("value", "before", "since")
        if kept["disclosure"] == "B" and marks.get((name, which, 0)) == Shown.SMALL
    }
    return Published(shelves, frozenset(hidden))


def leaks(cells: Iterable[AsCell], figures: Mapping[str, Any]) -> list[str]:
    """Names of tables in which a reader of everything public can work out a small number."""
    public = tables(cells, figures, PUBLIC)
    shelves = {key: one for key, one in public.shelves.items() if not one.is_withheld}
    everything = _everything(shelves, figures)
    shown = {key: _mark(public, key) for key in everything.cells}
    return sorted({str(key[0]) for key in suppression.attacked(everything, shown)})  # type: ignore[index]  # our keys are tuples


def _mark(public: Published, key: Any) -> Shown:
    first, second, third = key
    if first in public.shelves:
        return public.shelves[first].shown(second, third)
    return Shown.SMALL if (first, second) in public.hidden else Shown.VALUE


def _shelves(cells: Iterable[AsCell]) -> dict[str, Shelf]:
    """The tables that break measures down, with their rows in order."""
    found: dict[str, Shelf] = {}
    for cell in cells:
        if not plan.is_breakdown(cell.table):
            continue
        table = plan.breakdown(cell.table)
        shelf = found.setdefault(
            cell.table,
            Shelf(
                table.key,
                table.title,
                cell.measure,
                [],
                total=table.total,
                protected=table.protected,
            ),
        )
        year, code = cell.dims["year"], cell.dims["code"]
        if year not in shelf.years:
            shelf.years.append(year)
        line = next((one for one in shelf.lines if one.code == code), None)
        if line is None:
            line = Line(code, cell.dims["label"], {})
            shelf.lines.append(line)
        line.values[year] = int(cell.value or 0)
    return found


def _join_small(shelf: Shelf) -> None:
    """Three or more small rows are added to the rest, where the table has one."""
    rest = plan.breakdown(shelf.key).rest
    year = max(shelf.years)
    counts = {one.code: one.values[year] for one in shelf.lines}
    if not rest or rest not in counts:
        return
    kept = suppression.small_first(counts, rest=rest)
    into = next(one for one in shelf.lines if one.code == rest)
    for one in shelf.lines:
        if one.code not in kept:
            for each in shelf.years:
                into.values[each] += one.values[each]
    shelf.lines = [one for one in shelf.lines if one.code in kept]


def _hidden(shelves: dict[str, Shelf], figures: Mapping[str, Any]) -> Mapping[Any, Shown]:
    """How every number stands; tables that cannot be protected are left out whole."""
    while True:
        standing = {key: one for key, one in shelves.items() if not one.is_withheld}
        marks = suppression.hide(_everything(standing, figures))
        if marks is not None:
            return marks
        for one in _least_needed(standing, figures):
            one.is_withheld = True


def _least_needed(shelves: Mapping[str, Shelf], figures: Mapping[str, Any]) -> Sequence[Shelf]:
    """The tables that cannot be protected even alone; the last protected one when each can."""
    protected = [one for one in shelves.values() if one.protected]
    alone = [
        one for one in protected if suppression.hide(_everything({one.key: one}, figures)) is None
    ]
    return alone or protected[-1:]


def _everything(shelves: Mapping[str, Shelf], figures: Mapping[str, Any]) -> Tables:
    """All that is to be shown, as one system of cells and sums."""
    cells: dict[Any, int] = {}
    sums: list[Sum] = []
    protected: set[Any] = set()
    for name, kept in figures.items():
        for which in ("value", "before", "since"):
            if kept[which] is None or "." in kept[which]:
                continue
            cells[name, which, 0] = int(kept[which])
            if kept["disclosure"] == "B":
                protected.add((name, which, 0))
    for shelf in shelves.values():
        for year in shelf.years:
            parts = [(shelf.key, one.code, year) for one in shelf.lines]
            cells |= {part: one.values[year] for part, one in zip(parts, shelf.lines, strict=True)}
            if shelf.protected:
                protected |= set(parts)
            if not shelf.total:
                continue
            total = (shelf.key, SUM, year)
            cells[total] = shelf.sum_of(year)
            if shelf.protected:
                protected.add(total)
            sums.append(Sum(total, tuple(parts)))
            same = _same_as_total(shelf, figures, year)
            if same is not None:
                sums.append(Sum(same, (total,)))
    return Tables(cells, sums, frozenset(protected))


def _same_as_total(shelf: Shelf, figures: Mapping[str, Any], year: int) -> Any:
    """The figure that shows the same number as the table's sum, if there is one."""
    which = "value" if year == max(shelf.years) else "since"
    for name, kept in figures.items():
        if kept["measure"] == shelf.measure and kept[which] == str(shelf.sum_of(year)):
            return (name, which, 0)
    return None
