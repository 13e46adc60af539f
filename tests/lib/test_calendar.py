"""Swedish days and clocks."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from patientsakerhet.lib import calendar
from patientsakerhet.lib.calendar import AmbiguousTime, NonexistentTime

NAMED_HOLIDAYS = (
    Path(__file__).resolve().parents[2].parent / "shared" / "data" / "swedish" / "helgdagar.txt"
)

# Written from the almanac, not from the code.
FREE_2026 = {
    date(2026, 1, 1): "nyårsdagen",
    date(2026, 1, 6): "trettondedag jul",
    date(2026, 4, 3): "långfredagen",
    date(2026, 4, 6): "annandag påsk",
    date(2026, 5, 1): "första maj",
    date(2026, 5, 14): "kristi himmelsfärdsdag",
    date(2026, 6, 19): "midsommarafton",
    date(2026, 12, 24): "julafton",
    date(2026, 12, 25): "juldagen",
    date(2026, 12, 31): "nyårsafton",
}


def test_the_weekdays_off_in_2026_are_exactly_these():
    weekdays = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    free = {day for day in weekdays if day.weekday() < 5 and not calendar.is_working_day(day)}
    assert free == set(FREE_2026)


@pytest.mark.parametrize(("day", "name"), FREE_2026.items())
def test_a_day_off_has_its_swedish_name(day, name):
    assert calendar.holiday_name(day).lower() == name


@pytest.mark.parametrize(
    ("year", "easter_monday"),
    [(2024, (4, 1)), (2025, (4, 21)), (2027, (3, 29)), (2028, (4, 17)), (2035, (3, 26))],
)
def test_easter_moves(year, easter_monday):
    assert not calendar.is_working_day(date(year, *easter_monday))
    assert calendar.is_working_day(date(year, *easter_monday) + timedelta(days=1))


@pytest.mark.parametrize(
    "day",
    [date(2026, 4, 2), date(2026, 4, 30), date(2026, 10, 30), date(2026, 1, 5), date(2026, 6, 5)],
)
def test_shortened_days_are_working_days(day):
    assert calendar.is_working_day(day)


def test_every_holiday_is_named_in_the_official_list():
    if not NAMED_HOLIDAYS.exists():
        pytest.skip("../shared/data/swedish/helgdagar.txt is not here")
    official = {line.strip().casefold() for line in NAMED_HOLIDAYS.read_text("utf-8").splitlines()}
    names = {
        calendar.holiday_name(date(year, 1, 1) + timedelta(days=n))
        for year in range(2020, 2035)
        for n in range(365)
    } - {""}
    assert {name.casefold() for name in names} <= official


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 4, 1), 2, date(2026, 4, 7)),
        (date(2026, 6, 18), 1, date(2026, 6, 22)),
        (date(2026, 12, 23), 3, date(2026, 12, 30)),
        (date(2026, 12, 30), 1, date(2027, 1, 4)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 4, 7), -2, date(2026, 4, 1)),
    ],
)
def test_adding_working_days(day, count, expected):
    assert calendar.add_working_days(day, count) == expected


def test_working_days_between_is_the_reverse_of_adding():
    day = date(2026, 3, 30)
    for count in range(1, 60):
        assert calendar.working_days_between(day, calendar.add_working_days(day, count)) == count
    assert calendar.working_days_between(day, day - timedelta(days=5)) == 0


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 2, date(2027, 1, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
    ],
)
def test_adding_months(day, months, expected):
    assert calendar.add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "in_utc"),
    [
        (date(2026, 1, 15), "2026-01-15T22:59:59"),
        (date(2026, 7, 15), "2026-07-15T21:59:59"),
        (date(2026, 10, 25), "2026-10-25T22:59:59"),
        (date(2026, 10, 24), "2026-10-24T21:59:59"),
        (date(2027, 3, 28), "2027-03-28T21:59:59"),
        (date(2028, 2, 29), "2028-02-29T22:59:59"),
    ],
)
def test_the_end_of_a_day_is_swedish(day, in_utc):
    assert calendar.end_of_day(day).astimezone(UTC).isoformat()[:19] == in_utc
    assert calendar.local_day(calendar.end_of_day(day)) == day
    assert calendar.local_day(calendar.end_of_day(day) + timedelta(microseconds=1)) != day


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 10, 31)])
def test_a_time_that_came_twice_is_asked_about(day):
    with pytest.raises(AmbiguousTime) as asked:
        calendar.moment(day, time(2, 30))
    assert "två gånger" in asked.value.reasons[0]
    assert calendar.moment(day, time(2, 30), summer_time=True).astimezone(UTC).time() == time(0, 30)
    assert calendar.moment(day, time(2, 30), summer_time=False).astimezone(UTC).time() == time(
        1, 30
    )


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2028, 3, 26)])
def test_a_time_that_never_came_is_refused(day):
    with pytest.raises(NonexistentTime) as refused:
        calendar.moment(day, time(2, 30))
    assert "fanns inte" in refused.value.reasons[0]


def test_the_times_around_a_change_are_plain():
    assert calendar.moment(date(2026, 10, 25), time(1, 59)).astimezone(UTC).time() == time(23, 59)
    assert calendar.moment(date(2026, 10, 25), time(3, 0)).astimezone(UTC).time() == time(2, 0)
    assert calendar.moment(date(2027, 3, 28), time(3, 0)).astimezone(UTC).time() == time(1, 0)


def test_hours_are_elapsed_and_days_are_local():
    noon = calendar.moment(date(2026, 10, 24), time(12))
    assert calendar.add_hours(noon, 24) == calendar.moment(date(2026, 10, 25), time(11))
    assert calendar.add_calendar_days(date(2026, 10, 24), 1) == date(2026, 10, 25)


def test_a_moment_without_a_zone_is_refused():
    bare = datetime(2026, 1, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        calendar.local(bare)
    with pytest.raises(ValueError, match="zone"):
        calendar.add_hours(bare, 1)
