"""The European nomenclature read in from its official file, by page and by command alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.cells import Columns
from patientsakerhet.exchange.kinds import Expected, ImportKind, Line, Option, Taken
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.tables import Table
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.actions import terms
from patientsakerhet.register.actions.terms import Term

CODE, TERM, TERMINAL = "code", "term", "terminal"
COLUMNS = (
    Expected((CODE, "EMDN code", "kod"), "Bokstav och siffror, till exempel Z120303.", True),
    Expected((TERM, "EMDN term", "term description"), "Den engelska benämningen.", True),
    Expected((TERMINAL, "lowest level", "is terminal"), "YES för det lägsta nivån."),
)
Outcome = ImportLine.Outcome


class Nomenclature:
    """The whole file in one transaction: half a tree would be worse than none."""

    def __init__(self, run: ImportRun, table: Table) -> None:
        self.run = run
        self.columns = Columns(table, COLUMNS)
        self.ignored: Sequence[str] = self.columns.ignored
        self._rows = table.rows

    def parts(self) -> Sequence[Any]:
        """Everything at once."""
        return [self._rows]

    def take(self, part: Any, *, by: Person | None, write: bool) -> Taken:
        """What differs is listed; what does not is counted."""
        taken = Taken()
        given: list[Term] = []
        numbers: dict[str, int] = {}
        for row in part:
            cells = self.columns.of(row)
            code = cells.text(CODE, at_most=20, required=True).upper()
            term = Term(
                code=code,
                term=cells.text(TERM, at_most=500, required=True),
                is_terminal=bool(cells.yes_no(TERMINAL)),
            )
            if code in numbers:
                cells.problems.append(f"Koden {code} står också på rad {numbers[code]}.")
            if cells.problems:
                taken.lines.append(Line(row.number, Outcome.ERROR, code, " ".join(cells.problems)))
                continue
            numbers[code] = row.number
            given.append(term)
        if taken.lines:
            return taken
        came = terms.take_release(given, self.run.options.get("release", "").strip()[:20], by=by)
        for outcome, codes in ((Outcome.ADDED, came.added), (Outcome.CHANGED, came.changed)):
            taken.lines += [Line(numbers[code], outcome, code) for code in codes]
        taken.lines += [
            Line(None, Outcome.CHANGED, code, "Finns inte i utgåvan och erbjuds inte längre.")
            for code in came.gone
        ]
        taken.extra[Outcome.UNCHANGED] = len(came.unchanged)
        return taken


IMPORT = ImportKind(
    key="emdn",
    label="EMDN",
    text="Europeiska nomenklaturen för medicintekniska produkter, ur den officiella filen. "
    "Svenska benämningar som redan finns ligger kvar.",
    needs=Can.IMPORT_REGISTER,
    begin=Nomenclature,
    columns=COLUMNS,
    options=(Option("release", "Utgåva", "Till exempel V2.", required=True),),
    words={
        Outcome.ADDED: "nya termer",
        Outcome.CHANGED: "ändrade termer",
        Outcome.UNCHANGED: "oförändrade termer",
        Outcome.ERROR: "rader med fel",
    },
    endings=".csv,.xlsx,.gz",
)
