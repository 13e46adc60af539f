"""The books of the queue add up: to the figures computed elsewhere, and whatever happens."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.lib.calendar import start_of_day
from patientsakerhet.lib.survival import Observation
from rapporter.flow import stages
from rapporter.flow.balance import Books, little
from rapporter.flow.spells import Spell, as_of, days, overlapping, stays
from tests.rapporter.flow.made_up import NOW, REOPENED, STAGES, expected, spells, year

NINTH = 1e-9
SWEDISH = {
    "coordination": "väntar på koordinering",
    "reception": "väntar på mottagande",
    "investigation": "orsaksutredning",
    "action": "åtgärd",
    "follow_up": "uppföljning/stängning",
}


def known():
    return as_of(spells(), NOW)


def month(number):
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def test_the_months_are_those_counted_elsewhere_and_add_up():
    bounds = [month(2022 * 12 + n) for n in range(27)]

    found = Books(stays(known())).periods(bounds)

    assert len(found) == len(expected()["monthly"])
    for one, told in zip(found, expected()["monthly"], strict=True):
        assert f"{one.start:%Y-%m}" == told["month"]
        assert (one.filed, one.reopened) == (told["filed"], told["reopened"])
        assert one.left == told["closed"] + told["reclosed"]
        assert one.after == told["open_end"]
        assert one.after == one.before + one.came - one.left
        assert one.growth == one.came - one.left
    total = Books(stays(known()))
    assert total.period(year(2022), year(2023)).filed == expected()["filed_2022"]
    assert total.period(year(2023), year(2024)).filed == expected()["filed_2023"]


def test_little_holds_to_the_microsecond_and_is_that_computed_elsewhere():
    told = expected()["little_2023"]

    found = little(stays(known()), year(2023), year(2024))

    assert found.area == found.open_time
    assert found.holds
    assert days(found.area) == pytest.approx(told["area_wip_days"], abs=NINTH)
    assert found.mean_open == pytest.approx(told["mean_wip"], abs=NINTH)
    assert (found.arrivals, found.per_day) == (
        told["arrivals"], pytest.approx(told["rate_per_day"], abs=NINTH),
    )  # fmt: skip
    assert found.days_each == pytest.approx(told["mean_in_window_days_per_arrival"], abs=NINTH)
    assert found.closed_mean == pytest.approx(told["closed_only_mean_lead_2023"], abs=NINTH)
    assert found.gap == pytest.approx(1 - 75.9648607086553 / 78.45524219722328, abs=NINTH)


def test_the_stages_are_those_counted_elsewhere():
    told = expected()["stages"]
    now = stages.in_stage(known(), NOW)
    before, after = (stages.in_stage(known(), year(one)) for one in (2023, 2024))

    found = stages.loads(
        [one for one in known() if one.stage != REOPENED], STAGES, year(2023), year(2024), NOW
    )

    for one in found:
        line = told[SWEDISH[one.stage]]
        assert days(one.time) == pytest.approx(line["days_2023"], abs=NINTH)
        assert one.share == pytest.approx(line["share_of_time_2023"], abs=NINTH)
        assert now[one.stage] == line["wip_snapshot"]
        assert before[one.stage] == line["wip_2023_01_01"]
        assert after[one.stage] == line["wip_2024_01_01"] == one.present
        assert (one.arrivals, one.departures) == (line["arr_2023"], line["dep_2023"])


def test_the_bottleneck_is_the_one_that_was_planted():
    rows = [one for one in known() if one.stage != REOPENED]

    found = stages.bottleneck(stages.loads(rows, STAGES, year(2023), year(2024), NOW))

    assert found.stage == "investigation"
    assert found.share == pytest.approx(0.459, abs=0.001)
    assert found.growth > 0
    assert (found.slow_before, found.slow) == pytest.approx((51.7, 71.8), abs=0.1)
    by_kind = stages.bottlenecks_by_kind(rows, STAGES, year(2023), year(2024), NOW)
    assert set(by_kind) == {"MTP", "IT", "Telefoni", "Leverans/tjänst"}
    assert by_kind["MTP"].stage == "investigation"


def test_ages_are_those_counted_elsewhere():
    told = expected()["ageing_snapshot"]

    found = stages.ageing(known(), NOW)

    ages = [one.age for one in found]
    assert len(found) == told["open"]
    assert stages.buckets(ages) == list(told["buckets"].values())
    assert ages[0] == pytest.approx(told["oldest_days"], abs=NINTH)
    assert stages.middle(ages) == pytest.approx(told["median_age_disc"], abs=NINTH)
    assert all(one.in_stage <= one.age for one in found)


def test_lines_of_the_cumulative_flow_never_fall_or_cross():
    moments = [month(2022 * 12 + n) for n in range(27)]
    rows = [one for one in known() if one.stage != REOPENED]

    lines = stages.cumulative(rows, STAGES, moments)

    assert list(lines) == [*STAGES, "out"]
    for line in lines.values():
        assert all(one <= two for one, two in pairwise(line))
    for upper, lower in pairwise(lines.values()):
        assert all(one >= two for one, two in zip(upper, lower, strict=True))
    areas = stages.areas(rows, STAGES, moments)
    for place, _ in enumerate(moments):
        between = [one[place] - two[place] for one, two in pairwise(lines.values())]
        assert sum(between) == sum(area[place] for area in areas.values())
    assert lines["coordination"][-1] == expected()["n_filed_total"]


EPOCH = datetime(2024, 2, 27, tzinfo=UTC)


@st.composite
def logs(draw):
    """Some cases, each going through some stages, ended or not, some of them opened again."""
    found = []
    for case in range(draw(st.integers(0, 8))):
        at = EPOCH + timedelta(seconds=draw(st.integers(0, 500_000)))
        way = [draw(st.sampled_from(STAGES)) for _ in range(draw(st.integers(1, 6)))]
        for stage, then in zip(way, [*way[1:], "closed"], strict=True):
            end = at + timedelta(seconds=draw(st.integers(1, 400_000)))
            to = draw(st.sampled_from([then, then, "closed"]))
            found.append(Spell(case, stage, at, end, to=to))
            at = end + timedelta(seconds=0 if to == then else draw(st.sampled_from([0, 3600])))
        if draw(st.booleans()):
            last = found.pop()
            found.append(Spell(case, last.stage, last.start))
    return found


@given(logs(), st.integers(0, 3_000_000), st.integers(1, 3_000_000))
def test_the_identities_hold_whatever_happens(log, start, length):
    first = EPOCH + timedelta(seconds=start)
    last = first + timedelta(seconds=length)
    open_times = stays(log)
    books = Books(open_times)

    assert little(open_times, first, last).holds
    period = books.period(first, last)
    assert period.after == period.before + period.came - period.left
    for moment in (first, last):
        counted = sum(one.start <= moment and (one.end is None or moment < one.end) for one in log)
        assert books.backlog(moment) == counted == stages.in_stage(log, moment).total()
        assert len(stages.ageing(log, moment)) == counted
    assert not overlapping(log)
    assert sum((one.until(last) - one.start for one in open_times if one.start < last), timedelta(0)) == sum(
        (one.until(last) - one.start for one in log if one.start < last), timedelta(0)
    )  # fmt: skip


@given(logs(), st.integers(0, 3_000_000))
def test_what_happens_later_is_not_known_before(log, seconds):
    now = EPOCH + timedelta(seconds=seconds)
    told = as_of(log, now)

    assert told == as_of(as_of(log, now + timedelta(days=1)), now)
    assert stages.in_stage(told, now) == stages.in_stage(log, now)
    assert all(one.end is None or one.end <= now for one in told)


def test_the_nights_when_the_clock_is_moved_are_as_long_as_they_are():
    for day, hours in ((date(2024, 3, 31), 23), (date(2024, 10, 27), 25)):
        start, end = start_of_day(day), start_of_day(day + timedelta(days=1))
        one = Spell(1, "action", start, end, to="closed")

        assert one.days_within(start, end) == timedelta(hours=hours)
        found = little(stays([one]), start, end)
        assert found.holds
        assert (found.area, found.mean_open) == (timedelta(hours=hours), 1.0)
        seen = stages.lead_times([one], "action", start, end, end)
        assert seen == [Observation(hours / 24, "closed")]
        assert stages.ageing([Spell(1, "action", start)], end)[0].age == hours / 24


def test_two_stays_at_once_are_told():
    one = Spell(1, "action", EPOCH, EPOCH + timedelta(days=2), to="closed")
    two = Spell(1, "follow_up", EPOCH + timedelta(days=1), None)

    assert overlapping([one, two]) == [(one, two)]
    assert overlapping([one, Spell(2, "action", EPOCH)]) == []
