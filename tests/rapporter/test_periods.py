"""Periods beside each other: whole ones, called what people call them, and found again from an address."""

from datetime import date

import pytest

from rapporter import periods
from rapporter.periods import Step


@pytest.mark.parametrize(
    ("day", "step", "first", "last", "name", "tick", "part"),
    [
        (date(2026, 11, 29), Step.MONTH, (11, 1), (11, 30), "november 2026", "nov.\n2026", "m11"),
        (date(2024, 2, 29), Step.MONTH, (2, 1), (2, 29), "februari 2024", "feb.\n2024", "m2"),
        (
            date(2026, 8, 1),
            Step.QUARTER,
            (7, 1),
            (9, 30),
            "kvartal 3 2026",
            "kv. 3\n2026",
            "k3",
        ),
        (date(2026, 5, 5), Step.YEAR, (1, 1), (12, 31), "2026", "2026", ""),
        (date(2026, 11, 29), Step.WEEK, (11, 23), (11, 29), "vecka 48 2026", "v. 48\n2026", "v48"),
    ],
)
def test_the_period_of_a_day(day, step, first, last, name, tick, part):
    found = periods.of(day, step)

    assert (found.first, found.last) == (date(day.year, *first), date(day.year, *last))
    assert (found.name, found.tick, found.part) == (name, tick, part)
    assert periods.within(found.year, found.part) == found


def test_a_week_over_new_year_belongs_to_the_year_of_most_of_its_days():
    found = periods.of(date(2027, 1, 1), Step.WEEK)

    assert (found.first, found.last) == (date(2026, 12, 28), date(2027, 1, 3))
    assert (found.year, found.part, found.name) == (2026, "v53", "vecka 53 2026")
    assert periods.within(2026, "v53") == found
    assert periods.within(2027, "v53") is None


def test_a_period_that_goes_on_is_not_among_the_whole_ones():
    found = periods.ending(date(2026, 3, 30), Step.MONTH, 3)
    assert [each.name for each in found] == ["december 2025", "januari 2026", "februari 2026"]

    found = periods.ending(date(2026, 3, 31), Step.MONTH, 1)
    assert [each.name for each in found] == ["mars 2026"]


@pytest.mark.parametrize("part", ["m13", "m0", "k5", "v54", "x1", "m", "v1x"])
def test_no_such_part_of_a_year(part):
    assert periods.within(2026, part) is None
