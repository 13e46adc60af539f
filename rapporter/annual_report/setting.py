"""What a report says as a document, for PDF and Word alike."""

from __future__ import annotations

from datetime import datetime

import typst
from django.conf import settings

from patientsakerhet.documents import content, pdf, word
from patientsakerhet.documents.content import Block, Document
from patientsakerhet.lib.refusal import Refused
from rapporter.annual_report.told import Contents, Part, Table
from rapporter.charts.chart import PICTURE_CM

YEAR = "År"
AS_FACTS = ("matt", "uttaget")
"""Tables of long texts, which are set as labels with what they say."""


def document(said: Contents, *, at: datetime) -> Document:
    """The whole report in order."""
    blocks: list[Block] = [content.Facts(said.facts)]
    if said.is_draft:
        blocks.insert(
            0, content.Note("Utkast. Siffror och text kan ändras tills berättelsen är fastställd.")
        )
    if said.opening:
        blocks.append(content.Paragraph(said.opening))
    for part in said.parts:
        blocks += _part(part)
    return Document(
        title=said.title,
        subtitle=said.subtitle,
        made_at=at,
        author=settings.REGION_NAME,
        foot=f"{said.title} · {said.subtitle}",
        blocks=blocks,
        layout=said.layout,
    )


def files(said: Contents, *, at: datetime) -> dict[str, bytes]:
    """The document in both forms, the same bytes for the same contents; refuses what cannot be set."""
    made = document(said, at=at)
    try:
        return {"pdf": pdf.make(made), "docx": word.make(made)}
    except typst.TypstError as error:  # a sign that no typeface of ours has, say
        raise Refused(f"Dokumentet gick inte att sätta: {error}") from error


def _part(part: Part) -> list[Block]:
    blocks: list[Block] = [content.Heading(part.heading, part.level)]
    if part.fixed:
        blocks.append(content.Paragraph(part.fixed))
    blocks += [content.Paragraph(one) for one in part.paragraphs]
    for table in part.tables:
        blocks += _table(table)
    return blocks


def _table(table: Table) -> list[Block]:
    if not table.rows:
        return [content.Paragraph(table.note)] if table.note else []
    if table.key in AS_FACTS:
        rows = [(row[0], "\n".join(filter(None, row[1:]))) for row in table.rows]
        return [content.Heading(table.title, 2), content.Facts(rows)]
    numbers = {
        place
        for place, heading in enumerate(table.headings)
        if table.holds_numbers(heading) or (heading == YEAR and not table.has_years_for_rows)
    }
    found: list[Block] = []
    if table.chart is not None and table.chart.drawing is not None:
        chart = table.chart
        found.append(
            content.Drawing(chart.name, chart.paper, chart.alt, PICTURE_CM, lead=chart.finding)
        )
    found.append(content.Table(table.title, table.headings, table.rows, right=frozenset(numbers)))
    if table.note:
        found.append(content.Paragraph(table.note))
    return found
