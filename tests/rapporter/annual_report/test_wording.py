"""A word stands only where the number bears it: truth tables of every sentence."""

from decimal import Decimal

import pytest

from rapporter.annual_report import intervals, wording
from rapporter.annual_report.wording import NotSo, Said

H = "\u00a0"


def said(value, before=None, **more):
    return Said(Decimal(str(value)), None if before is None else Decimal(str(before)), **more)


def test_the_interval_is_the_exact_conditional_one():
    found = intervals.ratio(959, 1151)

    assert round(found.value, 4) == 1.2002
    assert (round(found.low, 3), round(found.high, 3)) == (1.101, 1.309)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (0, 10, 0, 0.3084971078),
        (10, 10, 0.6915028922, 1),
        (5, 10, 0.1870860284, 0.8129139716),
        (1, 1000, 0.0000253175, 0.0055589241),
    ],
)
def test_a_share_has_the_interval_of_the_tables(count, total, low, high):
    found = intervals.of_share(count, total)

    assert found == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


def test_nothing_before_has_no_upper_end():
    found = intervals.ratio(0, 4)

    assert (found.value, found.high) == (None, None)
    assert found.low < 1


@pytest.mark.parametrize(
    ("variant", "figure", "text"),
    [
        ("", said(1151), f"1{H}151"),
        ("", said("2.50", decimals=2), "2,5"),
        ("", said("3.0000", decimals=2), "3"),
        ("ord", said(9), "nio"),
        ("ord", said(13), "13"),
        ("ord", said("2.5", decimals=1), "2,5"),
        ("enhet", said("3.00", unit="heltidstjänster", decimals=2), f"3{H}heltidstjänster"),
        ("tiotal", said(10), "ett tiotal"),
        ("tiotal", said(40), "ett 40-tal"),
        ("tiotal", said(49), "ett 40-tal"),
        ("tiotal", said(50), "ett 50-tal"),
        ("procent", said(1151, 959), f"+20{H}%"),
        ("procent", said(80, 100), f"−20{H}%"),
        ("procent", said(100, 100), f"0{H}%"),
        ("procent", said(3, 2), "från 2 till 3"),
        ("procent", said(19, 40), "från 40 till 19"),
        ("procent", said(4, 0), "från 0 till 4"),
        ("runt", said(1151, 959), f"runt 20{H}%"),
        ("runt", said(800, 1000), f"runt 20{H}%"),
        ("riktning", said(1151, 959), "en ökning"),
        ("riktning", said(959, 1151), "en minskning"),
        ("riktning", said(105, 100), "oförändrat inom slumpens gränser"),
        ("riktning", said(100, 100), "oförändrat inom slumpens gränser"),
        ("gånger", said(50, 25), "fördubbling"),
        ("gånger", said(45, 25), "fördubbling"),
        ("gånger", said(55, 25), "fördubbling"),
        ("gånger", said(75, 25), "tredubbling"),
        ("gånger", said(25, 50), "halvering"),
        (
            "jämförelse",
            said(1151, 959),
            f"+20{H}% (från 959 till 1{H}151; 95{H}%-intervall +10 till +31{H}%)",
        ),
        (
            "jämförelse",
            said(105, 100),
            f"+5{H}% (från 100 till 105; 95{H}%-intervall −21 till +39{H}%): "
            "går inte att skilja från ingen förändring",
        ),
        ("jämförelse", said(3, 2), "från 2 till 3, kan vara slump"),
        ("jämförelse", said(4, 4), "oförändrat"),
        ("jämförelse", said(40, 2), "från 2 till 40"),
    ],
)
def test_the_number_bears_the_word(variant, figure, text):
    assert wording.say(figure, variant) == text


@pytest.mark.parametrize(
    ("variant", "figure", "why"),
    [
        ("tiotal", said(9), "10 till 99"),
        ("tiotal", said(100), "10 till 99"),
        ("tiotal", said("40.5", decimals=1), "10 till 99"),
        ("procent", said(50), "inget värde"),
        ("procent", said("2.5", 2), "om antal"),
        ("procent", said(90, 80, is_count=False), "om antal"),
        ("runt", said(105, 100), "går inte att skilja"),
        ("runt", said(19, 10), "för små"),
        ("runt", said(10200, 10000), "går inte att skilja"),
        ("runt", said(102_000, 100_000), "går inte att runda av"),
        ("gånger", said(44, 25), "1,76 gånger"),
        ("gånger", said(56, 25), "2,24 gånger"),
        ("gånger", said(4, 2), "går inte att skilja"),
        ("gånger", said(4, 0), "noll"),
        ("cirka", said(4), "cirka"),
    ],
)
def test_a_word_the_number_does_not_bear_is_refused(variant, figure, why):
    with pytest.raises(NotSo, match=why):
        wording.say(figure, variant)


def test_every_variant_is_explained():
    assert wording.SAYS.keys() == wording.VARIANTS.keys()
