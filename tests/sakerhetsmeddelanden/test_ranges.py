"""Which devices a supplier means: written, judged, and never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sakerhetsmeddelanden import ranges
from sakerhetsmeddelanden.ranges import Facts, from_json, judge, read


def verdict(text, **facts):
    return judge(read(text), Facts(**facts)).verdict.value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "SN 1000-1499, 1600, all before 2021-03",
            "serienummer 1000–1499; serienummer 1600; tillverkad före 2021-03-01",
        ),
        ("Lot A12–A19, B7", "parti A12–A19; parti B7"),
        ("software < 4.2.1", "programversion före 4.2.1"),
        ("samtliga", "alla"),
        ("All serial numbers", "alla"),
        ("", "alla"),
        ("SN 1000-1499 utom 1200-1210", "serienummer 1000–1499, utom serienummer 1200–1210"),
        ("all except lot 22", "alla, utom parti 22"),
        (
            "SN 1000-1499 (utom 1200, 1210), 1600",
            "serienummer 1000–1499; serienummer 1600, utom serienummer 1200; serienummer 1210",
        ),
        ("programversion 4.2 och tidigare", "programversion till och med 4.2"),
        ("Software versions 4.0 to 4.3", "programversion 4.0–4.3"),
        ("version 4.x", "programversion som börjar med 4"),
        ("SN: AB-1000 – AB-1999", "serienummer AB-1000–AB-1999"),
        ("serienummer som börjar med XZ", "serienummer som börjar med XZ"),
        ("tillverkade före mars 2021", "tillverkad före 2021-03-01"),
        ("manufactured between 2020-01 and 2020-06", "tillverkad 2020-01-01–2020-06-30"),
        ("serial numbers 1500 and above", "serienummer från och med 1500"),
        ("alla med programversion lägre än 3.1", "programversion före 3.1"),
        ("S/N: 12, 13 and 14", "serienummer 12; serienummer 13; serienummer 14"),
        ("mellan 100 och 200", "serienummer eller parti 100–200"),
        ("Serienummer 100 t.o.m. 200", "serienummer 100–200"),
        ("Lot L1\nL2", "parti L1; parti L2"),
        ("SN 1-5 samtidigt version 2", "serienummer 1–5 och programversion 2"),
        ("A12-19", "serienummer eller parti A12–A19"),
        ("Lot D37748, D37748-1, D37748-2", "parti D37748; parti D37748-1; parti D37748-2"),
        ("Lot D37748-1", "parti D37748-1"),
        (
            "A24950, A24950-1",
            "serienummer eller parti A24950; serienummer eller parti A24950-1. "
            "Kanske också serienummer eller parti A24950–A24951",
        ),
    ],
)
def test_what_suppliers_write_is_read(text, words):
    found = read(text)

    assert (found.words, found.is_whole) == (words, True)
    assert from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("see attached list", ["see attached list"]),
        ("N/A", ["N/A"]),
        ("1000-99", ["1000-99"]),
        ("Lot A24950-1", ["Lot A24950-1"]),
        ("SN before 2021", ["SN before 2021"]),
        ("Lot 12-34-567", ["Lot 12-34-567"]),
        ("4.x", ["4.x"]),
        ("SN 1000-1499, enligt bilaga", ["enligt bilaga"]),
        ("SN 1000-1499 utom 1200, 1600", ["1600"]),
        ("All units distributed before 2021-03", ["All units distributed before 2021-03"]),
    ],
)
def test_what_cannot_be_read_is_said(text, unread):
    found = read(text)

    assert [*found.unread, *found.unread_exceptions] == unread
    assert verdict(text, serial="7777777", lot="ZZ", software="99") == "unknown"


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("SN 1000-1499", {"serial": "1000"}, "yes"),
        ("SN 1000-1499", {"serial": "1499"}, "yes"),
        ("SN 1000-1499", {"serial": "1500"}, "no"),
        ("SN 1000-1499", {"serial": ""}, "unknown"),
        ("SN 1000-1499", {"serial": "SN1200"}, "unknown"),
        ("SN 1000-1499", {"serial": "SN2200"}, "no"),
        ("SN 1000-1499", {"serial": "01200"}, "unknown"),
        ("SN AB1000-AB1499", {"serial": "AC1200"}, "no"),
        ("SN AB1000-AB1499", {"serial": "ab 1200"}, "yes"),
        ("Lot A12-A19", {"lot": "A9"}, "no"),
        ("Lot A12-A19", {"lot": "A112"}, "no"),
        ("lot B7", {"lot": "B07"}, "unknown"),
        ("Lot D37748, D37748-1", {"lot": "D37748-1"}, "yes"),
        ("Lot D37748, D37748-1", {"lot": "D37748-2"}, "no"),
        ("Lot D37748, D37748-1", {"lot": "D37741"}, "no"),
        ("Lot A24950, A24950-60", {"lot": "A24950-60"}, "yes"),
        ("Lot A24950, A24950-60", {"lot": "A24955"}, "unknown"),
        ("Lot A24950, A24950-60", {"lot": "A24963"}, "no"),
        ("software < 4.2.1", {"software": "4.2"}, "yes"),
        ("software < 4.2.1", {"software": "4.10"}, "no"),
        ("software < 4.2.1", {"software": "v4.2.0"}, "yes"),
        ("software < 4.2.1", {"software": ""}, "unknown"),
        ("programversion 4.2 och tidigare", {"software": "4.2.7"}, "unknown"),
        ("programversion 4.2 och tidigare", {"software": "4.1.9"}, "yes"),
        ("version 4.x", {"software": "4.7.1"}, "yes"),
        ("version 4.x", {"software": "14.1"}, "no"),
        ("all before 2021-03", {"made_on": date(2021, 2, 28)}, "yes"),
        ("all before 2021-03", {"made_on": date(2021, 3, 1)}, "no"),
        ("all before 2021-03", {}, "unknown"),
        ("samtliga utom SN 1200-1210", {"serial": "1205"}, "no"),
        ("samtliga utom SN 1200-1210", {"serial": ""}, "unknown"),
        ("samtliga utom SN 1200-1210", {"serial": "1211"}, "yes"),
        ("samtliga utom enligt bilaga", {"serial": "1"}, "unknown"),
        ("SN 1-9 med version 2", {"serial": "5", "software": "2"}, "yes"),
        ("SN 1-9 med version 2", {"serial": "5", "software": "3"}, "no"),
        ("SN 1-9, 20 med version 2", {"serial": "5", "software": "2"}, "yes"),
        ("SN 1-9, 20 med version 2", {"serial": "5", "software": "3"}, "unknown"),
        ("SN 1-9, 20 med version 2", {"serial": "20", "software": "3"}, "no"),
        ("SN 1-9, 20 samtidigt version 2", {"serial": "5", "software": "3"}, "no"),
        ("SN 1-9 samtidigt enligt bilaga", {"serial": "5"}, "unknown"),
        ("SN 1-9 samtidigt enligt bilaga", {"serial": "50"}, "no"),
        ("100-200", {"serial": "", "lot": "L150"}, "unknown"),
        ("100-200", {"serial": "", "lot": "250"}, "no"),
    ],
)
def test_a_device_is_affected_is_not_or_cannot_be_told(text, facts, expected):
    assert verdict(text, **facts) == expected


NUMBERS = st.integers(min_value=1, max_value=10**9)


@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["-", " - ", "–", " till ", " to "]))
def test_a_range_holds_what_lies_between_its_ends(a, b, serial, dash):
    low, high = sorted((a, b))
    said = verdict(f"SN {low}{dash}{high}", serial=str(serial))

    assert said == ("yes" if low <= serial <= high else "no")


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 500)), min_size=1, max_size=6), NUMBERS)
def test_a_list_is_the_union_of_its_parts(pairs, serial):
    text = "SN " + ", ".join(f"{low}-{low + more}" if more else str(low) for low, more in pairs)
    inside = any(low <= serial <= low + more for low, more in pairs)

    assert verdict(text, serial=str(serial)) == ("yes" if inside else "no")


@given(NUMBERS, st.integers(10, 1000), st.integers(1, 9), NUMBERS)
def test_an_exception_takes_away_and_adds_nothing(low, width, inner, serial):
    without = f"SN {low}-{low + width} utom {low + inner}"
    plain = verdict(f"SN {low}-{low + width}", serial=str(serial))
    said = verdict(without, serial=str(serial))

    assert said == ("no" if serial == low + inner else plain)


@given(st.tuples(*[st.integers(0, 30)] * 3), st.tuples(*[st.integers(0, 30)] * 3))
def test_versions_are_compared_by_their_parts_and_not_as_text(bound, here):
    text = ".".join(map(str, bound))
    said = verdict(f"software < {text}", software=".".join(map(str, here)))

    assert said == ("yes" if here < bound else "no")


@given(st.text(max_size=300))
def test_any_text_is_read_or_said_not_to_be(text):
    found = read(text)

    assert from_json(found.as_json()) == found
    said = judge(found, Facts(serial="AB-1", lot="7", software="1.2", made_on=date(2020, 5, 5)))
    assert said.reason
    assert found.words


@given(st.text(alphabet="SN0123456789-–,; utomLabcxv.<>", max_size=120))
def test_texts_like_ranges_never_break_it(text):
    found = read(text)

    assert judge(found, Facts()).verdict in set(ranges.Verdict)
    if found.unread and not found.any:
        assert judge(found, Facts(serial="1")).verdict == ranges.Verdict.UNKNOWN
