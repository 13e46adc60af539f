"""Likeness of Swedish texts: compounds, misspellings, edited copies; and the words that say why."""

import pytest

from avvikelse.preparation.likeness import (
    Collection,
    common_words,
    groups_of,
    nearly_same,
    shared_words,
)

PUMP = "Infusionspumpen visade fel tryck under pågående infusion."
COMPOUND = "Pumpens tryckgivare visade fel."
MISSPELT = "Infusons pumpen vissade fel tryk."
OTHER = "Tolk uteblev till planerat besök på barnmottagningen."


@pytest.fixture
def alike():
    collection = Collection(groups_of(text) for text in (PUMP, COMPOUND, MISSPELT, OTHER))

    def measure(one, other):
        return collection.alike(
            collection.weights(groups_of(one)), collection.weights(groups_of(other))
        )

    return measure


def test_a_text_is_wholly_like_itself(alike):
    assert alike(PUMP, PUMP) == pytest.approx(1.0)


def test_likeness_is_the_same_both_ways(alike):
    assert alike(PUMP, COMPOUND) == pytest.approx(alike(COMPOUND, PUMP))


def test_texts_about_different_things_are_unlike(alike):
    assert alike(PUMP, OTHER) < 0.05


@pytest.mark.parametrize("text", [COMPOUND, MISSPELT])
def test_compounds_and_misspellings_are_more_alike_than_other_matters(alike, text):
    assert alike(PUMP, text) > alike(PUMP, OTHER) + 0.1


def test_an_empty_text_is_like_nothing(alike):
    assert alike("", PUMP) == 0
    assert alike("och att det", PUMP) == 0


def test_a_rare_word_in_common_weighs_more_than_a_common_one():
    texts = [f"Pumpen stannade {n}" for n in range(30)] + ["Xenonlampa pumpen", "Xenonlampa golvet"]
    collection = Collection(groups_of(text) for text in texts)

    def measure(one, other):
        return collection.alike(
            collection.weights(groups_of(one)), collection.weights(groups_of(other))
        )

    assert measure("Xenonlampa pumpen", "Xenonlampa golvet") > measure(
        "Xenonlampa pumpen", "Pumpen stannade 3"
    )


def test_an_edited_copy_is_nearly_the_same():
    assert nearly_same(
        "Journalsystemet låg nere i två timmar på förmiddagen. Personalen kunde inte läsa "
        "läkemedelslistor och fick arbeta enligt reservrutin.",
        "Journalsystemet låg nere i 2 timmar på förmiddagen. Personalen kunde ej läsa "
        "läkemedelslistor och arbetade enligt reservrutin.",
    )
    assert not nearly_same(PUMP, COMPOUND)


def test_shared_words_are_shown_as_the_other_text_writes_them():
    assert shared_words(PUMP, COMPOUND) == [
        "tryckgivare",
        "pumpens",
        "visade",
    ]
    assert "tryk" not in shared_words(PUMP, MISSPELT)


def test_words_that_most_texts_hold_are_not_shown():
    assert shared_words(PUMP, COMPOUND, common={"visade"}) == ["tryckgivare", "pumpens"]


def test_a_number_is_shared_only_when_it_is_the_same():
    assert shared_words("Pump 20417 stannade", "Lyft 20418 stannade") == ["stannade"]
    assert "20417" in shared_words("Pump 20417 stannade", "Pumpen 20417 larmade")


def test_common_words_are_those_of_a_quarter_of_the_texts():
    texts = ["pumpen larmade"] * 4 + ["lyften stod"] * 2 + ["tolken kom"] * 6
    assert common_words(texts) == {"pumpen", "larmade", "tolken"}


def test_a_very_long_text_is_compared_by_its_beginning():
    long = "pump " * 200_000
    assert sum(groups_of(long).values()) < 5000
