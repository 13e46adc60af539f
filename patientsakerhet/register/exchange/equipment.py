"""An equipment database read in: its columns mapped, its rows met with the register's devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import columns, places
from patientsakerhet.exchange.cells import Cells, Columns
from patientsakerhet.exchange.kinds import Expected, ImportKind, Line, Option, Taken
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.exchange.tables import Table
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register import udi
from patientsakerhet.register.actions import intake
from patientsakerhet.register.actions.intake import Given, Intake
from patientsakerhet.register.models import Device

KEY = "equipment"
PIECE = 1000
GONE = "gone"
Status = Device.Status
Outcome = ImportLine.Outcome

EXTERNAL, NUMBER, SERIAL, LOT = "Nyckel", "Inventarienummer", "Serienummer", "Partinummer"
MAKER, NAME, MODEL, CATALOGUE = "Tillverkare", "Produkt", "Modellbeteckning", "Artikelnummer"
UDI, SOFTWARE, EMDN, GROUP = "UDI", "Programversion", "EMDN", "Produktgrupp"
UNIT, STATUS = "Enhet", "Läge"
BOUGHT, MADE, EXPIRES, OUT = "Inköpt", "Tillverkad", "Bäst före", "Tagen ur bruk"

COLUMNS = (
    Expected((EXTERNAL, "Id", "Objekt-id", "Utrustnings-id"), "Radens nyckel i källan."),
    Expected((NUMBER, "Inventarienr", "Inv.nr", "Inventory number", "MT-nummer")),
    Expected((MAKER, "Fabrikat", "Manufacturer")),
    Expected((NAME, "Handelsnamn", "Produktnamn", "Product", "Device name")),
    Expected((MODEL, "Modell", "Model", "Typ")),
    Expected((CATALOGUE, "Artikelnr", "Katalognummer", "REF", "Catalogue number")),
    Expected((SERIAL, "Serienr", "S/N", "Serial number")),
    Expected((LOT, "Lot", "Batch", "Lotnummer")),
    Expected((SOFTWARE, "Mjukvara", "Mjukvaruversion", "Software version")),
    Expected((UDI, "UDI-DI", "GTIN"), "UDI-DI eller hela koden."),
    Expected((EMDN, "EMDN-kod")),
    Expected((GROUP, "Utrustningsgrupp", "Grupp")),
    Expected((UNIT, "Enhetskod", "Placering", "Department"), "Enhetens kod, HSA-id eller namn."),
    Expected(
        (STATUS, "Status", "Driftläge", "Driftstatus"), "Till exempel i bruk, i förråd, kasserad."
    ),
    Expected((BOUGHT, "Inköpsdatum", "Anskaffad", "Anskaffningsdatum")),
    Expected((MADE, "Tillverkningsdatum")),
    Expected((EXPIRES, "Utgångsdatum")),
    Expected((OUT, "Kasserad den", "Utrangerad")),
)
OTHER_WORDS = {
    "i drift": Status.IN_USE,
    "aktiv": Status.IN_USE,
    "förråd": Status.STORED,
    "reserv": Status.STORED,
    "service": Status.IN_SERVICE,
    "reparation": Status.IN_SERVICE,
    "karantän": Status.QUARANTINED,
    "spärrad": Status.QUARANTINED,
    "retur": Status.RETURNED,
    "skrotad": Status.SCRAPPED,
    "utrangerad": Status.SCRAPPED,
    "avvecklad": Status.SCRAPPED,
    "saknad": Status.MISSING,
    "förlorad": Status.MISSING,
}
"""What other registers call the same."""


class Equipment:
    """One file from an equipment database, in pieces of a thousand rows."""

    def __init__(self, run: ImportRun, table: Table) -> None:
        """Refuses a file without any number of the devices, and options that lead nowhere."""
        self.run = run
        self.columns = Columns(table, columns.expected(COLUMNS, run.options))
        self.ignored: Sequence[str] = self.columns.ignored
        if not any(name in self.columns for name in (EXTERNAL, NUMBER, SERIAL, LOT)):
            raise NotReady(
                f"Filen har ingen av kolumnerna {EXTERNAL}, {NUMBER}, {SERIAL} och {LOT}. "
                "Välj vilken kolumn i filen som motsvarar någon av dem."
            )
        self._rows = table.rows
        self._units = places.units()
        self._source = run.options.get("source", "").strip()[:60]
        self._is_all = run.options.get("whole", "") in ("ja", "on", "yes", "1")
        self._manager = self._units.get(run.options.get("unit", "").strip().casefold())
        if not self._source:
            raise NotReady("Skriv vad källan heter, till exempel utrustningsregistrets namn.")
        if self._is_all and EXTERNAL not in self.columns:
            raise NotReady(f"En fil som är hela källan behöver kolumnen {EXTERNAL}.")
        if self._manager is None:
            raise NotReady("Skriv koden för den enhet som förvaltar utrustningen.")
        self._twice = self._doubles()

    def parts(self) -> Sequence[Any]:
        """A thousand rows at a time; last, what is no longer in the source."""
        pieces: list[Any] = [(at, at + PIECE) for at in range(0, len(self._rows), PIECE)]
        return [*pieces, GONE] if self._is_all else pieces

    def take(self, part: Any, *, by: Person | None, write: bool) -> Taken:
        """What becomes of each row; unchanged ones are counted and not listed."""
        if part == GONE:
            return self._mark_gone(by=by, write=write)
        taken = Taken()
        given: list[Given] = []
        wrong: list[Given] = []
        for row in self._rows[part[0] : part[1]]:
            cells = self.columns.of(row)
            told = self._given(cells)
            if told.external_key and told.external_key in self._twice:
                cells.problems.append(f"Nyckeln {told.external_key} står på flera rader.")
            if cells.problems:
                text = " ".join(cells.problems)
                taken.lines.append(Line(row.number, Outcome.ERROR, told.label, text))
                wrong.append(told)
            else:
                given.append(told)
        assert self._manager is not None  # noqa: S101  seen to when the file was opened
        at = self.run.confirmed_at or timezone.now()
        taker = Intake(self._source, self._manager, by=by, at=at, is_trial=not write)
        taker.saw(wrong)
        for came in taker.take(given):
            if came.outcome == intake.UNCHANGED:
                taken.extra[came.outcome] += 1
            else:
                taken.lines.append(Line(came.number, came.outcome, came.label, came.text))
        taken.lines.sort(key=lambda one: one.number or 0)
        return taken

    def _given(self, cells: Cells) -> Given:
        facts: dict[str, Any] = {
            name: value
            for name, value in (
                ("inventory_number", "".join(cells.text(NUMBER, at_most=40).split()).upper()),
                ("serial_number", cells.text(SERIAL, at_most=80)),
                ("lot_number", cells.text(LOT, at_most=80)),
                ("software_version", cells.text(SOFTWARE, at_most=40)),
                ("holding_unit", self._unit(cells)),
                ("status", _status(cells)),
                ("bought_on", cells.day(BOUGHT)),
                ("manufactured_on", cells.day(MADE)),
                ("expires_on", cells.day(EXPIRES)),
                ("out_of_use_on", cells.day(OUT)),
            )
            if value
        }
        code = _code(cells)
        if code is not None:
            for name, value in (
                ("udi_pi", code.pi),
                ("serial_number", code.serial),
                ("lot_number", code.lot),
            ):
                if value:
                    facts.setdefault(name, value)
        return Given(
            number=cells.number,
            external_key=cells.text(EXTERNAL, at_most=80),
            maker=cells.text(MAKER, at_most=160),
            name=cells.text(NAME, at_most=120) or cells.text(MODEL, at_most=80),
            model_number=cells.text(MODEL, at_most=80) if cells.text(NAME) else "",
            catalogue_number=cells.text(CATALOGUE, at_most=80),
            udi_di=code.di if code else "",
            agency=code.agency if code else "",
            emdn=cells.text(EMDN, at_most=20).upper(),
            group=cells.text(GROUP, at_most=120),
            facts=facts,
        )

    def _unit(self, cells: Cells) -> Unit | None:
        written = cells.text(UNIT)
        if not written:
            return None
        found = self._units.get(written.casefold())
        if found is None:
            cells.problems.append(f"{UNIT}: {written} finns inte, eller är flera enheters namn.")
        return found

    def _doubles(self) -> frozenset[str]:
        """Keys that stand on more than one row; by their hashes, which take a tenth of the room."""
        if EXTERNAL not in self.columns:
            return frozenset()
        seen: set[int] = set()
        twice: set[str] = set()
        for row in self._rows:
            key = self.columns.of(row).text(EXTERNAL)
            if key and hash(key) in seen:
                twice.add(key)
            seen.add(hash(key))
        return frozenset(twice)

    def _mark_gone(self, *, by: Person | None, write: bool) -> Taken:
        """What the source has no longer, marked and told of; as a trial, compared with the file."""
        taken = Taken()
        rows = intake.gone(self._source, seen_before=self.run.confirmed_at or timezone.now())
        found = rows.order_by("pk").values_list("pk", "inventory_number", "external_key")
        if not write:
            here = {hash(self.columns.of(row).text(EXTERNAL)) for row in self._rows}
            gone = [one for one in found.iterator(chunk_size=2000) if hash(one[2]) not in here]
        else:
            gone = list(found)
            intake.mark_gone([pk for pk, _, _ in gone], self._source, by=by)
        for _, number, key in gone:
            text = "Finns inte längre i källan. Markeras som borta, tas inte bort."
            taken.lines.append(Line(None, Outcome.CHANGED, number or key, text))
        taken.extra[GONE] = len(gone)
        return taken


def _status(cells: Cells) -> str:
    written = cells.text(STATUS).casefold()
    if written in OTHER_WORDS:
        return OTHER_WORDS[written]
    return cells.choice(STATUS, Status)


def _code(cells: Cells) -> udi.Udi | None:
    written = cells.text(UDI, at_most=200)
    if not written:
        return None
    try:
        return udi.read(written, this_year=timezone.localdate().year)
    except udi.NotUdi as refusal:
        cells.problems += [f"{UDI}: {reason}" for reason in refusal.reasons]
        return None


IMPORT = ImportKind(
    key=KEY,
    label="Utrustning",
    text=(
        "En rad per utrustning ur ett utrustningsregister. Tomma celler ändrar inget. Är filen "
        "hela källan markeras det som inte längre finns i den som borta, och tas inte bort."
    ),
    needs=Can.IMPORT_REGISTER,
    begin=Equipment,
    columns=COLUMNS,
    chooses_columns=True,
    options=(
        Option("source", "Källa", "Vad registret heter som filen kommer ur.", required=True),
        Option(
            "unit", "Förvaltande enhet", "Enhetens kod, för produkter som är nya.", required=True
        ),
        Option("whole", "Är filen hela källan?", "Skriv ja om allt som finns står i filen."),
    ),
    is_whole=False,
    news=(Outcome.ADDED, Outcome.CHANGED, GONE),
    words={
        Outcome.ADDED: "nya",
        Outcome.CHANGED: "ändrade eller borta",
        GONE: "därav borta ur källan",
        Outcome.UNCHANGED: "oförändrade",
        Outcome.ERROR: "rader med fel",
    },
)
