"""Days, times, numbers and waiting as a Swedish reader expects them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from patientsakerhet.ui import swedish

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)  # 10:30 in Stockholm


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 11, 22), "22 nov. 2026"),
        (date(2026, 3, 1), "1 mars 2026"),
        (date(2026, 5, 31), "31 maj 2026"),
        (date(2026, 9, 9), "9 sep. 2026"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1 jan. 2027"),
    ],
)
def test_a_day_is_written_with_a_short_month_and_hard_spaces(value, written):
    assert swedish.day(value) == written.replace(" ", "\u00a0")


def test_a_moment_is_in_swedish_time():
    assert swedish.moment(datetime(2026, 7, 1, 12, 5, tzinfo=UTC)) == "1\u00a0juli\u00a02026 14:05"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, None, "0"),
        (1234.5, None, "1 234,5"),
        (1234567, None, "1 234 567"),
        (1234.5, 0, "1 235"),
        (-3, None, "\u22123"),
        (Decimal("2.50"), None, "2,5"),
        (Decimal("1E+3"), None, "1 000"),
        (0.1 + 0.2, None, "0,3"),
        (7, 1, "7,0"),
    ],
)
def test_numbers_have_a_comma_and_hard_spaces(value, decimals, written):
    assert swedish.number(value, decimals) == written.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("ago", "text", "since"),
    [
        (timedelta(minutes=12), "12 min", "i dag 10:18"),
        (timedelta(hours=3, minutes=18), "3 h", "i dag 07:12"),
        (timedelta(hours=11), "11 h", "i går 23:30"),
        (timedelta(hours=17, minutes=50), "1 d", "i går 16:40"),
        (timedelta(days=14), "14 d", "sedan 8 nov."),
        (timedelta(days=400), "400 d", "sedan 18 okt. 2025"),
        (timedelta(seconds=-20), "0 min", "i dag 10:30"),
    ],
)
def test_waiting_is_told_as_people_count_it(ago, text, since):
    waited = swedish.waited(NOW - ago, now=NOW)

    assert (waited.text.replace("\u00a0", " "), waited.since.replace("\u00a0", " ")) == (
        text,
        since,
    )


@pytest.mark.parametrize(
    ("days", "tone"), [(6, ""), (7, ""), (8, "warn"), (10, "warn"), (11, "bad"), (14, "bad")]
)
def test_the_tone_follows_the_target(days, tone):
    waited = swedish.waited(NOW - timedelta(days=days), now=NOW, target_days=7)

    assert waited.tone == tone


def test_days_are_counted_over_the_change_to_winter_time():
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    assert str(swedish.waited(before, now=before + timedelta(days=2, hours=1))) == "2\u00a0d"


@pytest.mark.parametrize(("count", "word"), [(1, "en"), (2, "två"), (12, "tolv"), (13, "13")])
def test_small_numbers_are_words(count, word):
    assert swedish.in_words(count) == word
