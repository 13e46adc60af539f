"""The parts of a number: their sum is the number, and each leads to exactly its rows."""

from collections import Counter
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patientsakerhet.lib import calendar
from rapporter import periods, registry
from rapporter.breakdowns import UNIT
from rapporter.builder import dividing
from rapporter.periods import Step
from tests.factories import person_as
from tests.made_once import for_a_module, judged
from tests.rapporter.builder.making import KNOWN, World, rows_at
from tests.rapporter.region_2023 import at

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    with for_a_module(django_db_blocker):
        yield judged(World())


@pytest.fixture
def world(made_once, db):
    with time_machine.travel(at(KNOWN), tick=False):
        yield made_once


def along(row, path):
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


def test_the_parts_of_every_measure_are_its_number_and_lead_to_their_rows(world):
    counted, families = 0, set()
    for measure in registry.every():
        # Members of a family are divided alike: the first that counts anything stands for them.
        if measure.family_key in families or not measure.answer(world.asked()).value:
            continue
        families.add(measure.family_key)
        for breakdown in measure.breakdowns:
            asked = world.asked()
            found = dividing.by_content(measure, asked, breakdown)
            whole = measure.answer(asked)

            assert found.total == whole.value, (measure.key, breakdown.key)
            for part in found.parts:
                rows = list(rows_at(measure, part.url))
                assert sum(measure.part(row, asked) for row in rows) == part.value, part
                counted += len(rows)
            if breakdown.key != UNIT:  # by hand, row after row
                by_hand = Counter()
                for row in whole.rows:
                    by_hand[along(row, breakdown.path) or ""] += measure.part(row, asked)
                assert sorted(by_hand.values()) == sorted(one.value for one in found.parts)
    assert counted > 40
    assert len(families) >= 12


def test_units_are_those_right_below_the_one_asked_for_and_its_own(world):
    measure, region = registry.of("filed_deviations"), world.region
    own = registry.of("own_deviations")

    def by_unit(unit, of=measure):
        asked = world.asked(unit=unit)
        found = dividing.by_content(of, asked, of.breakdown(UNIT))
        assert [rows_at(of, one.url).count() for one in found.parts] == [
            one.value for one in found.parts
        ]
        return {one.name: int(one.value) for one in found.parts}

    whole = sum(by_unit(None).values())
    assert whole == measure.answer(world.asked()).value > 0
    assert by_unit(None) == {"Digitalisering IT och MT": 5}
    assert by_unit(region.administration) == {"Patientsäkerhet": 5}
    assert by_unit(region.desk) == {"Patientsäkerhet, direkt": 5}
    assert by_unit(region.administration, own) == {"Medicinsk teknik": 1}


@pytest.mark.parametrize("step", list(Step))
def test_periods_add_up_and_are_counted_as_by_hand(world, step):
    measure = registry.of("filed_deviations")
    found = dividing.over_time(measure, world.asked(), step)

    assert sum(one.value for one in found.parts) == found.total == 5
    by_hand = Counter(
        periods.of(calendar.local_day(row.case.filed_at), step).name
        for row in measure.rows_for(world.asked())
    )
    told = {one.name.removesuffix(" (delvis)"): one.value for one in found.parts if one.value}
    assert told == by_hand
    for one in found.parts:
        assert rows_at(measure, one.url).count() == one.value


def test_the_quarters_of_every_measure_add_up_but_for_levels(world):
    summed = 0
    for measure in registry.every():
        if measure.reckon is None and measure.adds_up:
            found = dividing.over_time(measure, world.asked(), Step.QUARTER)
            assert sum(one.value for one in found.parts) == found.total, measure.key
            summed += found.total
    assert summed > 30


def test_a_year_of_weeks_is_asked_for_in_as_many_statements_as_half_a_year(world):
    measure = registry.of("filed_deviations")

    def statements(step):
        with CaptureQueriesContext(connection) as asked:
            dividing.over_time(measure, world.asked(), step)
        return len(asked)

    # Months come out of the sums with the whole; weeks are counted, forty in a statement, and the whole apart.
    assert (statements(Step.MONTH), statements(Step.WEEK)) == (1, 3)


def test_the_first_and_the_last_week_of_a_year_are_told_to_be_parts(world):
    found = dividing.over_time(registry.of("filed_deviations"), world.asked(), Step.WEEK)

    assert [one.name for one in found.parts if not one.is_whole] == [
        "vecka 1 2026 (delvis)",
        "vecka 53 2026 (delvis)",
    ]
    first = found.parts[0]
    assert (first.value, rows_at(found.measure, first.url).count()) == (1, 1)


def test_only_what_the_reader_may_read_is_counted(world):
    measure, region = registry.of("filed_deviations"), world.region
    near = person_as("unit_manager", region.hospital)
    whole, hers = (
        dividing.by_content(measure, world.asked(by=by), measure.breakdown("filing_unit"))
        for by in (region.physician, near)
    )

    assert whole.total == 5
    assert {one.name for one in hers.parts} < {one.name for one in whole.parts}
    assert hers.total == measure.answer(world.asked(by=near)).value == 4
    for one in hers.parts:
        assert rows_at(measure, one.url, near).count() == one.value


def test_a_level_over_time_is_asked_for_period_by_period(world):
    measure = registry.of("feedback_soon")
    found = dividing.over_time(measure, world.asked(), Step.QUARTER)

    assert [one.value for one in found.parts] == [0, 0, None, 0]
    assert found.total == Decimal(0)
