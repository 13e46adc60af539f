"""A chart: one question, its answer in a sentence, the drawing, and a table with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from patientsakerhet.documents.content import Block, Heading, Paragraph
from patientsakerhet.documents.content import Drawing as Picture
from patientsakerhet.documents.content import Table as Rows
from patientsakerhet.exchange.writer import Column, Computed, Extract
from patientsakerhet.ui import swedish
from rapporter.charts import paper, screen
from rapporter.charts.drawing import Drawing
from rapporter.control_charts.series import ControlChart

PICTURE_CM = 16.5
"""How wide a chart is on A4."""
TABLE = "Samma tal står i tabellen under diagrammet."
NOTHING = "Det finns inget att rita än."
BROKEN = "ny definition"


@dataclass(frozen=True)
class About:
    """What a chart is about; whoever makes it answers its question."""

    key: str
    """Its own on a page, and in the address of its file."""
    question: str
    definition: str
    as_of: datetime
    finding: str = ""
    """The answer; some kinds of chart find their own where there is none."""
    measure: str = ""
    """The address of the measure behind it."""
    measure_key: str = ""
    """Its key."""


@dataclass(frozen=True)
class Cell:
    """One number or word of the table; with an address, a link to exactly what it counts."""

    text: str
    url: str = ""
    value: Any = None
    """What a file gets, where that is not the text."""


@dataclass(frozen=True)
class Table:
    """The chart's numbers: `numbers` are the columns set to the right, from 0."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """A chart as pages, documents and files take it."""

    about: About
    name: str
    """What is drawn: Styrdiagram: inkomna avvikelser per månad."""
    finding: str
    shows: str
    """What the drawing shows beside the finding, for whoever cannot see it: levels, range, how many."""
    drawing: Drawing | None
    table: Table
    legend: Sequence[tuple[screen.Sign, str]] = ()
    notes: Sequence[str] = ()
    judged: ControlChart | None = None
    """The control chart that it draws, if it is one."""
    is_list: bool = False
    """A list to work through: its table stands open."""

    @property
    def alt(self) -> str:
        """The drawing in words."""
        return " ".join(filter(None, (self.finding, self.shows)))

    @property
    def svg(self) -> SafeString | str:
        """The drawing for a page."""
        if self.drawing is None:
            return ""
        return screen.svg(
            self.drawing,
            key=self.about.key,
            title=self.name,
            description=f"{self.alt} {TABLE}",
        )

    @property
    def paper(self) -> str:
        """The drawing for a document: it needs no stylesheet, and has its legend in it."""
        if self.drawing is None:
            return ""
        return paper.svg(
            self.drawing, title=self.name, description=self.alt, legend=tuple(self.legend)
        )

    @property
    def signs(self) -> list[tuple[SafeString, str]]:
        """The legend for a page."""
        return [(screen.swatch(sign), text) for sign, text in self.legend]

    @property
    def is_patterned(self) -> bool:
        """Whether patterns tell its parts apart where colour cannot."""
        return any(sign in screen.PATTERNED for sign, _ in self.legend)

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The table's headings, and whether they are numbers'."""
        return [(text, n in self.table.numbers) for n, text in enumerate(self.table.headings)]

    @property
    def rows(self) -> list[list[tuple[Cell, str, bool]]]:
        """The table's rows: each cell with its heading, and whether it is a number's."""
        return [
            [(cell, *column) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.table.rows
        ]

    def blocks(self, level: int = 2) -> list[Block]:
        """The chart as part of a document."""
        found: list[Block] = [Heading(self.about.question, level), Paragraph(self.finding)]
        if self.drawing is not None:
            found.append(Picture(self.name, self.paper, self.alt, PICTURE_CM))
        found += [Paragraph(note) for note in self.notes]
        found.append(
            Rows(
                self.name,
                self.table.headings,
                [[cell.text for cell in row] for row in self.table.rows],
                self.table.numbers,
            )
        )
        return found

    def extract(self, selection: Sequence[tuple[str, str]] = ()) -> Extract:
        """The table as a file."""
        names = [f"c{number}" for number in range(len(self.table.headings))]
        return Extract(
            name=self.about.key,
            title=self.about.question,
            rows=Computed(
                [dict(zip(names, map(_value, row), strict=True)) for row in self.table.rows]
            ),
            columns=[
                Column(heading, name)
                for heading, name in zip(self.table.headings, names, strict=True)
            ],
            selection=[
                *selection,
                ("Definition", self.about.definition),
                ("Som det var känt", swedish.moment(self.about.as_of)),
            ],
        )


def number(value: float | None, decimals: int | None = None, url: str = "") -> Cell:
    """A number in the table; a dash where there is none."""
    if value is None:
        return Cell(swedish.DASH, value="")
    exact = round(value, decimals) if decimals is not None else value
    return Cell(swedish.number(exact, decimals), url, exact)


def per_cent(share: float | None, decimals: int = 0, url: str = "") -> Cell:
    """A share in the table, as per cent."""
    if share is None:
        return Cell(swedish.DASH, value="")
    told = swedish.number(round(100 * share, decimals), decimals)
    return Cell(f"{told}{swedish.HARD_SPACE}%", url, round(100 * share, decimals))


def _value(cell: Cell) -> Any:
    return cell.text if cell.value is None else cell.value
