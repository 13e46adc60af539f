"""Fields are filled from the figures, what is wrong with them is told, and typed numbers are found."""

from decimal import Decimal

import pytest

from rapporter.annual_report import canonical, differing, fields
from rapporter.annual_report.differing import Piece, Sort
from rapporter.annual_report.wording import Said

FIGURES = {
    "F11": Said(Decimal(50)),
    "F12": Said(Decimal(50), Decimal(25)),
    "F10": Said(Decimal(43)),
}


def test_a_field_is_its_figure():
    text = "Det kom {{F11}} meddelanden, en {{ F12 | gånger }}, och {{F10|tiotal}} egna."

    assert (
        fields.filled(text, FIGURES.get)
        == "Det kom 50 meddelanden, en fördubbling, och ett 40-tal egna."
    )
    assert fields.faults(text, FIGURES.get) == []


def test_a_page_shows_which_pieces_are_figures():
    assert fields.pieces("Det kom {{F11}}, ett {{F99}}", FIGURES.get) == [
        ("Det kom ", False),
        ("50", True),
        (", ett ", False),
        ("{{F99}}", True),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{F99}}", "ingen siffra som heter F99"),
        ("{{F10|gånger}}", "inget värde för året före"),
        ("{{F10|cirka}}", "cirka"),
        ("Det kom {{F11 meddelanden", "skrivs"),
    ],
)
def test_what_is_wrong_with_a_field_is_told_and_it_stands_as_written(text, why):
    (fault,) = fields.faults(text, FIGURES.get)

    assert why in fault.reason
    assert fields.filled(text, FIGURES.get) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Det kom {{F11}} meddelanden.", []),
        ("Det kom 50 meddelanden.", ["50"]),
        ("Runt 20 % fler, 1 234,5 kronor.", ["20", "1 234,5"]),
        ("Ett 40-tal, fyra möten och trettiotvå svar.", ["40-tal", "fyra", "trettiotvå"]),
        ("En fördubbling, hälften, dubbelt så många, en tredjedel.",
         ["fördubbling", "hälften", "dubbelt", "en tredjedel"]),
        ("Hundratals avvikelser och ett femtiotal svar.", ["Hundratals", "femtiotal"]),
        ("Året 2023 och 2022.", ["2022"]),
        ("SOSFS 2011:9 gäller.", ["2011", "9"]),
        ("En vårdplats, ett möte, sexuella trakasserier, tvåan, firma.", []),
        ("U537 och B12.", []),
    ],
)  # fmt: skip
def test_numbers_typed_by_hand_are_found(text, found):
    assert [one.text for one in fields.typed(text, years={2023})] == found


def test_a_confirmed_number_is_that_of_its_paragraph_alone():
    (first,) = fields.typed("Vi höll 2 möten.")
    (second,) = fields.typed("Vi höll 2 möten i maj.")
    twice = fields.typed("2 möten och 2 kurser.")

    assert first.key != second.key
    assert len({one.key for one in twice}) == 2


def test_paragraphs_lie_between_empty_lines():
    assert fields.paragraphs("Ett.\r\nMer.\r\n\r\n \n Två. ") == ["Ett.\nMer.", "Två."]


def test_the_difference_is_told_word_by_word_and_a_field_is_a_word():
    found = differing.words("Det kom {{F11}} meddelanden.", "Det kom {{F12|gånger}} meddelanden!")

    assert found == [
        Piece(Sort.SAME, "Det kom "),
        Piece(Sort.REMOVED, "{{F11}}"),
        Piece(Sort.ADDED, "{{F12|gånger}}"),
        Piece(Sort.SAME, " meddelanden"),
        Piece(Sort.REMOVED, "."),
        Piece(Sort.ADDED, "!"),
    ]
    assert not differing.differs(differing.words("Lika.", "Lika."))


def test_the_same_value_is_written_in_one_way():
    first = {"b": Decimal("2.50"), "a": ["å", None, True, 3]}
    second = {"a": ["a\u030a", None, True, 3], "b": Decimal("2.5")}

    assert canonical.written(first) == '{"a":["å",null,true,3],"b":"2.5"}'.encode()
    assert canonical.digest(first) == canonical.digest(second)
    with pytest.raises(TypeError):
        canonical.digest({"x": 1.5})
