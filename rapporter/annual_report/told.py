"""The parts that a report consists of when it is shown: sections, tables, and what they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from patientsakerhet.documents.content import FIRST_LAYOUT
from rapporter.annual_report.publishing import AsCell
from rapporter.charts.chart import Chart

NUMBERS = frozenset(
    {
        "Antal", "In", "Ut", "Öppna vid slutet", "In hittills", "Ut hittills", "Väntas", "Lägst", "Högst",
        "Före åtgärder", "Efter åtgärder",
    }
)  # fmt: skip
"""Headings of columns that hold numbers."""


@dataclass(frozen=True)
class Table:
    """One table as it is shown: its rows as texts, and the same as values for programs."""

    key: str
    title: str
    headings: list[str]
    rows: list[list[str]]
    note: str = ""
    plain: list[list[Any]] = field(default_factory=list)
    """The rows with numbers as numbers, nothing for what is hidden."""
    total: bool = False
    """Whether the last row is the sum."""
    chart: Chart | None = None
    also_numbers: frozenset[str] = frozenset()
    """Headings of further columns that hold numbers."""
    has_years_for_rows: bool = False
    """Whether its first column names rows by their years, to the left as all names of rows."""

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The headings, and whether numbers stand below them."""
        return [
            (one, place > 0 and self.holds_numbers(one)) for place, one in enumerate(self.headings)
        ]

    def holds_numbers(self, heading: str) -> bool:
        """Whether numbers stand below the heading: a year's, however it is known, or what is counted."""
        return heading in NUMBERS or heading in self.also_numbers or heading[:4].isdecimal()

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """The rows as they are shown: each text, and whether it stands in a column of numbers."""
        return [
            [(text, is_end) for text, (_, is_end) in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Part:
    """One section as it is shown."""

    key: str
    level: int
    heading: str
    fixed: str
    paragraphs: list[str]
    tables: list[Table]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands below its heading."""
        return not (self.fixed or self.paragraphs or self.tables)


@dataclass(frozen=True)
class Contents:
    """The whole report for one audience."""

    title: str
    subtitle: str
    facts: list[tuple[str, str]]
    opening: str
    parts: list[Part]
    is_public: bool
    is_draft: bool
    layout: int = FIRST_LAYOUT

    @property
    def tables(self) -> list[Table]:
        """Every table in it."""
        return [table for part in self.parts for table in part.tables]


@dataclass(frozen=True)
class Frozen:
    """What a snapshot gives: cells, figures, what made them, and its digest."""

    cells: list[AsCell]
    figures: Mapping[str, Any]
    made_by: Mapping[str, Any]
    cutoff_at: datetime
    sha256: str

    @property
    def then_counted(self) -> bool:
        """Whether last year stands as it was known a year before the numbers were taken."""
        return any(one.dims.get("known") == "then" for one in self.cells)


def without_empty(parts: list[Part]) -> list[Part]:
    """Without sections that hold nothing, nor anything below them."""
    kept: list[Part] = []
    for part in reversed(parts):
        has_below = bool(kept) and kept[0].level > part.level
        if has_below or not part.is_empty:
            kept.insert(0, part)
    return kept
