"""What a draft or an edition says, out of its ingredients and its snapshot's cells and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from patientsakerhet.documents.content import FIRST_LAYOUT, WHOLE_ROWS
from patientsakerhet.ui import swedish
from rapporter.annual_report import (
    appendices,
    choices,
    comparing,
    drawing,
    fields,
    months,
    outlook,
    pictures,
    plan,
    publishing,
    why,
    wording,
)
from rapporter.annual_report.publishing import MARKS, PUBLIC, Published, Shelf
from rapporter.annual_report.so_far import NOT_OVER, WHOLE, SoFar, so_far
from rapporter.annual_report.suppression import Shown
from rapporter.annual_report.told import Contents, Frozen, Part, Table, without_empty
from rapporter.annual_report.wording import NotSo, Said
from rapporter.charts.chart import Chart

HIDDEN = "färre än fem"
LEFT_OUT = "Tabellen visas inte: talen är så små att någon annans uppgifter skulle gå att räkna ut."


def contents(ingredients: Mapping[str, Any], frozen: Frozen, audience: str) -> Contents:
    """The report as the audience reads it."""
    published = publishing.tables(frozen.cells, frozen.figures, audience)
    maker = _Maker(ingredients, frozen, published, is_public=audience == PUBLIC)
    parts = [maker.part(one) for one in ingredients["sections"]]
    signed = ingredients["signature"]
    edition = f"Utgåva {signed['edition']}" if signed else "Utkast"
    if audience != PUBLIC:
        edition += ", intern: små tal är inte dolda"
    facts = [
        ("Enhet", ingredients["unit"]),
        ("År", str(ingredients["year"])),
        ("Ärende", ingredients["number"]),
        ("Siffrorna som de var kända", swedish.moment(frozen.cutoff_at)),
    ]
    if ingredients["diary_no"]:
        facts.append(("Diarienummer", ingredients["diary_no"]))
    if signed:
        facts += [("Fastställd av", signed["by"]), ("Fastställd", signed["at"])]
        if signed["reason"]:
            facts.append(("Rättelse", signed["reason"]))
    return Contents(
        title=f"Patientsäkerhetsberättelse {ingredients['year']}",
        subtitle=f"{ingredients['unit']} · {edition}",
        facts=facts,
        opening=ingredients["opening"],
        parts=without_empty(parts),
        is_public=audience == PUBLIC,
        is_draft=signed is None,
        layout=WHOLE_ROWS if maker.tells_source else FIRST_LAYOUT,
    )


@dataclass
class _Maker:
    ingredients: Mapping[str, Any]
    frozen: Frozen
    published: Published
    is_public: bool
    in_years: set[str] = field(default_factory=set)
    """The figures whose years have been shown in a section before."""

    def __post_init__(self) -> None:
        for shelf in self.published.shelves.values():
            shelf.tells_source = self.tells_source
            shelf.so_far = self.so_far

    @cached_property
    def so_far(self) -> SoFar | None:
        """How far the year had come, in a draft of one that is not over; an edition stands as it was signed."""
        if self.ingredients["signature"]:
            return None
        return so_far(self.ingredients["year"], self.frozen.cutoff_at)

    @property
    def is_beside_more(self) -> bool:
        """Whether the whole of last year would stand beside a part of this one."""
        return self.so_far is not None and not self.frozen.then_counted

    @property
    def tells_source(self) -> bool:
        """Whether former years are told then and now; what was frozen before they were is shown as it was."""
        return "former" in self.frozen.made_by

    def part(self, section: Mapping[str, Any]) -> Part:
        """The section with its texts, figures and tables."""
        text = self.ingredients["texts"].get(section["key"], "")
        tables = [table for table in map(self.block, section["blocks"]) if table is not None]
        figures = [name for name in section["blocks"] if name in self.frozen.figures]
        if section["key"] == plan.INCIDENTS:
            tables += self._incidents()
        if section["key"] == self.ingredients["sections"][-1]["key"]:
            tables = [*self._changes(), *tables]
        if figures:
            tables[:0] = [self.figures_of(section["heading"], figures), *self._years(figures)]
        tables += choices.table(text, self.frozen.figures, self.published.hidden)
        return Part(
            key=section["key"],
            level=section["level"],
            heading=section["heading"],
            fixed=section["fixed"],
            paragraphs=[self.said(one) for one in fields.paragraphs(text)],
            tables=tables,
        )

    def said(self, paragraph: str) -> str:
        """The paragraph with its figures; in public without those that are hidden."""
        if not self.is_public or not self.published.hidden:
            return fields.filled(paragraph, drawing.look(self.frozen.figures))
        return fields.FIELD.sub(self._public_field, paragraph)

    def _public_field(self, found: Any) -> str:
        (field,) = fields.of(found[0])
        name = field.name
        said = drawing.look(self.frozen.figures)(name)
        if said is None:
            return str(found[0])
        if (name, "value") in self.published.hidden:
            return HIDDEN
        if (name, "before") in self.published.hidden:
            said = Said(said.value, None, said.unit, said.decimals)
        try:
            return fields.say(field, said)
        except NotSo:
            return wording.number(said) if said.before is None else str(found[0])

    def block(self, name: str) -> Table | None:
        """What the template asks the system for; nothing for figures, which stand in one table."""
        shelf = self.published.shelves.get(name)
        if shelf is not None:
            return self._shelf(shelf)
        made = {
            "enheter": self._units,
            "mal.utfall": self._outcomes,
            "mal.nya": self._targets,
            "matt": self._measures,
            "forr_och_nu": self._then_and_now,
            "uttaget": self._origin,
            plan.QUEUE: self._queue,
            plan.RISKS: self._risks,
            plan.INFLOW: self._inflow,
            plan.CAUGHT_UP: self._caught_up,
        }.get(name)
        return made() if made is not None else None

    def figures_of(self, heading: str, names: Iterable[str]) -> Table:
        """The figures of a section: this year, last year, and what the difference is worth."""
        year = self.ingredients["year"]
        if self.tells_source:
            return self._compared(heading, list(names), year)
        rows, plain = [], []
        for name in names:
            kept = self.frozen.figures[name]
            said = drawing.look(self.frozen.figures)(name)
            scope = ", hela regionen" if kept["region"] else ""
            value, before = self._figure(name, "value"), self._figure(name, "before")
            rows.append([f"{kept['name']}{scope}", value, before, self._change(name, said)])
            plain.append([name, *(self._plain(name, which) for which in ("value", "before"))])
        return Table(
            f"siffror-{self.ingredients['year']}",
            f"{heading.capitalize() if heading.isupper() else heading} i siffror",
            ["Mått", str(year), str(year - 1), "Förändring"],
            rows,
            plain=plain,
        )

    def _compared(self, heading: str, names: list[str], year: int) -> Table:
        """The same, with last year as its own edition told it, and now where that is another number."""
        hidden = self.published.hidden
        until = self.so_far.until if self.so_far else ""
        heads, last, note = comparing.last_year(
            self.frozen.figures,
            names,
            year - 1,
            hidden,
            until=f", {WHOLE}" if self.is_beside_more else until,
        )
        rows, plain = [], []
        for name in names:
            kept = self.frozen.figures[name]
            scope = ", hela regionen" if kept["region"] else ""
            change = self._change(name, drawing.look(self.frozen.figures)(name))
            texts, values = last[name]
            rows.append([f"{kept['name']}{scope}", self._figure(name, "value"), *texts, change])
            plain.append([name, self._plain(name, "value"), *values])
        title = f"{heading.capitalize() if heading.isupper() else heading} i siffror"
        heads = ["Mått", f"{year}{until}", *heads, "Förändring"]
        return Table(f"siffror-{year}", title, heads, rows, note=note, plain=plain)

    def _years(self, names: Iterable[str]) -> list[Table]:
        """The figures year by year, once in a report, where three years stand beside each other."""
        kept = self.frozen.figures
        new = [
            name
            for name in names
            if name not in self.in_years
            and (not self.is_public or kept[name]["disclosure"] != "B")
            and self._has_years(kept[name])
        ]
        self.in_years.update(new)
        made = comparing.years if self.tells_source else pictures.years
        found = made(
            {name: kept[name] for name in new}, self.ingredients["year"], self.frozen.cutoff_at
        )
        return [found] if found is not None else []

    def _has_years(self, kept: Mapping[str, Any]) -> bool:
        """Whether there are years enough for a line."""
        if self.tells_source:
            return comparing.has_years(kept, self.ingredients["year"])
        return len(kept.get("years", {})) >= pictures.FORMER

    def _figure(self, name: str, which: str) -> str:
        kept = self.frozen.figures[name]
        if (name, which) in self.published.hidden:
            return MARKS[Shown.SMALL]
        if kept[which] is None:
            return "–" if which != "value" else self._without_number(kept)
        return wording.number(Said(Decimal(kept[which]), decimals=kept["decimals"]))

    def _without_number(self, kept: Mapping[str, Any]) -> str:
        """A length of time that is not over yet; a share of nothing is no number at all."""
        of_nothing = self.tells_source and kept["unit"] == comparing.PER_CENT
        return "–" if of_nothing else comparing.NOTHING

    def _plain(self, name: str, which: str) -> str | None:
        hidden = (name, which) in self.published.hidden
        return None if hidden else self.frozen.figures[name][which]

    def _change(self, name: str, said: Said | None) -> str:
        """The comparison; none where a hidden number could be worked out of it, and for what is no count."""
        if said is None:
            return "–"
        if {(name, "value"), (name, "before")} & self.published.hidden:
            return "visas inte"
        if self.frozen.figures[name]["break"]:
            return "ny definition: går inte att jämföra"
        if self.is_beside_more or (self.so_far and self.frozen.figures[name]["reported"]):
            return NOT_OVER
        try:
            return wording.compared(said)
        except NotSo:
            if said.before is None:
                return "–"
            before, now = self._figure(name, "before"), self._figure(name, "value")
            return "oförändrat" if before == now else f"från {before} till {now}"

    def _shelf(self, shelf: Shelf) -> Table:
        if shelf.is_withheld:
            return Table(shelf.key, shelf.title, [], [], note=LEFT_OUT)
        if plan.breakdown(shelf.key).dim == "year":
            return comparing.by_year(shelf, self._chart(shelf))
        return comparing.shelf(shelf, self._chart(shelf))

    def _chart(self, shelf: Shelf) -> Chart | None:
        return pictures.picture(shelf, self._definition(shelf.measure), self.frozen.cutoff_at)

    def _definition(self, measure: str) -> str:
        found: str = self.frozen.made_by["measures"][measure]["definition"]
        return found

    def _queue(self) -> Table | None:
        former = self.frozen.figures if self.tells_source else {}
        return months.table(
            self.frozen.cells,
            self.ingredients["year"],
            self._definition,
            self.frozen.cutoff_at,
            former,
        )

    def _inflow(self) -> Table | None:
        cells, as_of = self.frozen.cells, self.frozen.cutoff_at
        found = outlook.inflow(cells, self._definition, as_of)
        if found is None or not self.tells_source:
            return found
        return replace(found, note=f"{found.note} {outlook.earlier_inflow(cells, as_of)}")

    def _caught_up(self) -> Table | None:
        return outlook.caught_up(self.frozen.cells, self._definition, self.frozen.cutoff_at)

    def _risks(self) -> Table | None:
        return outlook.risks(self.frozen.cells, self._definition, self.frozen.cutoff_at)

    def _units(self) -> Table | None:
        rows = [[name] for name in self.ingredients["units"]]
        return Table("enheter", "Enheter", ["Enhet"], rows, plain=rows) if rows else None

    def _targets(self) -> Table | None:
        return appendices.aims("mal.nya", "Mål för nästa år", self.ingredients["targets"])

    def _outcomes(self) -> Table | None:
        found = self.ingredients["outcomes"]
        if not found:
            return None
        rows = []
        for one in found:
            hidden = (one["measure"], "value") in self.published.hidden
            figure = self.frozen.figures.get(one["measure"])
            came = (
                "–"
                if figure is None
                else MARKS[Shown.SMALL]
                if hidden
                else self._figure(one["measure"], "value")
            )
            rows.append([one["text"], one["baseline"] or "–", one["aim"], came, one["owner"]])
        heads = ["Mål", "Utgångsläge", "Målvärde", "Utfall", "Ansvarig"]
        return Table("mal.utfall", "Förra årets mål och vad det blev", heads, rows, plain=rows)

    def _measures(self) -> Table:
        return appendices.measures(self.frozen.made_by["measures"], by_name=self.tells_source)

    def _then_and_now(self) -> Table | None:
        """Former years' figures where what is known now is another number than what was known then."""
        if self.tells_source:
            return comparing.appendix(
                self.frozen.figures,
                self.frozen.made_by,
                self.ingredients["year"],
                then_counted=self.frozen.then_counted,
                cutoff_at=self.frozen.cutoff_at,
                hidden=self.published.hidden,
                is_public=self.is_public,
            )
        rows = []
        for name, kept in sorted(self.frozen.figures.items()):
            if None in (kept["before"], kept["since"]) or name in {*plan.SAME_AS, *plan.ALSO}:
                continue
            reason = _reason(kept)
            if not reason:
                continue
            if {(name, "before"), (name, "since")} & self.published.hidden:
                continue
            then, now = self._figure(name, "before"), self._figure(name, "since")
            rows.append([kept["name"], then, now, reason])
        if not rows:
            return None
        year = self.ingredients["year"] - 1
        heads = ["Mått", "Då känt", "Nu känt", "Skäl"]
        return Table(
            "forr_och_nu", f"Siffror för {year} som har ändrats sedan dess", heads, rows, plain=rows
        )

    def _incidents(self) -> list[Table]:
        """The major incidents one by one; drafts from before they were listed have none."""
        rows = self.ingredients.get("incidents", [])
        heads = ["Utlystes", "IT-system", "Varade", "Berörda enheter"]
        title = "Årets stora incidenter"
        numbers = frozenset(heads[-1:] if self.tells_source else [])
        made = Table("incidenter", title, heads, rows, plain=rows, also_numbers=numbers)
        return [made] if rows else []

    def _changes(self) -> list[Table]:
        """What a correction has made another: old and new."""
        signed = self.ingredients["signature"]
        rows = signed["changes"] if signed else []
        heads = ["Mått", "Förra utgåvan", "Den här utgåvan"]
        title = "Siffror som rättelsen har ändrat"
        return [Table("rattelser", title, heads, rows, plain=rows)] if rows else []

    def _origin(self) -> Table:
        return appendices.origin(self.frozen.made_by, self.frozen.sha256)


def _reason(kept: Mapping[str, Any]) -> str:
    """Why last year's number is another now, by its direction alone; nothing while it differs slightly."""
    then, now = Decimal(kept["before"]), Decimal(kept["since"])
    if kept["break"]:
        return str(kept["break"])
    if not why.differs(then, now):
        return ""
    return why.LATE if now > then else why.CORRECTED_OR_RECODED
