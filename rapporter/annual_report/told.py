"""The parts that a report consists of when it is shown: sections, tables, and what they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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

    @property
    def is_of_numbers(self) -> bool:
        """Whether what stands after the first column is numbers."""
        return all(one.isdecimal() or one in NUMBERS for one in self.headings[1:])


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


def without_empty(parts: list[Part]) -> list[Part]:
    """Without sections that hold nothing, nor anything below them."""
    kept: list[Part] = []
    for part in reversed(parts):
        has_below = bool(kept) and kept[0].level > part.level
        if has_below or not part.is_empty:
            kept.insert(0, part)
    return kept
