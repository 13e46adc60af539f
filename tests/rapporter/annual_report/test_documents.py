"""A report's PDF is tagged and its Word file is made of real parts, so that a screen reader gets both whole."""

import itertools
import zipfile
from datetime import datetime
from io import BytesIO

import docx
import pytest
from django.utils import timezone
from docx.oxml.ns import qn
from pypdf import PdfReader

from patientsakerhet.documents.content import WHOLE_ROWS
from rapporter.annual_report import pictures, setting
from rapporter.annual_report.publishing import CUTOFF, NOW, Column, Line, Shelf
from rapporter.annual_report.suppression import Shown
from rapporter.annual_report.told import Contents, Part, Table

AT = datetime(2024, 2, 1, 12, tzinfo=timezone.get_default_timezone())
MONTHS = ("januari", "februari", "mars", "april", "maj", "juni")
TITLE = "Patientsäkerhetsberättelse 2023"
HEADINGS = [
    (1, "AGERA FÖR SÄKER VÅRD"),
    (2, "Öka kunskap"),
    (3, "Informationssäkerhet"),
    (1, "Bilaga"),
    (2, "Hur siffrorna togs fram"),
]


def whole():
    chart = pictures.queue([(one, 10, 8, 2) for one in MONTHS], "Så räknas kön.", AT)
    queue = Table(
        "D5", "In, ut och öppna ärenden", ["Månad", "In", "Ut"],
        [[one, "10", "8"] for one in MONTHS], note="Alla avvikelser.", chart=chart,
    )  # fmt: skip
    origin = Table("uttaget", "Hur siffrorna togs fram", ["Uppgift", "Värde"], [["Mall", "nsg"]])
    parts = [
        Part("agera", 1, "AGERA FÖR SÄKER VÅRD", "Från mallen.", ["Vi agerade."], [queue]),
        Part("kunskap", 2, "Öka kunskap", "", ["Vi lärde."], []),
        Part("infosak", 3, "Informationssäkerhet", "", ["Vi klassade."], []),
        Part("bilaga", 1, "Bilaga", "", [], [origin]),
    ]
    facts = [("År", "2023")]
    return Contents(TITLE, "Förvaltningen · Utgåva 1.0", facts, "", parts, True, False, WHOLE_ROWS)


@pytest.fixture(scope="module")
def files():
    return setting.files(whole(), at=AT)


def areas(small, beside):
    """A table of which two numbers are hidden in public."""
    told = (
        ("it.access", "Åtkomst", 12),
        ("it.net", "Nätverk", small),
        ("it.other", "Övrigt", beside),
    )
    before, now = Column(2022, NOW), Column(2023, CUTOFF)
    lines = [Line(code, label, {before: 0, now: count}) for code, label, count in told]
    marks = {("it.net", now): Shown.SMALL, ("it.other", now): Shown.BESIDE}
    return Shelf("D2", "Områden", "filed_deviations", [before, now], lines, "Alla", True, marks)


def test_a_hidden_number_is_a_hatched_bar_that_says_nothing_of_it():
    drawn = {pictures.picture(areas(*hidden), "", AT).svg for hidden in ((2, 7), (4, 30))}

    assert len(drawn) == 1
    (svg,) = drawn
    assert "Nätverk · &lt;5" in svg
    assert "Åtkomst · 12" in svg
    assert "Dolda tal: Nätverk, Övrigt." in svg


def walked(node):
    """Every element of the structure tree, in reading order."""
    node = node.get_object()
    if not isinstance(node, dict):
        return
    if "/S" in node:
        yield node
    below = node.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        if not isinstance(one, int):
            yield from walked(one)


def role(element, roles):
    """What the element is, by the names that every reader knows."""
    name = element["/S"]
    return roles.get(name, name)


def test_the_pdf_is_tagged_from_title_to_table_cell(files):
    pdf = PdfReader(BytesIO(files["pdf"]))
    root = pdf.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    roles = tree.get("/RoleMap", {})
    elements = list(walked(tree))
    names = [role(one, roles) for one in elements]

    assert root["/MarkInfo"]["/Marked"]
    assert (root["/Lang"], pdf.metadata.title) == ("sv", TITLE)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b'pdfuaid:part="1"' in files["pdf"] or b"<pdfuaid:part>1<" in files["pdf"]
    levels = [int(name[2]) for name in names if name in ("/H1", "/H2", "/H3", "/H4")]
    assert [level - levels[0] + 1 for level in levels][-len(HEADINGS):] == [
        level for level, _ in HEADINGS
    ]  # fmt: skip
    steps = itertools.pairwise(levels)
    assert all(later <= before + 1 for before, later in steps)
    pictures_said = [one["/Alt"] for one in elements if role(one, roles) == "/Figure"]
    assert pictures_said == [whole().tables[0].chart.alt]
    assert names.count("/Caption") == 2
    assert all(one["/Alt"].strip() for one in elements if role(one, roles) == "/Figure")
    assert names.count("/TH") == 3
    assert {one["/A"][0]["/Scope"] for one in elements if role(one, roles) == "/TH"} == {"/Column"}
    assert names.count("/TD") == 3 * len(MONTHS)
    assert names.count("/P") == 1 + 6  # the title, and each paragraph


def test_the_word_file_has_styles_alternatives_and_rows_that_repeat(files):
    file = docx.Document(BytesIO(files["docx"]))
    styled = [
        (int(one.style.name[-1]), one.text)
        for one in file.paragraphs
        if one.style.name.startswith("Heading ")
    ]

    assert styled == HEADINGS
    assert file.paragraphs[0].style.name == "Title"
    assert [one._inline.docPr.get("descr") for one in file.inline_shapes] == [
        whole().tables[0].chart.alt
    ]
    listed = [one for one in file.tables if one.rows[0].cells[0].text == "Månad"]
    assert len(listed) == 1
    assert "w:tblHeader" in listed[0].rows[0]._tr.xml
    assert [one.text for one in listed[0].rows[0].cells] == ["Månad", "In", "Ut"]
    assert all("w:cantSplit" in row._tr.xml for table in file.tables for row in table.rows)
    captions = [one.text for one in file.paragraphs if one.style.name == "Caption"]
    assert captions == ["In, ut och öppna ärenden vid månadens slut", "In, ut och öppna ärenden"]
    fields = file.sections[0].footer._element.findall(f".//{qn('w:fldSimple')}")
    assert [one.get(qn("w:instr")) for one in fields] == ["PAGE", "NUMPAGES"]
    about = file.core_properties
    assert (about.title, about.language) == (TITLE, "sv-SE")
    language = file.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert language.get(qn("w:val")) == "sv-SE"
    with zipfile.ZipFile(BytesIO(files["docx"])) as packed:
        assert sum(name.startswith("word/media/") for name in packed.namelist()) == 1


def test_a_short_table_is_not_parted_and_what_a_drawing_shows_stands_with_it(files):
    file = docx.Document(BytesIO(files["docx"]))
    (listed,) = [one for one in file.tables if one.rows[0].cells[0].text == "Månad"]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in listed.rows]
    lead = next(one for one in file.paragraphs if one.text.startswith("Öppna ärenden gick"))

    assert kept == [*[True] * len(MONTHS), None]
    assert lead.paragraph_format.keep_with_next
