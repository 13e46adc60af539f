"""Registers as files: each row through its action, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from patientsakerhet.exchange.cells import Cells, Columns
from patientsakerhet.exchange.kinds import Expected, Line, Taken
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.tables import Row, Table
from patientsakerhet.lib.refusal import NotReady, Refused
from patientsakerhet.organisation.models import Person

Outcome = ImportLine.Outcome


class RowByRow:
    """A register read in one transaction; a row that is refused is told of and tried no further."""

    expected: tuple[Expected, ...] = ()

    def __init__(self, run: ImportRun, table: Table) -> None:
        self.run = run
        self.columns = Columns(table, self.expected)
        self.ignored: Sequence[str] = self.columns.ignored
        self._rows = table.rows

    def parts(self) -> Sequence[Sequence[Row]]:
        """Everything at once: a half register would be worse than none."""
        return [self._rows]

    def take(self, part: Sequence[Row], *, by: Person | None, write: bool) -> Taken:
        """A line for each row; the caller rolls all back when it is a trial or a row is refused."""
        taken = Taken()
        self.prepare(part)
        for row in self.ordered(part):
            cells = self.columns.of(row)
            taken.lines.append(self._line(cells, by=by))
        taken.lines += self.afterwards(by=by)
        taken.lines.sort(key=lambda one: (one.number is None, one.number or 0))
        return taken

    def prepare(self, rows: Sequence[Row]) -> None:
        """Fetch what the rows will be compared with."""

    def ordered(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The order in which the rows can be written."""
        return rows

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        """Write one row: what it is about, the outcome, and in words what changed."""
        raise NotImplementedError

    def afterwards(self, *, by: Person | None) -> list[Line]:
        """What follows from the whole file: rows that are no longer there."""
        return []

    def key(self, cells: Cells) -> str:
        """What the row is about, when it cannot be used."""
        return ""

    def _line(self, cells: Cells, *, by: Person | None) -> Line:
        try:
            with transaction.atomic():
                key, outcome, text = self.one(cells, by=by)
                if cells.problems:
                    raise NotReady(cells.problems)
                return Line(cells.number, outcome, key, text)
        except Refused as refusal:
            reasons = " ".join(dict.fromkeys([*cells.problems, *refusal.reasons]))
            return Line(cells.number, Outcome.ERROR, self.key(cells), reasons)
        except IntegrityError:
            # A rule that only the database knows, or somebody who was faster.
            return Line(
                cells.number,
                Outcome.ERROR,
                self.key(cells),
                "Raden krockar med något som redan finns. Kontrollera koder och HSA-id.",
            )


def told(changed: Sequence[tuple[str, Any, Any]]) -> str:
    """Changes in words: "Namn: Avd 4 → Avdelning 4"."""
    return "; ".join(f"{name}: {_word(old)} → {_word(new)}" for name, old, new in changed)


def chosen_day(run: ImportRun, key: str, parse: Callable[[str], date]) -> date | None:
    """The day somebody chose beside the file."""
    value = run.options.get(key, "")
    if not value:
        return None
    try:
        return parse(value)
    except ValueError as fault:
        raise NotReady(f"Skriv {value} som år-månad-dag, till exempel 2026-11-22.") from fault


def _word(value: Any) -> str:
    if value is None or value == "":
        return "inget"
    return (
        {True: "ja", False: "nej"}.get(value, str(value)) if isinstance(value, bool) else f"{value}"
    )
