"""Sorts and areas of deviations, answers to those who wrote, and what was closed: counted by hand here."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from avvikelse.actions import closing, coordination
from rapporter import registry
from rapporter.forms.asking import AskingForm, period_of
from rapporter.registry import Asked
from tests.factories import Region, code, file_report, fresh, in_status
from tests.rapporter.region_2023 import at, on

pytestmark = pytest.mark.django_db


class World:
    """Six deviations of May 2026: three classed, one of them under what fits nowhere; three of a sort."""

    def __init__(self):
        with on(date(2026, 4, 20)):
            self.region = region = Region()
        self.cases = [self.came(day) for day in (1, 2, 3, 4, 30, 31)]
        for case, key in zip(
            self.cases, ("it.outage", "it.other", "device.infusion"), strict=False
        ):
            self.classified(case, event_class=code("event_class", key))
        for case in self.cases[:3]:
            self.classified(case, kind=code("deviation_kind", "medical_device"))
        self.unit = region.administration

    def came(self, day, month=5, unit=None):
        with time_machine.travel(at(date(2026, month, day)), tick=False):
            return file_report(unit or self.region.ward)

    def classified(self, case, **codes):
        with on(date(2026, 6, 1)):
            coordination.classify(fresh(case), by=self.region.coordinator, **codes)

    def asked(self, **more):
        told = {"first": date(2026, 5, 1), "last": date(2026, 5, 31), "as_of": at(date(2026, 7, 1))}
        return Asked(**{**told, **more})

    def value(self, key, **more):
        return registry.of(key).answer(self.asked(**more)).value


@pytest.fixture
def world():
    return World()


def test_sorts_and_areas_add_up_to_what_came_in(world):
    sorts = {
        one.key: one.answer(world.asked()).value
        for one in registry.every()
        if one.family_key == "filed_sort"
    }

    assert sorts["filed_sort.medical_device"] == 3
    assert sorts["filed_sort.none"] == 3
    assert sum(sorts.values()) == world.value("filed_deviations") == 6


def test_an_area_counts_its_own_class_and_what_fits_nowhere_stands_last(world):
    areas = [one for one in registry.every() if one.family_key == "it_area"]

    assert world.value("it_area.it.outage") == 1
    assert world.value("it_area.it.other") == 1
    assert world.value("it_area.it.network") == 0
    assert world.value("device_area.device.infusion") == 1
    assert [one.key for one in areas][-1] == "it_area.it.other"
    assert areas[0].name == "IT och telefoni: Inloggning och behörighet"


def test_the_share_of_what_fits_nowhere_is_of_those_with_a_class(world):
    measure = registry.of("rest_share")
    answer = measure.answer(world.asked())

    assert answer.value == Decimal(100) / 3
    assert answer.rows.count() == 3
    assert sum(measure.part(row, world.asked()) for row in answer.rows) == 1
    _parts_are_those_of_whole_rows(measure, world.asked())
    assert world.value("rest_share", first=date(2026, 6, 1), last=date(2026, 6, 30)) is None


def _parts_are_those_of_whole_rows(measure, asked):
    """What is read in columns to be weighed counts for the same as the rows themselves."""
    whole = {row.pk: measure.part(row, asked) for row in measure.rows_for(asked)}
    assert measure.weighed_by
    assert dict(measure.parts(asked)) == whole != {}


def test_an_answer_within_thirty_days_and_those_who_wait_still(world):
    for case, day in ((world.cases[0], date(2026, 5, 11)), (world.cases[1], date(2026, 6, 20))):
        with on(day, 12):
            closing.give_feedback(fresh(case), "Tack.", by=world.region.coordinator)

    # Six wrote. One had an answer after ten days, one after 49. On 31 May four have waited less than
    # thirty days or one of them just that long: of six at risk one was answered, 1/6.
    assert world.value("feedback_soon") == pytest.approx(Decimal(100) / 6)
    _parts_are_those_of_whole_rows(registry.of("feedback_soon"), world.asked())
    by_then = world.value("feedback_soon", as_of=at(date(2026, 5, 5)))
    assert by_then == 0
    assert world.value("feedback_soon", unit=world.region.sibling) is None
    assert world.value("feedback_soon", unit=world.region.hospital) is not None


def test_what_was_closed_in_the_period_and_is_closed_still():
    with on(date(2026, 5, 20)):
        closed = in_status("closed", Region())
    month = {"first": date(2026, 5, 1), "last": date(2026, 5, 31), "as_of": at(date(2026, 7, 1))}
    measure = registry.of("closed_deviations")

    assert [row.case for row in measure.answer(Asked(**month)).rows] == [closed]
    earlier = {**month, "as_of": at(date(2026, 5, 19))}
    assert measure.answer(Asked(**earlier)).value == 0
    april = {**month, "first": date(2026, 4, 1), "last": date(2026, 4, 30)}
    assert measure.answer(Asked(**april)).value == 0


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({"year": "2026", "part": "m5"}, "maj 2026"),
        ({"year": "2026", "part": "k2"}, "kvartal 2 2026"),
        ({"year": "2026", "part": "v53"}, "vecka 53 2026"),
        ({"year": "2026"}, "2026"),
    ],
)
def test_figures_are_asked_for_a_part_of_a_year(given, period):
    form = AskingForm(given)

    assert form.is_valid()
    assert period_of(form.asked(None)) == period


def test_a_week_that_the_year_has_not_is_refused():
    form = AskingForm({"year": "2025", "part": "v53"})

    assert not form.is_valid()
    assert form.errors["part"] == ["Vecka 53 finns inte 2025."]
