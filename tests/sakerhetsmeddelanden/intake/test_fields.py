"""The template's fields proposed from words: labels, running text, boxes, days, numbers, and places."""

from datetime import date

import pytest

from sakerhetsmeddelanden.intake import dates, fields, identifiers, labels, ticks
from sakerhetsmeddelanden.intake.parsed import FoundFile, Reading


def proposed(text="", subject="", pages=()):
    """Code -> field of a message with this text, and a PDF file with these pages."""
    reading = Reading(subject=subject, text=text)
    if pages:
        reading.files = [FoundFile("000", "notice.pdf", "application/pdf", 1, list(pages))]
    fields.propose(reading)
    return {one.code: one for one in reading.fields}


def values(*args, **kwargs):
    return {code: one.value for code, one in proposed(*args, **kwargs).items()}


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("2026-03-12", date(2026, 3, 12)),
        ("20260312", date(2026, 3, 12)),
        ("2026/3/12", date(2026, 3, 12)),
        ("den 12 mars 2026", date(2026, 3, 12)),
        ("12 mars 2026", date(2026, 3, 12)),
        ("12:e mars 2026", date(2026, 3, 12)),
        ("12 okt. 2026", date(2026, 10, 12)),
        ("1 maj 2026", date(2026, 5, 1)),
        ("March 12, 2026", date(2026, 3, 12)),
        ("12th of March 2026", date(2026, 3, 12)),
        ("12-Mar-2026", date(2026, 3, 12)),
        ("12MAR2026", date(2026, 3, 12)),
        ("25/12/2026", date(2026, 12, 25)),
        ("12/25/2026", date(2026, 12, 25)),
        ("13.2.2026", date(2026, 2, 13)),
        ("05/05/2026", date(2026, 5, 5)),
        ("03/04/2026", None),
        ("31 februari 2026", None),
        ("2026-13-40", None),
        ("12 mars", None),
        ("mars 2026", None),
        ("FSN-2026-031", None),
    ],
)
def test_a_day_as_it_is_written(written, on):
    found = dates.first(f"x {written} y")

    assert (found.on if found else None) == on


def test_a_day_without_a_year_is_the_next_one():
    assert dates.first("senast den 5 januari", near=date(2026, 12, 20)).on == date(2027, 1, 5)
    assert dates.first("by 5 March", near=date(2026, 3, 1)).on == date(2026, 3, 5)


# --- numbers --------------------------------------------------------------------------------------


def test_only_numbers_with_the_right_check_digit_are_udi_dis():
    assert identifiers.udi_dis("(01)07350012345679 and 07350012345670") == ["07350012345679"]
    assert identifiers.udi_dis("UDI-DI 735001234567-4") == []
    assert identifiers.udi_dis("4006381333931", labelled=True) == ["04006381333931"]
    assert identifiers.udi_dis("4006381333931") == []
    assert identifiers.udi_dis("+A99912345/$$52001510X33") == ["+A99912345"]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Urgent: FSN-2026-17 about pumps", "FSN-2026-17"),
        ("FSCA 2026/0012-A:", "FSCA 2026/0012-A"),
        ("Ref FA1234-2", "FA1234-2"),
        ("CAPA_2026_9.", "CAPA_2026_9"),
        ("this FSN is about", ""),
        ("FACTS about 2026", ""),
    ],
)
def test_a_reference_that_shows_itself(text, reference):
    assert identifiers.reference(text) == reference


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FSN-2026-17", "fsn 2026_17"),
        ("FSN-2026-17 v2", "FSN-2026-17"),
        ("FSN/2026/17-Rev.03", "FSN-2026-17"),
    ],
)
def test_references_are_compared_without_their_spelling(one, other):
    assert identifiers.plain_reference(one) == identifiers.plain_reference(other)


def test_references_with_other_numbers_differ():
    assert identifiers.plain_reference("FSN-2026-17") != identifiers.plain_reference("FSN-2026-18")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Version 2", "2"),
        ("Rev. B", "B"),
        ("FSN-1 v03", "3"),
        ("Uppdatering nr 4", "4"),
        ("version 2.1.3", ""),
        ("reviewed", ""),
    ],
)
def test_a_version(text, version):
    assert identifiers.version(text) == version


# --- labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "rest"),
    [
        ("FSN Ref: ABC-1", "fsn_ref", "ABC-1"),
        ("1 2. Commercial name(s)*", "1.2", ""),
        ("1.3 UDI-DI: 0735", "1.3", "0735"),
        ("3. Unique Device Identifier(s) (UDI-DI)\t0735", "1.3", "0735"),
        ("a. Company Name: Volumed AB", "4.7", "Volumed AB"),
        ("Sista svarsdag den 3 mars 2026", "3.4_by", "den 3 mars 2026"),
        ("Tillverkare", "4.7", ""),
    ],
)
def test_a_label_at_the_beginning_of_a_line(line, code, rest):
    label = labels.at_start(line)

    assert (label.code, label.rest) == (code, rest)


@pytest.mark.parametrize(
    "line", ["Till alla som använder pumpen", "Risk föreligger", "Modeller finns", "", "Datumet"]
)
def test_words_of_a_sentence_are_no_label(line):
    assert labels.at_start(line) is None


def test_ticked_boxes_of_either_tongue():
    text = "☒ Identify Device ☐ Quarantine Device\n[x] Sätt produkten i karantän\n( ) Kassera"

    assert ticks.ticked(text, ticks.USER) == ["identify", "quarantine"]
    assert ticks.ticked("Identify Device", ticks.USER) is None


# --- the whole ------------------------------------------------------------------------------------

SWEDISH = """Volumed AB
Göteborg den 2 mars 2026

Viktigt säkerhetsmeddelande: Volumed 300

Vår referens: FSN-2026-17 version 2
Kära kund,
felet gäller infusionspump Volumed 300, artikelnummer V300-1, V300-2, serienummer SN 1000-1499, 1600
med programvaruversion 3.1 och tidigare.

Problembeskrivning:
Trycksensorn kan visa fel värde.
Det märks inte.

Vi vill att ni återsänder svarsformuläret ifyllt senast den
30 mars.
"""


def test_a_swedish_letter():
    assert values(SWEDISH) == {
        "fsn_ref": "FSN-2026-17",
        "2.1": "Trycksensorn kan visa fel värde.\nDet märks inte.",
        "device_name": "Volumed 300",
        "1.2": "Volumed 300",
        "1.5": "V300-1, V300-2",
        "1.6": "3.1 och tidigare",
        "1.7": "SN 1000-1499, 1600",
        "3.4_by": "2026-03-30",
        "3.4": "yes",
        "date": "2026-03-02",
        "4.7": "Volumed AB",
        "version": "2",
        "4.1": "update",
    }


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Viktigt säkerhetsmeddelande: Volumed 300, version 2", "Volumed 300"),
        ("URGENT FIELD SAFETY NOTICE - Volumed 300 (Rev. 3)", "Volumed 300"),
        ("Säkerhetsmeddelande: Bildarkivet version 24.1", "Bildarkivet version 24.1"),
        ("Säkerhetsmeddelande: Bildarkivet, version 24.1", "Bildarkivet, version 24.1"),
    ],
)
def test_the_notices_own_version_is_no_part_of_the_products_name(title, name):
    assert values(title)["1.2"] == name


def test_each_field_says_where_it_was_read():
    page = "Urgent Field Safety Notice\nFSN Ref: X-17   FSCA Ref: Y-18\n\nDate: 2 March 2026"

    found = proposed("FSN Ref: X-99", pages=["Page one", page])

    reference = found["fsn_ref"]
    assert (reference.value, reference.source, reference.page, reference.line) == (
        "X-17",
        "000",
        2,
        2,
    )
    assert reference.quote == "FSN Ref: X-17"
    assert (found["fsca_ref"].value, found["fsca_ref"].line) == ("Y-18", 2)
    assert (found["date"].value, found["date"].quote) == ("2026-03-02", "Date: 2 March 2026")


def test_a_reply_form_is_believed_less_than_the_notice():
    reading = Reading(text="")
    reading.files = [
        FoundFile("000", "a.pdf", "", 1, ["Customer Reply Form\nFSN Ref: OLD-1"]),
        FoundFile("001", "b.pdf", "", 1, ["Field Safety Notice\nFSN Ref: NEW-2"]),
    ]

    fields.propose(reading)

    assert {one.code: one.value for one in reading.fields}["fsn_ref"] == "NEW-2"


def test_a_reply_wanted_within_days_is_a_reply_wanted():
    found = values("Please return the form within 10 working days of receipt.")

    assert found["3.4"] == "yes, within 10 working days"
    assert "3.4_by" not in found


def test_nothing_is_made_up():
    assert values("Hej! Tack för senast.\nMed vänlig hälsning\nAnna") == {}
