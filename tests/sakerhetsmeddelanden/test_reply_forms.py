"""The reply forms say what the units answered, no more: every box, in both forms and languages."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from patientsakerhet.documents import pdf, word
from patientsakerhet.documents.content import Facts, Note, Table, Ticks
from sakerhetsmeddelanden.reply import words
from sakerhetsmeddelanden.reply.facts import Answers, Customer, Details, DeviceLine, Subject
from sakerhetsmeddelanden.reply.forms import CUSTOMER, DISTRIBUTOR, Form, document

DAY = date(2026, 11, 20)


def line(outcome, number="SN 1", quantity=1, on=DAY, unit="Vårdcentralen Björken"):
    return DeviceLine(unit, "Alfa IP-100", number, outcome, on if outcome else None, quantity)


def form(sort=CUSTOMER, language="sv", **answers):
    given = {"settled": 2, "total": 2, "affected": 1, "informed": 2, **answers}
    return Form(
        sort=sort,
        language=language,
        number="SM-2026-00012",
        subject=Subject("FSN-2026-11", DAY, "Alfa IP-100", "AL-100", "SN 1000-1499"),
        answers=Answers(**given),
        details=Details(
            organisation="Region Exempel",
            address="Storgatan 1",
            contact="Maja Lindqvist",
            phone="010-000 00 00",
            email="meddelanden@region.example",
            return_to="fsn@alfa.example",
            deadline=date(2026, 12, 1),
        ),
        signed_by="Maja Lindqvist",
        signed_at=datetime(2026, 11, 29, 23, 30, tzinfo=UTC),
    )


def ticked(made):
    """The keys of the boxes that are ticked, read from the words of the form's own language."""
    said = {
        pair[words.spoken(made.language)]: key
        for key, pair in words.LABELS.items()
        if key not in {"device", "unit"}
    }
    (boxes,) = [one.boxes for one in made.blocks if isinstance(one, Ticks)]
    return {said[box.text] for box in boxes if box.is_ticked}


def detail(made, key):
    (boxes,) = [one.boxes for one in made.blocks if isinstance(one, Ticks)]
    text = words.LABELS[key][words.spoken(made.language)]
    (found,) = [box.detail for box in boxes if box.text == text]
    return found


CASES = [
    ("nobody has it", {"affected": 0}, {"read", "performed", "brought", "none"}),
    (
        "all returned",
        {"devices": (line("returned"),)},
        {"read", "performed", "brought", "returned"},
    ),
    (
        "all destroyed",
        {"devices": (line("destroyed"),)},
        {"read", "performed", "brought", "destroyed"},
    ),
    (
        "none is left",
        {"devices": (line("not_here"), line("not_here"))},
        {"read", "performed", "brought", "none_available"},
    ),
    (
        "one is left",
        {"devices": (line("not_here"), line("updated"))},
        {"read", "performed", "brought", "other"},
    ),
    ("one unit is silent", {"settled": 1, "devices": (line("returned"),)}, {"read", "returned"}),
    ("nobody affected so far", {"settled": 1, "affected": 0}, {"read"}),
    ("an answer is waived", {"waived": 1, "affected": 0}, {"read"}),
    ("a unit was not informed", {"informed": 1, "affected": 0}, {"read", "performed", "none"}),
]


@pytest.mark.parametrize(
    ("answers", "expected"), [one[1:] for one in CASES], ids=[c[0] for c in CASES]
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_customers_boxes(answers, expected, language):
    assert ticked(document(form(language=language, **answers))) == expected


TOLD = Customer("Hemvården", "Exempelby kommun", DAY, has_answered=True)
SILENT = replace(TOLD, name="Äldreboendet", has_answered=False)
UNTOLD = replace(SILENT, informed_on=None)
DISTRIBUTED = [
    ("no customers and no devices", {"affected": 0}, {"read", "neither"}),
    ("stock in quarantine", {"devices": (line("quarantined"),)}, {"read", "stock"}),
    (
        "all customers confirm",
        {"customers": (TOLD,)},
        {"read", "identified", "informed", "confirmed"},
    ),
    ("one is silent", {"customers": (TOLD, SILENT)}, {"read", "identified", "informed"}),
    ("one is not told", {"customers": (TOLD, UNTOLD)}, {"read", "identified"}),
    ("incomplete", {"settled": 1, "affected": 0}, {"read"}),
]


@pytest.mark.parametrize(
    ("answers", "expected"), [one[1:] for one in DISTRIBUTED], ids=[c[0] for c in DISTRIBUTED]
)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_distributors_boxes(answers, expected, language):
    assert ticked(document(form(DISTRIBUTOR, language, **answers))) == expected


def test_what_was_returned_is_counted_with_numbers_and_the_last_day():
    devices = (
        line("returned", "SN 1", on=date(2026, 11, 3)),
        line("returned", "SN 2", quantity=4, on=date(2026, 11, 9)),
        line("destroyed", "SN 3"),
    )

    assert detail(document(form(devices=devices)), "returned") == "5 st · SN 1, SN 2 · 2026-11-09"


def test_many_numbers_are_cut_beside_the_box_and_whole_in_the_list():
    devices = tuple(line("returned", f"SN {n}") for n in range(30))

    made = document(form(devices=devices))

    assert detail(made, "returned").startswith("30 st · SN 0, ")
    assert "SN 11 …" in detail(made, "returned")
    (listed,) = [one for one in made.blocks if isinstance(one, Table)]
    assert [row[2] for row in listed.rows] == [f"SN {n}" for n in range(30)]


def test_a_partial_reply_says_how_many_are_missing():
    partial = document(form(settled=3, total=5))

    (note,) = [one for one in partial.blocks if isinstance(one, Note)]
    assert "3 av 5 enheter" in note.text
    assert not [one for one in document(form()).blocks if isinstance(one, Note)]


def test_a_device_without_an_answer_stands_in_the_list_as_such():
    made = document(form(settled=1, devices=(line(""),)))

    (listed,) = [one for one in made.blocks if isinstance(one, Table)]
    assert listed.rows[0][3:5] == ("Inget svar än", "")


def test_the_day_of_the_signature_is_the_day_in_sweden():
    facts = dict(
        row for one in document(form()).blocks if isinstance(one, Facts) for row in one.rows
    )

    assert facts["Datum"] == "2026-11-30"


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("sort", [CUSTOMER, DISTRIBUTOR])
def test_every_form_can_be_set_in_both_formats(sort, language):
    made = document(form(sort, language, devices=(line("returned"),), customers=(TOLD, UNTOLD)))

    assert pdf.make(made).startswith(b"%PDF")
    assert word.make(made).startswith(b"PK")


def test_every_word_is_there_in_both_languages():
    for pair in (*words.LABELS.values(), *words.OUTCOMES.values()):
        assert len(pair) == 2
        assert all(pair)
