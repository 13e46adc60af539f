"""A document says the same as PDF and as Word, is made alike each time, and holds no markup."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest

from patientsakerhet.documents import pdf, word
from patientsakerhet.documents.content import (
    Document,
    Drawing,
    Facts,
    Heading,
    Note,
    Paragraph,
    Table,
    Tick,
    Ticks,
)

HOSTILE = '#panic("x") $x^2$ *fet* <a> & \\ "citat" #set text(red) @ref'

SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10">'
    '<rect width="10" height="10" fill="#952924"/></svg>'
)


def document(**changes):
    facts = {
        "title": "Svar på säkerhetsmeddelande",
        "subtitle": HOSTILE,
        "made_at": datetime(2026, 11, 29, 12, 30, tzinfo=UTC),
        "author": "Region Exempel",
        "foot": "SM-2026-00012",
        "blocks": (
            Note("Ofullständigt: 3 av 5 enheter har svarat."),
            Heading("Meddelandet"),
            Facts((("Beteckning", HOSTILE), ("Datum", ""))),
            Ticks((Tick("Vi har läst det", True, "29 november"), Tick("Vi har inga", False))),
            Heading("Utrustning", 2),
            Table(
                "Utrustning per enhet",
                ("Enhet", "Antal"),
                (("Vårdcentralen Björken", "3"), (HOSTILE, "1 200")),
                right=frozenset({1}),
            ),
            Drawing("Skiss", SQUARE, "En kvadrat."),
            Paragraph("Första stycket.\nNy rad.\n\nAndra stycket."),
        ),
    }
    return Document(**{**facts, **changes})


@pytest.mark.parametrize("make", [pdf.make, word.make])
def test_the_same_facts_give_the_same_bytes(make):
    assert make(document()) == make(document())


@pytest.mark.parametrize("make", [pdf.make, word.make])
def test_another_fact_gives_other_bytes(make):
    assert make(document()) != make(document(foot="SM-2026-00013"))


def test_the_pdf_is_tagged_and_says_its_language():
    made = pdf.make(document())

    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid" in made
    assert re.search(rb"/Lang ?\(sv\)", made)


def test_the_pdf_speaks_english_where_the_document_does():
    assert re.search(rb"/Lang ?\(en\)", pdf.make(document(language="en")))


def test_the_word_file_has_real_headings_tables_and_language():
    file = docx.Document(BytesIO(word.make(document())))

    styled = [(one.style.name, one.text) for one in file.paragraphs if one.text]
    assert ("Title", "Svar på säkerhetsmeddelande") in styled
    assert ("Heading 1", "Meddelandet") in styled
    assert ("Heading 2", "Utrustning") in styled
    assert ("Caption", "Utrustning per enhet") in styled
    assert file.core_properties.language == "sv-SE"
    assert file.core_properties.title == "Svar på säkerhetsmeddelande"
    listed = file.tables[-1]
    assert [cell.text for cell in listed.rows[0].cells] == ["Enhet", "Antal"]
    assert 'w:tblHeader w:val="true"' in listed.rows[0]._tr.xml


def test_what_somebody_wrote_stands_in_the_word_file_letter_by_letter():
    file = docx.Document(BytesIO(word.make(document())))

    assert file.tables[0].rows[0].cells[1].text == HOSTILE
    assert file.tables[-1].rows[2].cells[0].text == HOSTILE


def test_a_box_that_is_not_ticked_is_drawn_empty():
    file = docx.Document(BytesIO(word.make(document())))

    boxes = [one.text for one in file.paragraphs if one.text.startswith(("☐", "☒"))]
    assert boxes == ["☒  Vi har läst det\n29 november", "☐  Vi har inga"]


def test_the_word_file_does_not_tell_when_it_was_packed():
    with zipfile.ZipFile(BytesIO(word.make(document()))) as packed:
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
