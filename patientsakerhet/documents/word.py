"""A document as a Word file (DOCX) with real headings, tables and language, for whoever must edit it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Row as Row
from docx.text.paragraph import Paragraph as WordParagraph

from patientsakerhet.documents import drawing
from patientsakerhet.documents.content import (
    WHOLE_ROWS,
    Document,
    Drawing,
    Facts,
    Heading,
    Note,
    Paragraph,
    Table,
    Ticks,
)

LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
EMPTY, TICKED = "☐", "☒"
INK, ACCENT, FAINT = (
    RGBColor(0x1D, 0x24, 0x21),
    RGBColor(0x1F, 0x5C, 0x4A),
    RGBColor(0x55, 0x60, 0x5B),
)
BETWEEN = Cm(21 - 2 * 2.2)
"""The room between the margins."""
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""What a ZIP file can say at the earliest; every part of the file says this."""


STYLES = (
    ("Title", 20, INK),
    ("Subtitle", 10.5, FAINT),
    ("Heading 1", 13.5, ACCENT),
    ("Heading 2", 11.5, INK),
    ("Heading 3", 10.5, INK),
    ("Caption", 10, INK),
)
"""How Word's own styles look here: as in the PDF."""
STYLE_IDS = {
    name: name.replace(" ", "") for name in (*(name for name, *_ in STYLES), "Intense Quote")
}
"""By what a paragraph names its style."""


def make(document: Document) -> bytes:
    """The file; the same bytes for the same document."""
    file = docx.Document()
    _prepare(file, document)
    _styled(file, document.title, "Title")
    if document.subtitle:
        _styled(file, document.subtitle, "Subtitle")
    for block in document.blocks:
        _SETTERS[type(block)](file, block)
    if document.layout >= WHOLE_ROWS:
        _keep_rows_whole(file)
        _number_pages(file)
    written = BytesIO()
    file.save(written)
    return _without_clock(written.getvalue())


def _prepare(file: WordFile, document: Document) -> None:
    """Page, language, typeface, properties and foot."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.footer.paragraphs[0].text = document.foot

    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    for name, size, colour in STYLES:
        style = file.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), colour
        style.font.name = normal.font.name
        style.element.rPr.rFonts.attrib.pop(qn("w:asciiTheme"), None)
        style.element.rPr.rFonts.attrib.pop(qn("w:hAnsiTheme"), None)
    _only_lines_between_rows(file.styles["Table Grid"].element)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES[document.language])
    normal.element.get_or_add_rPr().append(language)

    made_at = document.made_at.replace(microsecond=0, tzinfo=None)
    about = file.core_properties
    about.title, about.author, about.last_modified_by = (
        document.title,
        document.author,
        document.author,
    )
    about.language, about.comments = LANGUAGES[document.language], ""
    about.created = about.modified = made_at
    about.revision = 1


def _styled(file: WordFile, text: str, style: str) -> WordParagraph:
    """A paragraph in the style, which is named outright: to look one up takes longer than the paragraph."""
    paragraph = file.add_paragraph(text)
    paragraph._p.style = STYLE_IDS[style]
    return paragraph


def _heading(file: WordFile, block: Heading) -> None:
    _styled(file, block.text, f"Heading {block.level}")


def _paragraph(file: WordFile, block: Paragraph) -> None:
    for part in block.text.split("\n\n"):
        file.add_paragraph(part)


def _note(file: WordFile, block: Note) -> None:
    run = _styled(file, "", "Intense Quote").add_run(block.text)
    run.font.color.rgb = RGBColor(0x7A, 0x4A, 0x00)


def _facts(file: WordFile, block: Facts) -> None:
    table = file.add_table(rows=0, cols=2)
    table.autofit = False
    table.columns[0].width, table.columns[1].width = Cm(5.6), Cm(11)
    for label, value in block.rows:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(5.6), Cm(11)
        cells[0].text, cells[1].text = label, value or "–"
        for cell in cells:
            cell.paragraphs[0].paragraph_format.space_after = Pt(3)
        cells[0].paragraphs[0].runs[0].font.color.rgb = FAINT
    _close(file)


def _ticks(file: WordFile, block: Ticks) -> None:
    for box in block.boxes:
        line = file.add_paragraph(f"{TICKED if box.is_ticked else EMPTY}  {box.text}")
        line.paragraph_format.space_after = Pt(3)
        if box.detail:
            line.add_run(f"\n{box.detail}").italic = True


def _table(file: WordFile, block: Table) -> None:
    caption = _styled(file, block.caption, "Caption")
    caption.paragraph_format.keep_with_next = True
    table = file.add_table(rows=0, cols=len(block.headings), style="Table Grid")
    table.autofit = False
    widths = _widths(block)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    plain = _empty_row(table, block, widths)
    kept = _kept_with_next(plain, table)
    head = _kept_with_next(plain, table)
    for cell in head.cells:
        cell.paragraphs[0].runs[0].bold = True
    _repeats_its_head(head)
    rows = [_fill(head._tr, block.headings)]
    for number, row in enumerate(block.rows, 1):
        alike = kept if block.is_short and number < len(block.rows) else plain
        rows.append(_fill(deepcopy(alike._tr), row))
    table._tbl.remove(plain._tr)
    table._tbl.extend(rows)
    _close(file)


def _empty_row(table: WordTable, block: Table, widths: list[Length]) -> Row:
    """A row as the table's rows are. Those alike are copies: to make one takes twenty times as long."""
    row = table.add_row()
    _stays_whole(row)
    for place, cell in enumerate(row.cells):
        cell.width, cell.text = widths[place], ""
        if place in block.right:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    return row


def _kept_with_next(row: Row, table: WordTable) -> Row:
    """A copy that no page parts from the row after it; it stands in no table."""
    copied = Row(deepcopy(row._tr), table)
    for cell in copied.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    return copied


def _fill(row: Any, texts: Sequence[str]) -> Any:
    """The row, with a text in each of its empty cells."""
    for run, text in zip(row.iter(qn("w:r")), texts, strict=True):
        run.text = text
    return row


def _widths(block: Table) -> list[Length]:
    """As in the PDF: numbers need little room, texts more, and most of it what names the row."""
    shares = [
        0.7 if place in block.right else 1.8 if place == 0 else 1.4
        for place in range(len(block.headings))
    ]
    return [Length(int(BETWEEN * share / sum(shares))) for share in shares]


def _drawing(file: WordFile, block: Drawing) -> None:
    if block.lead:
        file.add_paragraph(block.lead).paragraph_format.keep_with_next = True
    caption = _styled(file, block.caption, "Caption")
    caption.paragraph_format.keep_with_next = True
    shape = file.add_picture(BytesIO(drawing.png(block.svg)), width=Cm(block.width_cm))
    shape._inline.docPr.set("descr", block.alt)


def _keep_rows_whole(file: WordFile) -> None:
    """No page ends in the middle of a row of any table."""
    for table in file.tables:
        for row in table.rows:
            if row._tr.get_or_add_trPr().find(qn("w:cantSplit")) is None:
                _stays_whole(row)


def _number_pages(file: WordFile) -> None:
    """The foot ends with the page's number and how many there are, as in the PDF."""
    foot = file.sections[0].footer.paragraphs[0]
    stops = foot.paragraph_format.tab_stops
    for one in file.styles["Footer"].paragraph_format.tab_stops:
        stops.add_tab_stop(one.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(BETWEEN, WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run("\t")
    for field, after in (("PAGE", " ("), ("NUMPAGES", ")")):
        reckoned = OxmlElement("w:fldSimple")
        reckoned.set(qn("w:instr"), field)
        reckoned.append(foot.add_run("1")._r)
        foot._p.append(reckoned)
        foot.add_run(after)


def _only_lines_between_rows(style: Any) -> None:
    """The style's tables have thin lines below their rows and none between their columns."""
    borders = style.find(f".//{qn('w:tblBorders')}")
    for side in ("left", "right", "insideV"):
        borders.find(qn(f"w:{side}")).set(qn("w:val"), "nil")
    for line in borders:
        line.set(qn("w:color"), "B9C2BD")


def _stays_whole(row: Any) -> None:
    """No page ends in the middle of the row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeats_its_head(row: Any) -> None:
    """The row stands at the top of each page, and a screen reader takes it for headings."""
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _close(file: WordFile) -> WordParagraph:
    """Two tables without a line between them would become one."""
    return file.add_paragraph()


_SETTERS: dict[type, Callable[[WordFile, Any], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Note: _note,
    Facts: _facts,
    Ticks: _ticks,
    Table: _table,
    Drawing: _drawing,
}


def _without_clock(content: bytes) -> bytes:
    """The same file with no trace of when it was packed."""
    steady = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(steady, "w") as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(part))
    return steady.getvalue()
