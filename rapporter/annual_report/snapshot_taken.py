"""A snapshot before it is kept: its numbers, what made them, and the digest that it is known by."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

from django.utils import timezone

from rapporter import registry
from rapporter.annual_report import canonical
from rapporter.annual_report.counting import EXACT, Number, Series
from rapporter.annual_report.models import AnnualReport
from rapporter.registry import Measure

FORM = 2
"""How a snapshot is laid out: from the second on it tells every former year then and now."""
LIBRARIES = ("django", "typst", "python-docx", "holidays")


@dataclass
class Taken:
    """A snapshot before it is kept."""

    cutoff_at: datetime
    taken_at: datetime
    is_final: bool
    keeps_facts: bool = False
    """Whether the rows behind the cells are kept one by one; only so can it be signed."""
    made_by: dict[str, Any] = field(default_factory=dict)
    numbers: list[Number] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, str]:
        """The digest of each table's cells."""
        found: dict[str, list[Any]] = {}
        for one in self.numbers:
            found.setdefault(one.table, []).append(told(one))
        return {key: canonical.digest(cells) for key, cells in found.items()}

    @property
    def sha256(self) -> str:
        """The digest of everything that is kept."""
        return digest(self.cutoff_at, self.made_by, self.figures, map(told, self.numbers))


def told(one: Any) -> list[Any]:
    """A cell as it is hashed; of a number that is to be kept and of one that is kept alike."""
    kept_version = one.version if isinstance(one, Number) else one.measure_version
    exact = [
        None if number is None else number.quantize(EXACT)
        for number in (one.value, one.low, one.high)
    ]
    return [one.table, one.measure, kept_version, dict(one.dims), one.count, *exact, one.facts_hash]


def digest(cutoff_at: datetime, made_by: Any, figures: Any, cells: Iterable[list[Any]]) -> str:
    """What a snapshot is known by: canonical JSON of its cells and of what made them."""
    at = cutoff_at.astimezone(timezone.get_default_timezone())
    return canonical.digest([at, made_by, figures, list(cells)])


def made_by(report: AnnualReport, measures: Iterable[Measure]) -> dict[str, Any]:
    """What made the figures: measures with their code, template, codes, libraries."""
    return {
        "unit": [report.unit.code, report.unit.name, report.unit.path],
        "year": report.year,
        "template": [report.template.key, report.template.version],
        "measures": {
            one.key: {
                "version": one.version,
                "code": one.code_hash,
                "valid_from": registry.valid_from(one).isoformat(),
                "name": one.name,
                "definition": one.definition,
                "date_field": one.date_field,
                "disclosure": str(one.disclosure),
            }
            for one in measures
        },
        "libraries": {name: version(name) for name in LIBRARIES},
        "python": platform.python_version(),
    }
