"""A word that the number does not bear is an author's own: with a reason, and the interval beside it."""

from decimal import Decimal

import pytest

from rapporter.annual_report import fields, wording
from rapporter.annual_report.wording import NotSo, Said

FEW = Said(Decimal(13), Decimal(9))
"""More than the year before, and no more than chance explains."""
MANY = Said(Decimal(50), Decimal(25))


def test_the_authors_word_stands_with_the_interval_and_whose_it_is():
    assert wording.say(FEW, "säg en ökning", "Ny rutin.") == (
        "en ökning (från 9 till 13; 95\u00a0%-intervall −43 till +283\u00a0%: går inte att skilja från "
        "ingen förändring; ordet är författarens val)"
    )
    assert wording.say(Said(Decimal(38)), "säg ett 40-tal", "Två kom på papper.") == (
        "ett 40-tal (38; ordet är författarens val)"
    )
    assert wording.say(Said(Decimal(3), Decimal(0)), "säg ökning", "Nytt.").startswith(
        "ökning (från 0 till 3; 95\u00a0%-intervall "
    )


@pytest.mark.parametrize(
    ("figure", "variant", "reason", "why"),
    [
        (FEW, "säg en ökning", " ", "Skriv skälet till ordet ”en ökning”"),
        (FEW, "säg explosion", "Så kändes det.", "går inte att välja"),
        (FEW, "säg 400 % fler", "Så kändes det.", "går inte att välja"),
        (FEW, "säg en minskning", "Fel.", "Talet har inte minskat"),
        (Said(Decimal(9), Decimal(13)), "säg fördubbling", "Fel.", "Talet har inte ökat"),
        (MANY, "säg en fördubbling", "Ja.", "Talet bär ordet: skriv {{F12|gånger}} utan skäl."),
        (MANY, "säg ökning", "Ja.", "Talet bär ordet: skriv {{F12|riktning}} utan skäl."),
        (MANY, "gånger", "Därför.", "Ett skäl skrivs bara till ett eget ord"),
        (Said(Decimal(13)), "säg ökning", "Ja.", "inget värde för året före"),
    ],
)
def test_a_word_is_refused(figure, variant, reason, why):
    with pytest.raises(NotSo, match=why.replace("{", r"\{").replace("|", r"\|")):
        wording.say(figure, variant, reason)


def test_a_field_carries_its_word_and_reason_and_numbers_in_the_reason_are_typed_by_hand():
    text = "Det blev {{F09|säg en ökning|12 kom på papper}}."
    (one,) = fields.chosen(text)

    assert (one.name, one.word, one.reason) == ("F09", "en ökning", "12 kom på papper")
    assert [number.text for number in fields.typed(text)] == ["12"]
    assert fields.faults(text, {"F09": FEW}.get) == []
    assert "ordet är författarens val" in fields.filled(text, {"F09": FEW}.get)
