"""Units in and out as files: the tree by codes, changes dated, nothing ended that is not said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Length, Substr

from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.administration.actions import units
from patientsakerhet.administration.exchange.rows import Outcome, RowByRow, chosen_day, told
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected, Export, ImportKind, Option
from patientsakerhet.exchange.tables import Row
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import CareProvider, Person, Unit

CODE, NAME, PARENT, PROVIDER, KIND = "Kod", "Namn", "Överordnad kod", "Vårdgivare", "Slag"
HSA, MAILBOX, RECEIVES, COORDINATES = "HSA-id", "Funktionsbrevlåda", "Tar emot", "Koordinerar"
PHONE = "Telefon"
FROM, TO = "Gäller från", "Gäller till"
SINCE = "since"

COLUMNS = (
    Expected((CODE, "Enhetskod", "code"), "Kort kod i länken till formuläret.", required=True),
    Expected((NAME, "name"), "Enhetens namn.", required=True),
    Expected((PARENT, "parent code", "parent"), "Tom för en enhet överst i trädet."),
    Expected((HSA, "HSA id", "hsa id"), "Till exempel SE9999999999-E1A2."),
    Expected((MAILBOX, "E-post", "mailbox"), "Adressen dit ärenden skickas."),
    Expected((PHONE, "Telefonnummer", "phone"), "Numret man ringer när enheten inte svarar."),
    Expected((PROVIDER, "provider"), "Krävs överst i trädet; annars den överordnades."),
    Expected((KIND, "kind"), "region, kommun eller privat vårdgivare; för en ny vårdgivare."),
    Expected((RECEIVES, "Tar emot ärenden", "receives"), "ja eller nej."),
    Expected((COORDINATES, "coordinates"), "ja eller nej."),
    Expected((FROM, "valid from"), "År-månad-dag."),
    Expected((TO, "valid to"), "År-månad-dag; tom när enheten finns tills vidare."),
)


class Units(RowByRow):
    """Each row is a unit by its code. A cell that is empty, or a column that is not there, changes
    nothing; a new name or place holds from the chosen day."""

    expected = COLUMNS

    def prepare(self, rows: Sequence[Row]) -> None:
        self.since = chosen_day(self.run, SINCE, date.fromisoformat)
        self.units = {unit.code: unit for unit in Unit.objects.select_related("care_provider")}
        self.by_path = {unit.path: unit for unit in self.units.values()}
        self.providers = {one.name.casefold(): one for one in CareProvider.objects.all()}
        self.seen: set[str] = set()

    def ordered(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Parents before children, wherever they stand in the file; a circle comes last as it is."""
        by_code: dict[str, Row] = {}
        for row in rows:
            by_code.setdefault(self.columns.of(row).text(CODE), row)
        done: dict[int, Row] = {}
        for row in rows:
            chain: dict[int, Row] = {}
            above: Row | None = row
            while above is not None and not (above.number in chain or above.number in done):
                chain[above.number] = above
                above = by_code.get(self.columns.of(above).text(PARENT))
            for one in reversed(chain.values()):
                done[one.number] = one
        return list(done.values())

    def key(self, cells: Cells) -> str:
        return cells.text(CODE)

    def one(self, cells: Cells, *, by: Person | None) -> tuple[str, str, str]:
        code, name = cells.text(CODE, at_most=40, required=True), cells.text(NAME, at_most=120)
        known = self.units.get(code)
        given = self._given(cells, known)
        parent = self._parent(cells)
        if code in self.seen:
            raise NotReady(f"Koden {code} finns på flera rader.")
        self.seen.add(code)
        if known is None and not name:
            cells.problems.append(f"{NAME} saknas.")
        if cells.problems:
            raise NotReady(cells.problems)
        provider = self._provider(cells, parent if known is None else None, by=by)
        if known is None:
            made = units.create_unit(
                by=by, name=name, code=code, provider=provider, parent=parent, **given
            )
            self.units[code] = made
            self.by_path[made.path] = made
            return code, Outcome.ADDED, name
        if name:
            given["name"] = name
        if parent is not None:
            given["parent"] = parent
        if provider is not None:
            given["care_provider"] = provider
        place_before = self._parent_of(known)
        before = {field: getattr(known, field) for field in given if field != "parent"}
        changed = units.change_unit(known, by=by, since=self.since, **given)
        if not changed:
            return code, Outcome.UNCHANGED, ""
        if "parent" in changed:
            self.prepare_again()
        else:
            self.units[code] = Unit.objects.select_related("care_provider").get(pk=known.pk)
        words = [
            (WORDS[field], before[field], given[field])
            for field in given
            if field in before and field in changed
        ]
        if "parent" in changed:
            words.append((PARENT, place_before and place_before.code, parent and parent.code))
        return code, Outcome.CHANGED, told(words)

    def prepare_again(self) -> None:
        """A moved branch has new paths all through."""
        self.units = {unit.code: unit for unit in Unit.objects.select_related("care_provider")}
        self.by_path = {unit.path: unit for unit in self.units.values()}

    def _given(self, cells: Cells, known: Unit | None) -> dict[str, Any]:
        """The facts that the row states; what it leaves empty stays as it is."""
        read: dict[str, Any] = {
            "hsa_id": cells.text(HSA, at_most=31).upper() or None,
            "mailbox": cells.email(MAILBOX),
            "phone": cells.text(PHONE, at_most=30),
            "receives_cases": cells.yes_no(RECEIVES),
            "coordinates": cells.yes_no(COORDINATES),
            "valid_from": cells.day(FROM),
            "valid_to": cells.day(TO),
        }
        return {field: value for field, value in read.items() if value not in (None, "")}

    def _parent(self, cells: Cells) -> Unit | None:
        code = cells.text(PARENT, at_most=40)
        if not code:
            return None
        parent = self.units.get(code)
        if parent is None:
            cells.problems.append(f"{PARENT}: {code} finns varken i filen eller i trädet.")
        return parent

    def _parent_of(self, unit: Unit) -> Unit | None:
        return self.by_path.get(unit.path[: -Unit.steplen])

    def _provider(
        self, cells: Cells, parent: Unit | None, *, by: Person | None
    ) -> CareProvider | None:
        name = cells.text(PROVIDER, at_most=120)
        if not name:
            return parent.care_provider if parent else None
        known = self.providers.get(name.casefold())
        if known is not None:
            return known
        kind = cells.choice(KIND, CareProvider.Kind)
        if not kind:
            raise NotReady(
                [*cells.problems, f"Vårdgivaren {name} är ny. Skriv i {KIND} vad den är för slag."]
            )
        made = units.create_provider(name, kind, by=by)
        self.providers[name.casefold()] = made
        return made


WORDS = {
    "name": NAME,
    "hsa_id": HSA,
    "mailbox": MAILBOX,
    "phone": PHONE,
    "receives_cases": RECEIVES,
    "coordinates": COORDINATES,
    "care_provider": PROVIDER,
    "valid_from": FROM,
    "valid_to": TO,
}

IMPORT = ImportKind(
    key="units",
    label="Enheter",
    text="Organisationsträdet. En rad per enhet, överordnade med sin kod. "
    "Enheter som inte finns i filen rörs inte.",
    needs=Can.ADMINISTER,
    begin=Units,
    columns=COLUMNS,
    options=(
        Option(
            SINCE,
            "Nya namn och placeringar gäller från",
            "Tomt betyder i dag. Det som var förut finns kvar i enhetens historik.",
            is_day=True,
        ),
    ),
    words={
        Outcome.ADDED: "nya enheter",
        Outcome.CHANGED: "ändrade enheter",
        Outcome.UNCHANGED: "oförändrade enheter",
        Outcome.ERROR: "rader med fel",
    },
)


def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The units of a filter, in the order of the tree, with the columns that the import reads."""
    chosen = filters.UnitFilter(given, Unit.objects.all())
    filters.refuse_unreadable(chosen)
    above = Unit.objects.filter(
        path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Unit.steplen)
    ).order_by()
    return Extract(
        name="enheter",
        title="Enheter",
        rows=chosen.qs.annotate(parent_code=Subquery(above.values("code")[:1])).order_by("path"),
        columns=[
            Column(CODE, "code"),
            Column(NAME, "name"),
            Column(PARENT, "parent_code"),
            Column(HSA, "hsa_id"),
            Column(MAILBOX, "mailbox"),
            Column(PHONE, "phone"),
            Column(PROVIDER, F("care_provider__name")),
            Column(KIND, "care_provider__kind", dict(CareProvider.Kind.choices).get),
            Column(RECEIVES, "receives_cases"),
            Column(COORDINATES, "coordinates"),
            Column(FROM, "valid_from"),
            Column(TO, "valid_to"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


EXPORT = Export("units", "Enheter", Can.ADMINISTER, extract)
