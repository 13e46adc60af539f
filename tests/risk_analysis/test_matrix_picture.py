"""The signed report shows the matrix before and after as a picture: looked at as dots, in PDF and Word."""

import zipfile
from io import BytesIO

import docx
import pytest
import typst
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from patientsakerhet.documents import drawing, pdf, word
from patientsakerhet.documents.content import Document
from patientsakerhet.risk_analysis import report
from patientsakerhet.risk_analysis.picture import HIGH, LEFT, PAPER, TOP, WIDE
from tests.made_once import made_once
from tests.risk_analysis.making import World, whole

pytestmark = pytest.mark.django_db

STEPS = 4


_made, analysis = made_once(lambda: whole(World().in_status("deciding")))


def drawn(analysis, *, before):
    return report.matrix_drawing(analysis, "Riskmatris", before=before)


def looked_at(png):
    """The picture with a way to ask for the colour at a place of the drawing."""
    seen = Image.open(BytesIO(png)).convert("RGB")
    scale = seen.width / (LEFT + STEPS * WIDE + 2)
    return seen, lambda x, y: "#{:02x}{:02x}{:02x}".format(
        *seen.getpixel((int(x * scale), int(y * scale)))
    )


def corner(severity, probability):
    """A place in the square where nothing but its own colour is drawn."""
    return LEFT + (probability - 1) * WIDE + 8, TOP + (STEPS - severity) * HIGH + HIGH - 8


def ring(severity, probability):
    """The left edge of the ring of a risk that stands alone in the square."""
    return (
        LEFT + (probability - 1) * WIDE + 16 + (WIDE - 16) / 2 - 11,
        TOP + (STEPS - severity) * HIGH + HIGH / 2,
    )


def test_each_square_has_the_colour_of_its_band(analysis):
    seen, colour = looked_at(drawing.png(drawn(analysis, before=True).svg))

    bands = {
        (severity, probability): analysis.method.band(severity * probability)
        for severity in range(1, STEPS + 1)
        for probability in range(1, STEPS + 1)
    }
    assert {place: colour(*corner(*place)) for place in bands} == {
        place: PAPER[band].tint for place, band in bands.items()
    }
    assert seen.width > 700, "sharp on paper"


def test_the_risk_stands_elsewhere_after_the_measures(analysis):
    before = looked_at(drawing.png(drawn(analysis, before=True).svg))[1]
    after = looked_at(drawing.png(drawn(analysis, before=False).svg))[1]

    assert (before(*ring(3, 3)), after(*ring(3, 3))) == (PAPER[3].line, PAPER[3].tint)
    assert (before(*ring(3, 1)), after(*ring(3, 1))) == (PAPER[1].tint, PAPER[1].line)


def test_what_stands_where_is_said_in_words(analysis):
    assert drawn(analysis, before=True).alt == "Riskmatris: risk 1: 9, hög."
    assert drawn(analysis, before=False).alt == "Riskmatris: risk 1: 3, låg."


def made_by(analysis):
    return report.document(
        analysis, signed_by=analysis.commissioned_by, signed_at=timezone.now(), edition=1
    )


def test_the_pdf_shows_both_pictures_and_reads_them_aloud(analysis):
    document = made_by(analysis)
    only = Document(
        title="Bild", made_at=document.made_at, author="Region Exempel",
        blocks=[drawn(analysis, before=True)],
    )  # fmt: skip
    page = typst.compile(
        pdf.HERE / "document.typ", format="png", ppi=144, root=pdf.HERE,
        font_paths=pdf.fonts(), sys_inputs=pdf.inputs(only),
    )  # fmt: skip
    colours = {
        "#{:02x}{:02x}{:02x}".format(*found)
        for _, found in Image.open(BytesIO(page)).convert("RGB").getcolors(1_000_000)
    }
    assert {ink.tint for band, ink in PAPER.items() if band} <= colours
    assert PAPER[3].line in colours

    spoken = [
        str(one.get("/Alt"))
        for one in tree(PdfReader(BytesIO(pdf.make(document))).trailer["/Root"]["/StructTreeRoot"])
        if one.get("/Alt")
    ]
    assert spoken == [
        "Riskmatris före åtgärder: risk 1: 9, hög.",
        "Riskmatris efter åtgärder: risk 1: 3, låg.",
    ]


def tree(node):
    """Every tag of the PDF, in the order it is read."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from tree(one)
    elif hasattr(node, "get"):
        yield node
        yield from tree(node.get("/K", []))


def test_the_word_file_shows_both_pictures_with_their_words(analysis):
    made = word.make(made_by(analysis))
    file = docx.Document(BytesIO(made))

    assert [one._inline.docPr.get("descr") for one in file.inline_shapes] == [
        "Riskmatris före åtgärder: risk 1: 9, hög.",
        "Riskmatris efter åtgärder: risk 1: 3, låg.",
    ]
    with zipfile.ZipFile(BytesIO(made)) as packed:
        media = sorted(one for one in packed.namelist() if one.startswith("word/media/"))
        pictures = [looked_at(packed.read(one))[1](*ring(3, 3)) for one in media]
    assert sorted(pictures) == sorted([PAPER[3].line, PAPER[3].tint])
