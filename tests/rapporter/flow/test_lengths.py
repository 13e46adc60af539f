"""Curves laid over rows and columns are those of the stays themselves, for a made-up log of 2,180 cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from patientsakerhet.lib.calendar import local_day
from patientsakerhet.lib.survival import kaplan_meier
from rapporter.flow import columns, lengths, stages, waiting
from rapporter.flow.balance import little
from rapporter.flow.competing import aalen_johansen
from rapporter.flow.of_cases import STAGES, UNTYPED
from rapporter.flow.spells import as_of, days_between, stays
from rapporter.flow.waiting import COORDINATED
from rapporter.models import EVERYTHING, FlowLaid, FlowMonth, FlowStay, FlowWay
from rapporter.registry import Asked
from tests.made_once import for_a_module, judged
from tests.rapporter.flow import made_up
from tests.rapporter.flow.made_up import NOW, year

ASKED = Asked(year(2023).date(), NOW.date(), NOW)
WINDOWS = [(year(2023), year(2024)), (year(2022), year(2023)), (year(2024), year(2025))]


def spells():
    """As they stand now, of one sort, with numbers for cases."""
    numbers = {case: n for n, case in enumerate(sorted({one.case for one in made_up.spells()}))}
    return [
        replace(one, case=numbers[one.case], kind=UNTYPED)
        for one in as_of(made_up.spells(), NOW)
        if one.stage != made_up.REOPENED
    ]


@pytest.fixture(scope="module", params=["rows", "columns", "both"])
def made(request, django_db_setup, django_db_blocker):
    with for_a_module(django_db_blocker):
        yield judged(make(request.param))


@pytest.fixture
def log(made, db):
    """The same read from the rows, from months in columns, and from every second month so."""
    return made


def make(read_from):
    found = spells()
    ways = waiting.ways(found, set(STAGES) - {"coordination"})
    kept = {"sort": 0, "secrecy": 0, "owner": 1}
    FlowStay.objects.bulk_create(
        FlowStay(
            case_id=one.case,
            stage=one.stage,
            start=one.start,
            length=None if one.end is None else (one.end - one.start) // timedelta(microseconds=1),
            to=one.to,
            visit=one.visit,
            begun_by=0,
            **kept,
        )
        for one in found
    )
    FlowWay.objects.bulk_create(
        FlowWay(
            case_id=one.case,
            filed_at=one.filed,
            coordinated_at=one.coordinated,
            closed_at=one.closed,
            closed_as=one.end,
            settled_at=one.settled,
            settled_as=one.last_end,
            told_at=one.filed,
            origin="incoming",
            **kept,
        )
        for one in ways
    )
    if read_from != "rows":
        begun = {local_day(one.start).replace(day=1) for one in found}
        FlowMonth.objects.bulk_create(
            FlowMonth(unit=EVERYTHING, day=day, stage="filed", sort=0, secrecy=0, came=1, left=0,
                      came_into=0, left_into=0)
            for day in begun
        )  # fmt: skip
        assert columns.lay() == 2 * len(begun)
    if read_from == "both":
        kept_in_columns = sorted(begun)[::2]
        FlowLaid.objects.exclude(day__in=kept_in_columns).delete()
    return found, ways


def test_the_curves_of_stages_are_those_of_the_stays(log):
    found, _ = log

    told = lengths.paces(ASKED, WINDOWS)
    then = lengths.paces(
        ASKED, WINDOWS[:1], among=["action"], at=year(2023) + 200 * timedelta(days=1)
    )

    assert told == [stages.paces(found, list(STAGES), *window, NOW) for window in WINDOWS]
    earlier = year(2023) + 200 * timedelta(days=1)
    assert then == [stages.paces(found, ["action"], *WINDOWS[0], earlier)]
    assert sum(pace.most is not None for one in told for pace in one.values()) > 5
    assert then[0]["action"] != told[0]["action"]


def test_waits_are_those_of_the_ways(log):
    _, ways = log
    for told, window in zip(lengths.until_coordinated(ASKED, WINDOWS), WINDOWS, strict=True):
        seen = waiting.until_coordinated(ways, *window, NOW)
        curve = aalen_johansen(seen)
        assert (told.total, told.waiting) == (len(seen), sum(not one.event for one in seen))
        for part in (0.5, 0.85, 0.95):
            assert told.quantile(part) == curve.quantile(part, COORDINATED)
        for day, share in zip(told.days, told.shares, strict=True):
            assert share == pytest.approx(curve.by(day, COORDINATED), abs=1e-12)
        assert 0 < len(told.days) <= lengths.FINE


@pytest.mark.parametrize("window", WINDOWS)
def test_times_to_the_end_are_those_of_the_ways(log, window):
    _, ways = log

    def pace(seen):
        curve = kaplan_meier(seen)
        return stages.Pace(curve.quantile(0.5), curve.quantile(0.85))

    assert lengths.until_closed(ASKED, window) == pace(waiting.until_closed(ways, *window, NOW))
    assert lengths.until_settled(ASKED, window) == pace(waiting.until_settled(ways, *window, NOW))
    assert lengths.in_period(ASKED, window) == pace(waiting.in_period(ways, *window, NOW))


@pytest.mark.parametrize("window", WINDOWS)
def test_what_each_stage_held_is_what_its_stays_come_to(log, window):
    found, _ = log
    told = lengths.loads(ASKED, window)
    expected = stages.loads(found, list(STAGES), *window, NOW)

    bare = [replace(one, slow=None, slow_before=None, median_age=None) for one in expected]
    assert told[""] == told[UNTYPED] == bare
    paced = lengths.with_pace(ASKED, window, told[""][3])
    assert paced == replace(expected[3], median_age=None)
    assert paced.stage == "action"


def test_the_identity_and_what_is_open_are_those_of_the_stays(log):
    found, ways = log
    window = WINDOWS[0]
    expected = little(stays(found), *window)

    told = lengths.little(ASKED, window, expected.arrivals)

    assert (told.area, told.arrivals) == (expected.area, expected.arrivals)
    assert told.closed_mean == pytest.approx(expected.closed_mean, abs=1e-9)
    assert told.holds
    ageing = lengths.ageing(ASKED)
    stay = [one for one in found if one.end is None]
    for stage in STAGES:
        expected = [days_between(one.start, NOW) for one in stay if one.stage == stage]
        assert ageing.in_stage.get(stage, []) == sorted(expected, reverse=True)
    is_open = {one.case for one in stay}
    filed = [one.filed for one in ways if one.case in is_open]
    assert ageing.oldest == days_between(min(filed), NOW)
