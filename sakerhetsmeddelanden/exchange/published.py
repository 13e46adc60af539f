"""The authority's public list of safety notices as a file: each row a notice that should have come by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patientsakerhet.access.policy import Can
from patientsakerhet.administration.exchange.rows import Outcome, RowByRow
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected, Export, ImportKind
from patientsakerhet.exchange.tables import Row
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.actions import published
from sakerhetsmeddelanden.models import PublishedNotice

NUMBER, DAY, MAKER = "Nummer", "Publicerat", "Tillverkare"
PRODUCT, REFERENCE, ADDRESS = "Produkt", "Beteckning", "Webbadress"

COLUMNS = (
    Expected((NUMBER, "number", "diarienummer", "id"), "Listans eget nummer.", required=True),
    Expected((DAY, "published", "datum", "date"), "Dag, som 2026-11-22.", required=True),
    Expected((MAKER, "manufacturer"), "Så som listan skriver den.", required=True),
    Expected((PRODUCT, "product"), "Så som listan skriver den.", required=True),
    Expected((REFERENCE, "reference", "fsn", "fsca"), "FSN- eller FSCA-beteckning."),
    Expected((ADDRESS, "url", "länk"), "Sidan på listan."),
)


class Published(RowByRow):
    """Each row is an entry by its number; what has been checked stays checked."""

    expected = COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        numbers = {self.columns.of(row).text(NUMBER) for row in rows}
        self.known = {one.number: one for one in PublishedNotice.objects.filter(number__in=numbers)}
        self.seen: set[str] = set()

    def key(self, cells: Cells) -> str:
        return cells.text(NUMBER)

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        number = cells.text(NUMBER, at_most=80, required=True)
        day = cells.day(DAY)
        if day is None and not cells.problems:
            cells.problems.append(f"{DAY} saknas.")
        told = {
            "manufacturer": cells.text(MAKER, at_most=200, required=True),
            "product": cells.text(PRODUCT, at_most=300, required=True),
            "reference": cells.text(REFERENCE, at_most=80),
            "address": cells.text(ADDRESS, at_most=500),
        }
        if number in self.seen:
            cells.problems.append(f"{number} står två gånger i filen.")
        if told["address"] and not told["address"].startswith(("https://", "http://")):
            cells.problems.append(f"{ADDRESS}: skriv hela adressen, med https://.")
        self.seen.add(number)
        if cells.problems or day is None:
            raise NotReady(cells.problems)
        return number, *published.put(self.known.get(number), number, day, told, by=by)


IMPORT = ImportKind(
    key="published_notices",
    label="Publicerade säkerhetsmeddelanden",
    text="Läkemedelsverkets lista. Varje rad jämförs med det som har kommit in; det som saknas "
    "blir en lista att kontrollera.",
    needs=Can.MANAGE_NOTICES,
    begin=Published,
    columns=COLUMNS,
    words={
        Outcome.ADDED: "nya på listan",
        Outcome.CHANGED: "ändrade på listan",
        Outcome.UNCHANGED: "oförändrade",
        Outcome.ERROR: "rader med fel",
    },
)


def extract(given: Mapping[str, str], person: Person | None) -> Extract:
    """Every entry, newest first, with what was found."""
    return Extract(
        name="publicerade-sakerhetsmeddelanden",
        title="Publicerade säkerhetsmeddelanden",
        rows=PublishedNotice.objects.order_by("-published_on", "-pk"),
        columns=[
            Column(NUMBER, "number"),
            Column(DAY, "published_on"),
            Column(MAKER, "manufacturer"),
            Column(PRODUCT, "product"),
            Column(REFERENCE, "reference"),
            Column(ADDRESS, "address"),
            Column("Säkerhetsmeddelande", "notice__case__number"),
            Column("Kontrollerad", "checked_at"),
            Column("Anteckning", "note"),
        ],
        right=Can.MANAGE_NOTICES,
    )


EXPORT = Export(
    "published_notices", "Publicerade säkerhetsmeddelanden", Can.MANAGE_NOTICES, extract
)
