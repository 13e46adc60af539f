"""A snapshot's tables as an audience gets them: whole within the organisation, small numbers hidden in public.

Every table, the figures beside them, what was known of last year then and now, and what last year's
own edition made public are weighed together, so that no table gives away what another hides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from rapporter.annual_report import plan, suppression
from rapporter.annual_report.so_far import SoFar
from rapporter.annual_report.suppression import Shown, Sum, Tables
from rapporter.annual_report.why import COUNTED_NOW, NEW_DEFINITION, NOW_KNOWN, THEN_KNOWN, differs

INTERNAL, PUBLIC = "internal", "public"
SUM = "*"
MARKS = {Shown.SMALL: "<5", Shown.BESIDE: ".."}
CUTOFF, NOW, REPORTED = "cutoff", "now", "reported"
"""How a year is known: this year's at the cut-off, a former one's now, or as its own edition told it."""
JOINED = "joined"
"""How a row that was added to the rest stands in what was made public."""
WHICH = {CUTOFF: "value", NOW: "since", REPORTED: "before"}
"""Which of a figure's numbers is of the same year, known in the same way."""


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


class Column(NamedTuple):
    """A year of a table, known in one way."""

    year: int
    known: str


@dataclass
class Line:
    """One row of a table: its code, its Swedish, its number in each column, why a year's two differ."""

    code: str
    label: str
    values: dict[Column, int]
    why: dict[int, str] = field(default_factory=dict)


@dataclass
class Shelf:
    """One table: its rows and its sum, and which numbers are hidden."""

    key: str
    title: str
    measure: str
    columns: list[Column]
    lines: list[Line] = field(default_factory=list)
    total: str = ""
    protected: bool = False
    marks: dict[tuple[str, Column], Shown] = field(default_factory=dict)
    is_withheld: bool = False
    is_of_one_year: bool = False
    """Whether former years are left out, for beside what is public already they would give small numbers away."""
    public: dict[Column, dict[str, str]] = field(default_factory=dict)
    """Code -> how the number of a former year stands in what that year's edition made public."""
    parts: dict[Column, dict[str, int]] = field(default_factory=dict)
    """Code -> number of a former year, before any rows are added together."""
    rests: dict[str, list[str]] = field(default_factory=dict)
    """Code -> those that are added to it."""
    redefined: set[int] = field(default_factory=set)
    """Years in whose editions the measure meant something else."""
    tells_source: bool = False
    """Whether a former year says where its numbers come from; what was frozen before it did does not."""
    so_far: SoFar | None = None
    """How far the reported year had come, in a draft of one that is not over."""

    @property
    def now(self) -> Column:
        """The year that is reported."""
        return max(self.columns)

    def of(self, year: int) -> list[Column]:
        """The columns of a year, the one that its edition told first."""
        return [one for one in self.columns if one.year == year]

    @property
    def to_come(self) -> Collection[str]:
        """Codes of the months that had not begun."""
        by_month = plan.breakdown(self.key).dim == "month"
        return self.so_far.to_come if self.so_far and by_month else ()

    def sum_of(self, column: Column) -> int:
        """The sum of a column."""
        return sum(one.values[column] for one in self.lines)

    def before(self, year: int) -> Column | None:
        """The column that the year is compared by: as its edition told it, while that meant the same."""
        found = self.of(year)
        if not found:
            return None
        return found[-1] if year in self.redefined else found[0]

    def heading(self, column: Column) -> str:
        """The year, and how it is known where that must be said."""
        year = str(column.year)
        if column.known == CUTOFF:
            return f"{year}{self.so_far.until}" if self.so_far else year
        if not self.tells_source:
            return year
        if len(self.of(column.year)) > 1:
            return f"{year}, {THEN_KNOWN if column.known == REPORTED else NOW_KNOWN}"
        return year if column.known == REPORTED else f"{year}, {COUNTED_NOW}"

    def shown(self, code: str, column: Column) -> Shown:
        """How the number stands."""
        return self.marks.get((code, column), Shown.VALUE)


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
        rows = [(line.code, column) for line in one.lines for column in one.columns]
        rows += [(SUM, column) for column in one.columns]
        one.marks = {
            (code, column): mark
            for code, column in rows
            if (mark := marks.get((one.key, code, column), Shown.VALUE)) != Shown.VALUE
        }
    hidden = {
        (name, which)
        for name, kept in figures.items()
        for which in ("value", "before", "since")
        if kept["disclosure"] == "B" and marks.get((name, which, 0)) == Shown.SMALL
    }
    return Published(shelves, frozenset(hidden))


def leaks(cells: Iterable[AsCell], figures: Mapping[str, Any]) -> list[str]:
    """Names of tables in which a reader of everything public can work out a small number.

    Everything is this edition's tables and figures, and what last year's edition made public of its year.
    """
    public = tables(cells, figures, PUBLIC)
    shelves = {key: one for key, one in public.shelves.items() if not one.is_withheld}
    everything = _everything(shelves, figures)
    shown = {key: _mark(public, everything, key) for key in everything.cells}
    return sorted({str(key[0]) for key in suppression.attacked(everything, shown)})  # type: ignore[index]  # our keys are tuples


def _mark(public: Published, everything: Tables, key: Any) -> Shown:
    first, second, third, *former = key
    if former:
        return everything.already[key]
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
        column, code = Column(cell.dims["year"], cell.dims["known"]), cell.dims["code"]
        value = int(cell.value or 0)
        if column.known == REPORTED:
            shelf.parts.setdefault(column, {})[code] = value
            public = shelf.public.setdefault(column, {})
            if cell.dims.get("public"):  # none of a table that the year's edition left out
                public[code] = cell.dims["public"]
        if column not in shelf.columns:
            shelf.columns.append(column)
        if code == SUM:
            continue
        line = next((one for one in shelf.lines if one.code == code), None)
        if line is None:
            line = Line(code, cell.dims["label"], {})
            shelf.lines.append(line)
        line.values[column] = value
        if cell.dims.get("why"):
            line.why[column.year] = cell.dims["why"]
        if cell.dims.get("why") == NEW_DEFINITION:
            shelf.redefined.add(column.year)
    for shelf in found.values():
        _settle(shelf)
    return found


def _settle(shelf: Shelf) -> None:
    """What a former year's own edition told stands alone, but where now another number is known."""
    for reported in [one for one in shelf.columns if one.known == REPORTED]:
        now = Column(reported.year, NOW)
        shelf.parts[reported].pop(SUM, None)
        pairs = [
            (Decimal(one.values.get(reported, 0)), Decimal(one.values.get(now, 0)))
            for one in shelf.lines
        ]
        whole = sum(then for then, _ in pairs), sum(later for _, later in pairs)
        is_apart = any(differs(*pair) for pair in pairs) or (
            bool(shelf.total) and differs(Decimal(whole[0]), Decimal(whole[1]))
        )
        if now in shelf.columns and not is_apart and reported.year not in shelf.redefined:
            shelf.columns.remove(now)
    shelf.columns.sort(key=lambda one: (one.year, one.known != REPORTED))
    for line in shelf.lines:
        line.values = {column: line.values.get(column, 0) for column in shelf.columns}


def _join_small(shelf: Shelf) -> None:
    """Three or more small rows are added to the rest, where the table has one."""
    rest = plan.breakdown(shelf.key).rest
    counts = {one.code: one.values[shelf.now] for one in shelf.lines}
    if not rest or rest not in counts:
        return
    kept = suppression.small_first(counts, rest=rest)
    into = next(one for one in shelf.lines if one.code == rest)
    for one in shelf.lines:
        if one.code not in kept:
            for column in shelf.columns:
                into.values[column] += one.values[column]
            shelf.rests.setdefault(rest, [rest]).append(one.code)
            into.why = {}
    shelf.lines = [one for one in shelf.lines if one.code in kept]


def _hidden(shelves: dict[str, Shelf], figures: Mapping[str, Any]) -> Mapping[Any, Shown]:
    """How every number stands.

    Of tables that cannot be protected with what is public already, former years are left out; what
    cannot be protected even then is left out whole.
    """
    while True:
        standing = {key: one for key, one in shelves.items() if not one.is_withheld}
        marks = suppression.hide(_everything(standing, figures))
        if marks is not None:
            return marks
        for one in _least_needed(standing, figures):
            if any(column.known == REPORTED for column in one.columns):
                one.columns, one.is_of_one_year = [one.now], True
            else:
                one.is_withheld = True


def _least_needed(shelves: Mapping[str, Shelf], figures: Mapping[str, Any]) -> Sequence[Shelf]:
    """The tables that cannot be protected even alone; the last protected one when each can."""
    protected = [one for one in shelves.values() if one.protected]
    alone = [
        one for one in protected if suppression.hide(_everything({one.key: one}, figures)) is None
    ]
    return alone or protected[-1:]


def _everything(shelves: Mapping[str, Shelf], figures: Mapping[str, Any]) -> Tables:
    """All that is to be shown, as one system of cells and sums, with what is public already."""
    cells: dict[Any, int] = {}
    sums: list[Sum] = []
    protected: set[Any] = set()
    already: dict[Any, Shown] = {}
    twins: dict[Any, Any] = {}
    for name, kept in figures.items():
        for which in ("value", "before", "since"):
            if kept[which] is None or "." in kept[which]:
                continue
            cells[name, which, 0] = int(kept[which])
            if kept["disclosure"] == "B":
                protected.add((name, which, 0))
    for shelf in shelves.values():
        for column in shelf.columns:
            parts = [(shelf.key, one.code, column) for one in shelf.lines]
            cells |= {
                part: one.values[column] for part, one in zip(parts, shelf.lines, strict=True)
            }
            if shelf.protected:
                protected |= set(parts)
            if not shelf.total:
                continue
            total = (shelf.key, SUM, column)
            cells[total] = shelf.sum_of(column)
            if shelf.protected:
                protected.add(total)
            sums.append(Sum(total, tuple(parts)))
            same = _same_as_total(shelf, figures, column)
            if same is not None:
                sums.append(Sum(same, (total,)))
        if shelf.protected:
            for told in _public_before(shelf):
                cells |= told.cells
                sums += told.sums
                protected |= told.protected
                already |= told.already
            twins |= _likely_the_same(shelf)
    return Tables(cells, sums, frozenset(protected), already, twins)


def _public_before(shelf: Shelf) -> Iterator[Tables]:
    """What a former year's own edition made public of a column, and how the rows of both hang together.

    Each edition adds small rows to the rest as its own year has them, so that a row of one may be part of
    the rest in the other: what one shows less what the other does is what neither must tell.
    """
    rest = plan.breakdown(shelf.key).rest
    here = set(shelf.rests.get(rest, [])) - {rest}
    for column, public in shelf.public.items():
        if column not in shelf.columns:
            continue
        parts = shelf.parts[column]
        there = {code for code in parts if public.get(code) == JOINED}
        already: dict[Any, Shown] = {
            (shelf.key, code, column): Shown(public[code])
            for code in ([*parts, SUM] if shelf.total else parts)
            if public.get(code, JOINED) != JOINED
            and code not in here
            and (code != rest or here == there)
        }
        cells: dict[Any, int] = {}
        sums: list[Sum] = []
        if public.get(rest) and here != there:
            core = (shelf.key, rest, column, "core")
            before = (shelf.key, rest, column, "row")
            apart = {
                code: (shelf.key, code, column, "row")
                for code in sorted(here - there)
                if code in public  # else there was no such row then, and it counts nothing
            }
            alike = [rest, *(code for code in here if code not in apart)]
            cells = {key: parts[code] for code, key in apart.items()}
            cells[core] = sum(parts.get(code, 0) for code in alike)
            cells[before] = sum(parts[code] for code in (rest, *there))
            already |= {key: Shown(public[code]) for code, key in apart.items()}
            already |= {core: Shown.UNSEEN, before: Shown(public[rest])}
            sums = [
                Sum(before, (core, *((shelf.key, code, column) for code in sorted(there - here)))),
                Sum((shelf.key, rest, column), (core, *apart.values())),
            ]
        yield Tables(cells, sums, frozenset(cells), already)


def _likely_the_same(shelf: Shelf) -> dict[Any, Any]:
    """Rows that are the same number then and now: a reader may take them for it, and be right."""
    found: dict[Any, Any] = {}
    for then in shelf.columns:
        now = Column(then.year, NOW)
        if then.known != REPORTED or now not in shelf.columns:
            continue
        for one in shelf.lines:
            if one.values[then] == one.values[now]:
                first, second = ((shelf.key, one.code, column) for column in (then, now))
                found |= {first: second, second: first}
    return found


def _same_as_total(shelf: Shelf, figures: Mapping[str, Any], column: Column) -> Any:
    """The figure that shows the same number as the table's sum, if there is one."""
    which = WHICH[column.known]
    for name, kept in figures.items():
        if kept["measure"] == shelf.measure and kept[which] == str(shelf.sum_of(column)):
            return (name, which, 0)
    return None
