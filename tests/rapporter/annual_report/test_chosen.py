"""A word that the number does not bear is an author's own: with a reason, and the interval beside it."""

from decimal import Decimal

import pytest

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotReady
from rapporter.annual_report import fields, taken_out, wording
from rapporter.annual_report.actions import writing
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.publishing import INTERNAL
from rapporter.annual_report.wording import NotSo, Said
from tests.rapporter.annual_report.making import World, section_of, work

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


@pytest.mark.django_db
def test_a_chosen_word_is_kept_told_in_the_history_and_taken_out_with_the_tables():
    world = World(filed=4, before=3)
    case = world.started()
    section = section_of(case, "agera")
    text = "Det kom {{F09}}, {{F09|säg en ökning|Två enheter började skriva i maj.}}"
    with pytest.raises(NotReady, match=r"Skriv varför du väljer ett annat ord: \{\{F09\|säg en"):
        writing.write(section, "Det kom {{F09|säg en ökning}}.", by=world.coordinator)

    section = writing.write(section, text, by=world.coordinator)
    writing.write(section, f"{text} Mer.", by=world.coordinator)

    told = [
        (one.payload.body or {}).get("chosen")
        for one in Event.objects.with_body()
        .filter(action="annual_report.written", case_id=case.pk)
        .order_by("pk")
    ]
    assert told == ["F09: ”en ökning” därför att Två enheter började skriva i maj.", None]
    build = world.drafted(case)
    said = contents(build.ingredients, frozen_of(build.snapshot), INTERNAL)
    (part,) = [one for one in said.parts if one.key == "agera"]
    (table,) = [one for one in part.tables if one.key == "ordval"]
    _, word, interval, reason = table.rows[0]
    assert (word, reason) == ("en ökning", "Två enheter började skriva i maj.")
    assert interval.startswith("från 3 till 4; 95\u00a0%-intervall ")
    assert f"en ökning ({interval}; ordet är författarens val)" in part.paragraphs[0]
    for form in ("csv", "json"):
        content = taken_out.answer(said, form, name="x").content.decode()
        assert "Två enheter började skriva i maj." in content, form
    work()
