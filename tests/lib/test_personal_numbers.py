"""Personal numbers are found however they are written, and other numbers are left alone.

The examples are published test numbers (personnummer project, MIT licence).
"""

import random
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.lib import personal_numbers
from patientsakerhet.lib.personal_numbers import find, luhn, mask

ON = date(2026, 11, 22)
PERSONAL = ["19570428-9999", "19460823-9986", "20000229-2399", "20000405-9937", "19850709-9805"]
CENTENARIANS = ["19090527+1474", "19090121+9931"]
COORDINATION = ["19730288-9931", "20210791-9967"]
INVALID = [
    "20150916-0006",
    "19700428-9895",
    "19600430-9886",
    "19420566-9899",
    "19721086-9924",
]
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63\u00ad_"
BLANKS = ["", " ", "\u00a0", "\u2009", "\u202f", "\u200b", "\t", "  "]
DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]
BEFORE = ["", "Pnr: ", "patient ", "(", "personnummer:", "Född ", "pnr", "Kvinna, ", "”", "\n"]
AFTER = ["", ".", ",", ")", " kom in kl 14.05", "\n", "”", "!", ":", " 2 st"]


@pytest.mark.parametrize("number", PERSONAL + CENTENARIANS)
def test_a_published_test_number_is_found(number):
    assert [found.kind for found in find(f"Hon heter {number} i systemet.", on=ON)] == ["personal"]


@pytest.mark.parametrize("number", COORDINATION)
def test_a_coordination_number_is_found(number):
    assert [found.kind for found in find(number, on=ON)] == ["coordination"]


@pytest.mark.parametrize("number", INVALID)
def test_a_wrong_check_digit_is_no_number(number):
    assert find(number, on=ON) == []


@pytest.mark.parametrize(
    "written",
    [
        "850709-9805",
        "850709–9805",
        "850709\u22129805",
        "850709 9805",
        "850709\u00a09805",
        "850709 - 9805",
        "8507099805",
        "198507099805",
        "19850709-9805",
        "1985-07-09-9805",
        "1985-07-09 9805",
        "85 07 09 9805",
        "1985/07/09-9805",
        "850709/9805",
        "８５０７０９－９８０５",
        "٨٥٠٧٠٩-٩٨٠٥",
        "850709\u200b-9805",
    ],
)
def test_each_way_of_writing_is_masked_alike(written):
    assert mask(f"Pat {written}, sal 4", on=ON).text == "Pat 850709-****, sal 4"


def test_a_centenarian_keeps_the_plus():
    assert mask("090527+1474", on=ON).text == "090527+****"


def test_positions_are_those_of_the_original_text():
    text = "Å\u0308 ﬁ Pat ８５０７０９–９８０５ och 19460823-9986"
    first, second = find(text, on=ON)
    assert text[first.start : first.end] == "８５０７０９–９８０５"
    assert text[second.start : second.end] == "19460823-9986"


def test_two_numbers_beside_each_other_are_both_masked():
    masked = mask("850709-9805/460823-9986", on=ON)
    assert masked.text == "850709-****/460823-****"
    assert len(masked.found) == 2


def test_nothing_of_the_last_four_is_left():
    masked = mask("850709-9805, 8507099805 och 1985 0709 9805", on=ON)
    assert "9805" not in masked.text.replace("1985 0709 9805", "")


@pytest.mark.parametrize(
    "harmless",
    [
        "(01)07350012345674(17)261231(10)8507",
        "0107350012345674172612311085070998",
        "tel 8507099805",
        "Ring 850709 9805",
        "073-850709-9805",
        "SN8507099805",
        "8507099805-2",
        "850769-980",
        "2026-11-01 1205",
        "20990709-9805",
        "850709-0000",
        "",
    ],
)
def test_what_only_looks_like_one_is_left_alone(harmless):
    assert find(harmless, on=ON) == []


def test_a_recent_day_with_a_time_is_a_time():
    clocks = [f"2026-11-01 {hour:02}{minute:02}" for hour in range(24) for minute in range(60)]
    assert not any(find(clock, on=ON) for clock in clocks)


def test_a_date_with_dashes_and_a_dashed_serial_is_no_time():
    newborn = next(n for n in range(1000, 2359) if luhn(f"261101{n}") and n % 100 < 60)
    assert find(f"20261101-{newborn}", on=ON)


def test_unknown_birth_day_in_a_coordination_number():
    serial = next(n for n in range(2000, 3000) if luhn(f"850060{n}"))
    assert [found.kind for found in find(f"850060-{serial}", on=ON)] == ["coordination"]


def test_the_regions_reserve_numbers_are_found_when_described():
    pattern = r"99\d{6}-?[a-z]\d{3}"
    masked = mask("Reservnr 99850709-R123.", on=ON, reserve_patterns=[pattern])
    assert masked.text == "Reservnr ****."
    assert [found.kind for found in masked.found] == ["reserve"]


def test_masking_twice_changes_nothing_more():
    once = mask("850709-9805", on=ON).text
    assert mask(once, on=ON).text == once


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789-+ /.–\u00a0"))))
def test_any_text_keeps_all_but_the_numbers(text):
    masked = mask(text, on=ON)
    end, outside = 0, []
    for number in masked.found:
        assert end <= number.start < number.end <= len(text)
        outside.append(text[end : number.start])
        end = number.end
    outside.append(text[end:])
    rest = masked.text
    for piece in outside:
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]


@pytest.mark.parametrize("text", ["1" * 50_000, "850709-980" * 5_000, " " * 50_000, "å" * 50_000])
def test_a_long_text_is_read_in_one_go(text):
    began = time.monotonic()
    assert mask(text, on=ON).text == text
    assert time.monotonic() - began < 5


def test_recall_on_two_thousand_ways_of_writing():
    seed = 20261122
    dice = random.Random(seed)
    corpus = [_written(dice) for _ in range(2000)]
    missed = [text for text in corpus if "****" not in mask(text, on=ON).text]
    assert len(missed) <= 10, f"seed {seed}: {missed[:20]}"


def test_false_alarms_on_ten_thousand_other_numbers():
    seed = 20261123
    dice = random.Random(seed)
    corpus = [_other_number(dice) for _ in range(10_000)]
    wrong = [text for text in corpus if find(text, on=ON)]
    assert len(wrong) <= 100, f"seed {seed}: {wrong[:20]}"


@pytest.mark.parametrize("make", range(8))
def test_no_kind_of_other_number_is_mostly_wrong(make):
    """Each kind by itself: bare ten-digit runs are the worst there can be."""
    seed = 77
    dice = random.Random(seed)
    corpus = [_other_number(dice, make) for _ in range(2000)]
    wrong = [text for text in corpus if find(text, on=ON)]
    assert len(wrong) <= 60, f"seed {seed}: {wrong[:20]}"


def test_the_browsers_rules_fold_the_same_signs():
    rules = personal_numbers.rules()
    assert set("-–−－\u00ad") <= set(str(rules["dashes"]))
    assert set(" \u00a0\u2009\u200b") <= set(str(rules["blanks"]))
    assert {0x30, 0x660, 0x6F0, 0xFF10} <= set(rules["zeros"])
    assert rules["pattern"] == personal_numbers.PATTERN


def _written(dice: random.Random) -> str:
    """A valid number, in one of the ways people and systems write it."""
    while True:
        year, month, day = dice.randint(1915, 2025), dice.randint(1, 12), dice.randint(1, 28)
        day += 60 * (dice.random() < 0.1)
        nine = f"{year % 100:02}{month:02}{day:02}{dice.randint(1, 999):03}"
        check = next(digit for digit in "0123456789" if luhn(nine + digit))
        if not (nine + check)[6:].startswith("000"):
            break
    born, serial = nine[:6], nine[6:] + check
    century = str(year // 100) if dice.random() < 0.5 else ""
    centenarian = year <= 1926
    dash = "+" if centenarian and not century else dice.choice(DASHES)
    blank = dice.choice(BLANKS)
    form = dice.randrange(5)
    if form == 0 and not centenarian:
        number = century + born + serial
    elif form == 1 and not centenarian:
        number = century + born + (blank or " ") + serial
    elif form == 2:
        number = f"{century}{born[:2]}-{born[2:4]}-{born[4:]}{dash}{serial}"
    elif form == 3:
        number = f"{century}{born}{blank}{dash}{blank}{serial}"
    else:
        number = f"{century}{born}{dash}{serial}"
    number = number.translate(str.maketrans("0123456789", dice.choice(DIGITS)))
    return dice.choice(BEFORE) + number + dice.choice(AFTER)


def _other_number(dice: random.Random, make: int | None = None) -> str:
    """An order, serial, telephone, article or device number, none of them a personal number."""

    def run(length: int) -> str:
        return "".join(dice.choice("0123456789") for _ in range(length))

    makers = [
        lambda: f"order {run(10)}",
        lambda: f"SN {dice.choice('ABCXYZ')}{run(dice.randint(6, 12))}",
        lambda: f"serienr {run(dice.randint(8, 14))}",
        lambda: f"070-{run(3)} {run(2)} {run(2)}",
        lambda: f"tel 07{dice.choice('02369')}{run(7)}",
        lambda: f"+46 70 {run(3)} {run(4)}, 08-{run(3)} {run(3)} {run(2)}",
        lambda: f"GTIN 0735{run(9)}{dice.choice(['', run(1)])}",
        lambda: f"(01)0735{run(10)}(17)2{run(5)}(10){run(4)}(21){run(dice.randint(6, 10))}",
    ]
    return (dice.choice(makers) if make is None else makers[make])()
