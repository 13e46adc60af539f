"""Classifications that were made before, read in from the lists people keep today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange import columns
from patientsakerhet.exchange.cells import Cells, Columns, differing
from patientsakerhet.exchange.kinds import Expected, ImportKind, Line, Option, Taken
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.tables import Table
from patientsakerhet.information_security.actions import deciding, past
from patientsakerhet.information_security.actions.ordering import Order
from patientsakerhet.information_security.actions.past import Past
from patientsakerhet.information_security.models import (
    ASPECTS,
    InformationClassification,
    Programme,
)
from patientsakerhet.information_security.things import owner_of
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady, Refused
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem

KEY = "information_classifications"
PIECE = 200
LONG = 20_000
Outcome = ImportLine.Outcome

NUMBER, SYSTEM, ASSET, UNIT, OWNER = (
    "Nyckel", "System", "Informationstillgång", "Enhet", "Informationsägare"
)  # fmt: skip
CLASSIFIED, ASSESSED, UNTIL = "Klassad", "Riskbedömd", "Klassningen gäller till"
PROGRAMME, OCCASION, INFORMATION, NOTE = "Program", "Anledning", "Information", "Anmärkning"
DECIDER = "Beslutad av"
LEVELS = {label.capitalize(): name for name, label in ASPECTS}
SHORT = {"Konfidentialitet": "K", "Riktighet": "R", "Tillgänglighet": "T", "Spårbarhet": "S"}

COLUMNS = (
    Expected((NUMBER, "Id", "Löpnummer"), "Radens nyckel i den lista den kommer ur."),
    Expected((SYSTEM, "IT-system", "Systemnamn", "Objekt"), "Namnet i registret."),
    Expected((ASSET, "Tillgång"), "När det inte är ett system."),
    Expected((UNIT, "Enhetskod"), "Enhetens kod, för en tillgång som inte är ett system."),
    Expected((OWNER, "Ägare"), "E-postadress. Tomt: den som står i registret."),
    Expected((CLASSIFIED, "Klassningsdatum", "Datum för klassning"), "Dagen den beslutades.", True),
    *(
        Expected((label, SHORT[label], f"{label}, nivå"), "0 till 4.", label != "Spårbarhet")
        for label in LEVELS
    ),
    *(Expected((f"Skäl, {label.lower()}", f"Motivering {SHORT[label]}")) for label in LEVELS),
    Expected((ASSESSED, "Riskbedömning", "Datum för riskanalys"), "Tomt: är inte gjord."),
    Expected((UNTIL, "Gäller till", "Giltig till"), "Tomt: så länge regeln säger."),
    Expected((PROGRAMME, "Projekt"), "Programmets kod."),
    Expected((OCCASION,), "Till exempel nytt system."),
    Expected((DECIDER, "Beslutsfattare"), "Namn. Tomt: informationsägaren."),
    Expected((INFORMATION, "Informationsmängd")),
    Expected((NOTE, "Kommentar")),
)


class Existing:
    """One list of classifications, in pieces of two hundred rows."""

    def __init__(self, run: ImportRun, table: Table) -> None:
        """Refuses a file without anything to classify, and one without a source."""
        self.run = run
        self.columns = Columns(table, columns.expected(COLUMNS, run.options))
        self.ignored: Sequence[str] = self.columns.ignored
        if SYSTEM not in self.columns and ASSET not in self.columns:
            raise NotReady(f"Filen har varken kolumnen {SYSTEM} eller {ASSET}.")
        self._rows = table.rows
        self._source = run.options.get("source", "").strip()[:40]
        if not self._source:
            raise NotReady("Skriv vad listan heter, till exempel KLASSA 2023.")
        self._programmes = {one.code: one for one in Programme.objects.all()}

    def parts(self) -> Sequence[Any]:
        """Two hundred rows at a time."""
        return [(at, at + PIECE) for at in range(0, len(self._rows), PIECE)]

    def take(self, part: Any, *, by: Person | None, write: bool) -> Taken:
        """What becomes of each row; what was read in before is left, and listed where the file says
        something else now."""
        taken = Taken()
        if by is None:
            raise NotReady("Säg vem som leder riskbedömningarna, med --by.")
        for row in self._rows[part[0] : part[1]]:
            cells = self.columns.of(row)
            told = self._told(cells, lead=by)
            if told is None or cells.problems:
                text = " ".join(cells.problems)
                taken.lines.append(Line(row.number, Outcome.ERROR, cells.text(SYSTEM), text))
                continue
            case = self._here(told)
            if case is not None:
                if other := self._differing(cells, told, case, by):
                    text = f"{case.number} lämnas som den står. {other}"
                    line = Line(row.number, Outcome.CONTRADICTION, told.order.subject, text)
                    taken.lines.append(line)
                else:
                    taken.extra[Outcome.UNCHANGED] += 1
                continue
            try:
                [case] = past.bring([told], by=by, right=Can.LEAD_CLASSIFICATION)
            except Refused as refusal:
                taken.lines.append(
                    Line(row.number, Outcome.ERROR, told.order.subject, str(refusal))
                )
                continue
            number = case.number if write else ""
            taken.lines.append(Line(row.number, Outcome.ADDED, told.order.subject, number))
        return taken

    def _told(self, cells: Cells, *, lead: Person) -> Past | None:
        day = cells.day(CLASSIFIED)
        assessed, until = cells.day(ASSESSED), cells.day(UNTIL)
        levels = {name: self._level(cells, label) for label, name in LEVELS.items()}
        order = self._order(cells)
        if day is None:
            cells.problems.append(f"{CLASSIFIED} saknas.")
        elif day > timezone.localdate():
            cells.problems.append(f"{CLASSIFIED}: dagen har inte varit än.")
        if day is not None and until is not None and until <= day:
            cells.problems.append(f"{UNTIL}: ska vara efter {CLASSIFIED.lower()}.")
        if assessed is not None and day is not None and assessed > timezone.localdate():
            cells.problems.append(f"{ASSESSED}: dagen har inte varit än.")
        if cells.problems or order is None or day is None:
            return None
        noon = calendar.moment(day, time(12))
        risk = calendar.moment(assessed, time(12)) if assessed else noon
        key = cells.text(NUMBER, at_most=80) or f"{order.subject} {day}"[:80]
        return Past(
            order=order,
            lead=lead,
            at=_ordered(noon, risk),
            information=cells.text(INFORMATION, at_most=2000) or "Se den ursprungliga klassningen.",
            levels={name: level for name, level in levels.items() if level is not None},
            reasons={
                name: cells.text(f"Skäl, {label.lower()}", at_most=2000)
                or "Se den ursprungliga klassningen."
                for label, name in LEVELS.items()
            },
            decision=InformationClassification.Decision.ACCEPTED,
            decision_reason=cells.text(NOTE, at_most=2000) or f"Inläst från {self._source}.",
            no_risks_reason=f"Riskerna står i {self._source}." if assessed else "",
            valid_until=until or deciding.valid_until(day),
            source=(self._source, key),
            decider=cells.text(DECIDER, at_most=120),
            is_risk_assessed=assessed is not None,
        )

    def _order(self, cells: Cells) -> Order | None:
        name, asset = cells.text(SYSTEM, at_most=120), cells.text(ASSET, at_most=120)
        system = self._system(cells, name) if name else None
        if not name and not asset:
            cells.problems.append(f"{SYSTEM} saknas.")
        owner = self._owner(cells, system)
        unit = None
        if asset and not name:
            code = cells.text(UNIT).lower()
            unit = Unit.objects.current().filter(code=code).first()
            if unit is None:
                cells.problems.append(f"{UNIT}: {code or 'koden'} finns inte.")
        code = cells.text(PROGRAMME).lower()
        if code and code not in self._programmes:
            cells.problems.append(f"{PROGRAMME}: {code} finns inte. Lägg upp programmet först.")
        occasion = cells.choice(OCCASION, InformationClassification.Occasion)
        if cells.problems or owner is None:
            return None
        return Order(
            occasion=occasion or InformationClassification.Occasion.EXISTING,
            owner=owner,
            system=system,
            asset="" if system else asset,
            unit=unit,
            programme=self._programmes.get(code),
        )

    def _system(self, cells: Cells, name: str) -> ITSystem | None:
        named = Q(name__iexact=name) | Q(aliases__contains=[name])
        found = list(
            ITSystem.objects.filter(named).select_related(
                "managing_unit", "owner_unit", "information_owner", "owner", "system_manager"
            )[:2]
        )
        if len(found) == 1:
            return found[0]
        word = "är flera system" if found else "finns inte i registret"
        cells.problems.append(f"{SYSTEM}: {name} {word}.")
        return None

    def _owner(self, cells: Cells, system: ITSystem | None) -> Person | None:
        address = cells.email(OWNER)
        if address:
            found = Person.objects.filter(email=address, is_active=True).first()
            if found is None:
                cells.problems.append(f"{OWNER}: {address} finns inte.")
            return found
        owner = owner_of(system) if system is not None else None
        if owner is None and not cells.problems:
            cells.problems.append(f"{OWNER} saknas, både här och i registret.")
        return owner

    def _level(self, cells: Cells, label: str) -> int | None:
        level = cells.whole(label)
        if level is not None and level > 4:
            cells.problems.append(f"{label}: {level} är ingen nivå från 0 till 4.")
            return None
        required = label != "Spårbarhet"  # older lists have the three alone
        if level is None and required and not any(one.startswith(label) for one in cells.problems):
            cells.problems.append(f"{label} saknas.")
        return level

    def _here(self, told: Past) -> Case | None:
        source, key = told.source
        return Case.objects.filter(source_system=source, source_key=key).first()

    def _differing(self, cells: Cells, told: Past, case: Case, by: Person) -> str:
        """Where what the file says is not what stands here, in words; nothing of what she may not read."""
        row = InformationClassification.objects.visible_to(by).filter(pk=case.pk).first()
        if row is None:
            return ""
        stands = row.decided_at and timezone.localdate(row.decided_at)
        order, assessed = (
            told.order,
            row.risk_assessed_at and timezone.localdate(row.risk_assessed_at),
        )
        both: list[tuple[str, object, object]] = [
            (SYSTEM, order.system, row.system),
            (ASSET, order.asset, row.asset),
            (OWNER, order.owner, row.owner),
            (CLASSIFIED, cells.day(CLASSIFIED), stands),
            *((label, told.levels.get(name), getattr(row, name)) for label, name in LEVELS.items()),
            *(
                (f"Skäl, {label.lower()}", told.reasons[name], getattr(row, f"{name}_reason"))
                for label, name in LEVELS.items()
            ),
            (ASSESSED, cells.day(ASSESSED), assessed),
            (UNTIL, told.valid_until, row.valid_until),
            (PROGRAMME, order.programme, row.programme),
            (DECIDER, told.decider, row.decider),
            (INFORMATION, told.information, row.information),
            (NOTE, told.decision_reason, row.decision_reason),
        ]
        return differing([one for one in both if cells.text(one[0], at_most=LONG)])


def _ordered(noon: datetime, risk: datetime) -> list[datetime]:
    """When each step was taken: the order and the delivery first, the decision last."""
    first, last = min(noon, risk), max(noon, risk)
    return [first, first, first, risk, last]


IMPORT = ImportKind(
    key=KEY,
    label="Informationsklassningar",
    text=(
        "En rad per klassning som redan är gjord, ur en lista eller ett verktyg. Systemet ska finnas i "
        "registret. Samma rad läses in en gång: det som står här ändras inte, och säger filen något "
        "annat syns det i provläsningen."
    ),
    needs=Can.LEAD_CLASSIFICATION,
    begin=Existing,
    columns=COLUMNS,
    options=(Option("source", "Källa", "Vad listan eller verktyget heter.", required=True),),
    is_whole=False,
    chooses_columns=True,
    news=(Outcome.ADDED,),
    words={
        Outcome.ADDED: "nya",
        Outcome.UNCHANGED: "redan inlästa",
        Outcome.CONTRADICTION: "redan inlästa där filen säger annat",
        Outcome.ERROR: "rader med fel",
    },
)
