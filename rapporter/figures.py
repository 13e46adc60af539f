"""Measures with their numbers, as pages, files and programs are given them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from patientsakerhet.ui import paging, swedish
from rapporter import registry
from rapporter.registry import Asked, Measure

ALL = 1_000_000_000
"""More rows than any figure counts."""


@dataclass(frozen=True)
class Figure:
    """A measure with its number; None when it has none, or whoever asks may not read what it counts."""

    measure: Measure
    value: Decimal | None

    @property
    def text(self) -> str:
        """The number in Swedish."""
        return number(self.measure, self.value)


def number(measure: Measure, value: Decimal | None) -> str:
    """The number in Swedish, without decimals that say nothing."""
    return "–" if value is None else swedish.number(round(value, measure.decimals))


def every(asked: Asked) -> list[Figure]:
    """Every measure with its number; those that count rows are counted in one statement."""
    measures = registry.every()
    open_to = [one for one in measures if asked.by is None or one.readable_by(asked.by)]
    values: dict[str, Decimal | None] = {}
    to_count = {}
    for one in open_to:
        known = one.tallied(asked)
        if known is not None:
            values[one.key] = Decimal(known)
        elif one.is_counted:
            to_count[one.key] = one.rows_for(asked)
    counts = paging.counts_of(to_count, limit=ALL)
    values |= {key: Decimal(capped.count) for key, capped in counts.items()}
    values |= {
        one.key: one.answer(asked).value
        for one in open_to
        if not one.is_counted and one.key not in values
    }
    return [Figure(one, values.get(one.key)) for one in measures]


def cells(measure: Measure, row: Any, asked: Asked) -> list[Any]:
    """What a row shows, and what it counts for when that is not one."""
    found = [_shown(column, row) for column in measure.columns]
    if measure.weigh is not None:
        found.append(number(measure, measure.part(row, asked)))
    return found


def headings(measure: Measure) -> list[str]:
    """The headings of `cells`."""
    found = [column.heading for column in measure.columns]
    return [*found, "Räknas som"] if measure.weigh is not None else found


def sections(figures: Iterable[Figure]) -> list[tuple[str, Sequence[Figure]]]:
    """The figures under the headings of the year's report, in the order they were registered."""
    found: dict[str, list[Figure]] = {}
    for one in figures:
        found.setdefault(one.measure.section, []).append(one)
    return list(found.items())


def _shown(column: Any, row: Any) -> Any:
    value = row
    for name in column.source.split("__"):
        value = getattr(value, name) if value is not None else None
    return column.shown(value) if column.shown and value not in (None, "") else value
