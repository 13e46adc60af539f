"""Months in columns: when they are laid, when they hold, and whom they are read for."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from patientsakerhet.lib.calendar import local_day
from rapporter import tasks
from rapporter.flow import columns, lengths, prepared
from rapporter.models import FlowLaid, FlowMark
from rapporter.registry import Asked
from tests.factories import Region, file_report, in_status
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

BEGAN = datetime(2024, 3, 4, 9, tzinfo=UTC)
NAMES = ("case", "stage", "start", "length")


class World:
    """A case filed in each of four months and one handed on in each, all counted in and laid out."""

    def __init__(self):
        with time_machine.travel(BEGAN, tick=False) as clock:
            self.region = Region()
            for _ in range(4):
                file_report(self.region.ward, self.region.reporter)
                in_status("assigned", self.region)
                clock.shift(timedelta(days=31))
            prepared.fold()
            assert columns.lay() == 2 * 4
            self.now = timezone.now()


_made, world = made_once(World)


@pytest.fixture
def region(world):
    with time_machine.travel(world.now, tick=False):
        yield world.region


def asked(region, unit=None):
    now = timezone.now()
    return Asked(local_day(BEGAN), local_day(now), now, unit or region.root, region.physician)


def parts(region, unit=None):
    spans = [(columns.EPOCH, timezone.now() + timedelta(days=1))]
    return columns.read(columns.STAYS, asked(region, unit), spans, NAMES)


def told(found):
    """The rows of all parts, in no order."""
    return sorted(row for one in found for row in zip(*(one[name] for name in NAMES), strict=True))


def from_rows(region, unit=None):
    kept = list(FlowLaid.objects.all())
    FlowLaid.objects.all().delete()
    found = told(parts(region, unit))
    FlowLaid.objects.bulk_create(kept)
    return found


def test_nothing_is_read_from_the_rows_of_months_that_hold(region):
    rest, *laid = parts(region)

    assert len(rest["case"]) == 0
    assert [len(one["case"]) for one in laid] == [3, 3, 3, 3]
    assert told([rest, *laid]) == from_rows(region)


def test_what_has_changed_is_read_from_the_rows_counted_in_or_not(region):
    case = file_report(region.ward, region.reporter)
    rest, *laid = parts(region)
    assert set(rest["case"]) == {case.pk}
    assert told([rest, *laid]) == from_rows(region)

    prepared.fold()
    assert not FlowMark.objects.exists()
    rest, *laid = parts(region)
    assert set(rest["case"]) == {case.pk}
    assert told([rest, *laid]) == from_rows(region)


def test_only_months_that_a_changed_case_is_in_are_laid_anew(region):
    before = dict(FlowLaid.objects.filter(what="stays").values_list("day", "upto"))
    file_report(region.ward, region.reporter)
    prepared.fold()

    assert columns.lay() == 2, "the month of the case, of stays and of ways"
    after = dict(FlowLaid.objects.filter(what="stays").values_list("day", "upto"))
    assert set(after.values()) == {max(before.values()) + 1}, "the others hold as well"
    assert columns.lay() == 0
    rest, *laid = parts(region)
    assert len(rest["case"]) == 0
    assert told([rest, *laid]) == from_rows(region)


def test_a_month_laid_anew_while_it_is_read_is_read_again(region, monkeypatch):
    rows, times = columns._rows, []

    def then_laid(*given):
        found = rows(*given)
        times.append(1)
        if len(times) == 1:
            FlowLaid.objects.update(upto=7)
        return found

    monkeypatch.setattr(columns, "_rows", then_laid)
    found = told(parts(region))

    assert len(times) == 2
    assert found == from_rows(region)


def test_months_that_are_always_laid_anew_are_left_for_the_rows(region, monkeypatch):
    expected = from_rows(region)
    monkeypatch.setattr(columns, "_unpacked", lambda *_: None)

    [rest] = parts(region)

    assert told([rest]) == expected


def test_months_laid_in_another_way_are_not_read(region):
    FlowLaid.objects.update(layout="something else")

    [rest] = parts(region)

    assert len(rest["case"]) == 12
    assert columns.lay() == 8


def test_a_small_part_of_the_region_is_read_from_its_rows(region, monkeypatch):
    monkeypatch.setattr(columns, "MANY", 4)
    assert len(parts(region, region.ward)) == 1
    assert told(parts(region, region.ward)) == from_rows(region, region.ward)
    assert len(parts(region, region.root)) == 5


def test_the_worker_lays_months_when_many_cases_are_behind(region, monkeypatch):
    monkeypatch.setattr(columns, "BEHIND", 1)
    file_report(region.ward, region.reporter)
    tasks.sweep_flow()
    assert columns.behind() == 1, "one may be"

    file_report(region.ward, region.reporter)
    tasks.sweep_flow()
    assert columns.behind() == 0


def test_who_came_to_an_end_and_is_there_still(region):
    window = (BEGAN - timedelta(days=1), timezone.now())
    closed = in_status("closed", region)
    in_status("closed", region)
    prepared.fold()
    window = (window[0], timezone.now())

    assert lengths.ended_so(asked(region), window, "closed", door="deviation") == 2
    assert lengths.ended_so(asked(region), window, "rejected", door="deviation") == 0
    assert lengths.ended_so(asked(region), window, "closed", door="complaint") == 0
    assert closed.status == "closed"
