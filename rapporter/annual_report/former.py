"""The years before as their editions froze them, and why what is known of them now is another number.

"Då känt" is what a year's own edition said; "nu känt" stands beside it where the two differ so much
that it matters. A year without an edition is counted now, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from rapporter.annual_report import plan, publishing
from rapporter.annual_report.counting import EXACT
from rapporter.annual_report.models import AnnualReport, Cell, Edition, Snapshot
from rapporter.annual_report.publishing import CUTOFF, JOINED, PUBLIC, REPORTED, SUM, AsCell, Column
from rapporter.annual_report.why import NEW_DEFINITION, differs

YEARS = 5
"""So many years stand beside each other, the reported one with."""


@dataclass(frozen=True)
class Year:
    """A year as its newest edition froze it."""

    year: int
    edition: str
    cutoff_at: datetime
    sha256: str
    figures: Mapping[str, Any]
    cells: Mapping[tuple[str, str], Cell] = field(repr=False)
    """Table and code -> the year's own cell in a table that breaks a measure down."""
    queue: Mapping[tuple[str, str], Cell] = field(repr=False)
    """Measure and month -> what came in, went out, was open."""
    public: Mapping[tuple[str, str], str] = field(repr=False)
    """Table and code, of protected tables -> how the cell stands in what was made public."""

    def in_table(self, key: str) -> dict[str, Cell]:
        """Code -> cell of the table; nothing where the edition had no such table."""
        return {code: cell for (table, code), cell in self.cells.items() if table == key}


def years(report: AnnualReport) -> dict[int, Year]:
    """The unit's years before that have an edition, each by the one signed last."""
    signed = Edition.objects.filter(
        report__unit=report.unit,
        report__year__lt=report.year,
        report__year__gt=report.year - YEARS,
    ).select_related("snapshot", "report")
    found: dict[int, Year] = {}
    for edition in signed.order_by("signed_at", "pk"):
        found[edition.report.year] = _year(edition)
    return dict(sorted(found.items()))


def told(some: Mapping[int, Year]) -> dict[str, Any]:
    """What a snapshot keeps of where the years before come from."""
    return {
        str(year): {
            "edition": one.edition,
            "cutoff": one.cutoff_at.isoformat(),
            "sha256": one.sha256,
        }
        for year, one in some.items()
    }


def disagreeing(snapshot: Snapshot, cells: Iterable[Cell]) -> list[str]:
    """Cells and figures of years before that are not what those years' editions say."""
    sources = snapshot.made_by.get("former", {})
    editions = {
        (str(one.report.year), one.number): one
        for one in Edition.objects.filter(report__unit=snapshot.report.unit).select_related(
            "snapshot", "report"
        )
        if sources.get(str(one.report.year), {}).get("edition") == one.number
    }
    kept = {key: _year(one) for key, one in editions.items()}
    found = []
    for cell in cells:
        if cell.dims.get("known") != REPORTED or not plan.is_breakdown(cell.table):
            continue
        source = kept.get((str(cell.dims["year"]), cell.dims["edition"]))
        own = None if source is None else source.cells.get((cell.table, cell.dims["code"]))
        if own is not None and (own.value, own.facts_hash) != (cell.value, cell.facts_hash):
            found.append(f"Cellen {cell.table} {cell.dims} är inte vad det årets berättelse angav.")
    for name, figure in snapshot.figures.items():
        for year, one in figure.get("former", {}).items():
            source = kept.get((year, one.get("edition", "")))
            if source is not None and source.figures[name]["value"] != one["told"]:
                found.append(f"Siffran {name} för {year} är inte vad det årets berättelse angav.")
    return found


def _year(edition: Edition) -> Year:
    snapshot, year = edition.snapshot, edition.report.year
    every = list(snapshot.cells.order_by("position"))
    own = [one for one in every if one.dims.get("year") == year]
    cells = {
        (one.table, one.dims["code"]): one
        for one in own
        if plan.is_breakdown(one.table) and one.dims["known"] == CUTOFF
    }
    queue = {(one.measure, one.dims["month"]): one for one in own if one.table == plan.QUEUE}
    return Year(
        year,
        edition.number,
        snapshot.cutoff_at,
        snapshot.sha256,
        snapshot.figures,
        cells,
        queue,
        in_public(every, snapshot.figures, year),
    )


def in_public(
    cells: Sequence[AsCell], figures: Mapping[str, Any], year: int
) -> dict[tuple[str, str], str]:
    """How each cell of the year stands in what was made public of it; nothing of tables left out."""
    column = Column(year, CUTOFF)
    found: dict[tuple[str, str], str] = {}
    for shelf in publishing.tables(cells, figures, PUBLIC).shelves.values():
        if not shelf.protected or shelf.is_withheld or column not in shelf.columns:
            continue
        rows = {one.code for one in shelf.lines} | {SUM}
        codes = {one.dims["code"] for one in cells if one.table == shelf.key} | {SUM}
        for code in codes:
            found[shelf.key, code] = str(shelf.shown(code, column)) if code in rows else JOINED
    return found


def definition(measure: str, version: int, kept: Mapping[str, Any]) -> str:
    """Why the two cannot be compared: the figure meant something else then."""
    same = (kept["measure"], kept["version"]) == (measure, version)
    return "" if same else NEW_DEFINITION


def exact(written: str | None) -> Decimal | None:
    """A number as a snapshot keeps it."""
    return None if written is None else Decimal(written).quantize(EXACT)


def apart(told_then: str | None, now: str | None) -> bool:
    """Whether what is known now is to stand beside what was known then."""
    if told_then is None or now is None:
        return told_then != now
    return differs(Decimal(told_then), Decimal(now))
