"""Analyses that were made before, read in from the sheets people keep today: a row for each risk or measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import columns, places
from patientsakerhet.exchange.cells import Cells, Columns
from patientsakerhet.exchange.kinds import Expected, ImportKind, Line, Option, Taken
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.tables import Row, Table
from patientsakerhet.lib.refusal import NotReady, Refused
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions import past
from patientsakerhet.risk_analysis.actions.past import PastAnalysis, PastRisk
from patientsakerhet.risk_analysis.exchange import differences
from patientsakerhet.risk_analysis.exchange.existing_risks import RISKS, Reader
from patientsakerhet.risk_analysis.models import Occasion, ScoringMethod

KEY = "risk_analyses"
PIECE = 25
"""Analyses read in together."""
LONG = 20_000
Outcome = ImportLine.Outcome

NUMBER, TITLE, UNIT, OCCASION = "Riskanalys", "Rubrik", "Enhet", "Anledning"
CHANGE, SCOPE, CONCLUSION = "Förändringen", "Omfattning", "Slutsats"
ORDERED_BY, ORDERED, LEADER = "Uppdragsgivare", "Uppdraget gavs", "Analysledare"
DECIDED, DECIDER = "Beslutad", "Beslutad av"

COLUMNS = (
    Expected(
        (NUMBER, "Nyckel", "Id", "Diarienummer", "Löpnummer"),
        "Analysens nummer där den finns. Tomt: samma analys som raden ovanför.",
    ),
    Expected((TITLE, "Riskanalysens namn", "Titel"), "Vad som analyserades.", True),
    Expected((UNIT, "Enhetskod", "Verksamhet"), "Enhetens kod, HSA-id eller namn.", True),
    Expected((ORDERED, "Datum", "Analysdatum"), "Dagen analysen beställdes.", True),
    Expected((DECIDED, "Beslutsdatum", "Rapportdatum"), "Tomt: samma dag som uppdraget."),
    Expected((DECIDER,), "Namn eller e-postadress. Tomt: uppdragsgivaren."),
    Expected((ORDERED_BY, "Beställare"), "Namn eller e-postadress."),
    Expected((LEADER, "Ledare"), "Namn eller e-postadress."),
    Expected((OCCASION, "Orsak till analysen"), "Till exempel nytt eller ändrat IT-system."),
    Expected((CHANGE, "Förändring", "Bakgrund")),
    Expected((SCOPE, "Avser")),
    Expected((CONCLUSION, "Sammanfattning")),
    *RISKS,
)


class Existing:
    """One file of analyses; all rows of one are read in together, or none of them."""

    def __init__(self, run: ImportRun, table: Table) -> None:
        """Refuses a file without a source's name, and a method that there is not."""
        self.columns = Columns(table, columns.expected(COLUMNS, run.options))
        self.ignored: Sequence[str] = self.columns.ignored
        self._units = places.units()
        self._source = run.options.get("source", "").strip()[:40]
        if not self._source:
            raise NotReady("Skriv vad källan heter, till exempel Riskanalyser 2019-2023.")
        code = run.options.get("method", "").strip().lower() or "matris"
        method = ScoringMethod.objects.current().filter(code=code).first()
        if method is None:
            known = ", ".join(ScoringMethod.objects.current().values_list("code", flat=True))
            raise NotReady(f"Det finns ingen metod {code}. Välj bland {known}.")
        self._method = method
        self._reader = Reader(method, run.options.get("strength", ""))
        self._groups = self._grouped(table.rows)

    def parts(self) -> Sequence[Any]:
        """So many analyses at a time."""
        return [(at, at + PIECE) for at in range(0, len(self._groups), PIECE)]

    def take(self, part: Any, *, by: Person | None, write: bool) -> Taken:
        """What becomes of each analysis; one read in before is left, and listed where the file says
        something else now."""
        taken = Taken()
        if by is None:
            raise NotReady("Säg vem som läser in analyserna, med --by.")
        for rows in self._groups[part[0] : part[1]]:
            cells = [self.columns.of(row) for row in rows]
            label = cells[0].text(TITLE, at_most=LONG)[:80]
            told = self._analysis(cells)
            wrong = [one for one in cells if one.problems]
            taken.lines += [
                Line(one.number, Outcome.ERROR, label, " ".join(one.problems)) for one in wrong
            ]
            if wrong or told is None:
                continue
            here = past.here(*told.source)
            if here is not None:
                if other := differences.of(told, here, by=by):
                    text = f"{here.number} lämnas som den står. {other}"
                    taken.lines.append(Line(rows[0].number, Outcome.CONTRADICTION, label, text))
                else:
                    taken.extra[Outcome.UNCHANGED] += 1
                continue
            try:
                case = past.bring(told, by=by)
            except Refused as refusal:
                taken.lines.append(Line(rows[0].number, Outcome.ERROR, label, str(refusal)))
                continue
            many = f"{len(told.risks)} risker, {len(told.measures)} åtgärder"
            text = f"{case.number}: {many}" if write else many
            taken.lines.append(Line(rows[0].number, Outcome.ADDED, label, text))
        return taken

    def _grouped(self, rows: Sequence[Row]) -> list[list[Row]]:
        """The rows of each analysis, which follow each other or carry its number."""
        groups: dict[str, list[Row]] = {}
        key = ""
        for row in rows:
            cells = self.columns.of(row)
            number, title = cells.text(NUMBER, at_most=LONG), cells.text(TITLE, at_most=LONG)
            if number or title:
                key = number or f"{title} {cells.text(ORDERED)}"
            groups.setdefault(key, []).append(row)
        return list(groups.values())

    def _analysis(self, rows: Sequence[Cells]) -> PastAnalysis | None:
        """The analysis as its first row and all its risks have it; what is wrong stands in the rows."""
        first = rows[0]
        title = first.text(TITLE, required=True)
        unit = self._units.get(first.text(UNIT, required=True).casefold())
        if unit is None and first.text(UNIT):
            first.problems.append(
                f"{UNIT}: {first.text(UNIT)} finns inte, eller är flera enheters namn."
            )
        ordered = self._day(first, ORDERED)
        if ordered is None and not first.text(ORDERED):
            first.problems.append(f"{ORDERED} saknas.")
        decided = self._day(first, DECIDED) or ordered
        if ordered and decided and decided < ordered:
            first.problems.append(f"{DECIDED}: ska vara efter {ORDERED.lower()}.")
        commissioner = self._reader.somebody(first, DECIDER) or self._reader.somebody(
            first, ORDERED_BY
        )
        if commissioner is None:
            first.problems.append(f"{ORDERED_BY} saknas.")
        leader = self._reader.somebody(first, LEADER)
        occasion = first.choice(OCCASION, Occasion) or Occasion.OTHER
        if ordered is None or decided is None or unit is None or commissioner is None:
            self._risks(rows, timezone.localdate())
            return None
        number = first.text(NUMBER, at_most=80)
        return PastAnalysis(
            source=(self._source, number or f"{title} {ordered}"[:80]),
            title=title,
            unit=unit,
            occasion=occasion,
            change=first.text(CHANGE, at_most=LONG) or f"Se {self._source}.",
            scope=first.text(SCOPE, at_most=LONG) or f"Se {self._source}.",
            conclusion=first.text(CONCLUSION, at_most=LONG),
            commissioner=commissioner,
            leader=leader,
            commissioned_on=ordered,
            decided_on=decided,
            method=self._method,
            risks=self._risks(rows, decided),
        )

    def _risks(self, rows: Sequence[Cells], decided: date) -> list[PastRisk]:
        found = self._reader.risks(rows, decided)
        if not found and not any(one.problems for one in rows):
            rows[0].problems.append("Analysen har ingen risk.")
        return found

    def _day(self, cells: Cells, name: str) -> date | None:
        day = cells.day(name)
        if day is not None and day > timezone.localdate():
            cells.problems.append(f"{name}: dagen har inte varit än.")
        return day


IMPORT = ImportKind(
    key=KEY,
    label="Riskanalyser",
    text=(
        "Riskanalyser som redan är gjorda, en rad för varje risk och åtgärd. Samma form som uttaget "
        "Risktabeller. Samma analys läses in en gång: det som står här ändras inte, och säger filen "
        "något annat syns det i provläsningen."
    ),
    needs=Can.LEAD_ANALYSIS,
    begin=Existing,
    columns=COLUMNS,
    options=(
        Option("source", "Källa", "Vad listan eller systemet heter.", required=True),
        Option("method", "Metod", "Metodens kod. Tomt: matris."),
        Option("strength", "Styrka när den saknas", "Stark, medel eller svag. Tomt: raden är fel."),
    ),
    is_whole=False,
    chooses_columns=True,
    news=(Outcome.ADDED,),
    words={
        Outcome.ADDED: "nya analyser",
        Outcome.UNCHANGED: "redan inlästa",
        Outcome.CONTRADICTION: "redan inlästa där filen säger annat",
        Outcome.ERROR: "rader med fel",
    },
)
