"""Waiting times against R's `survival` and other sums made elsewhere, to the ninth decimal."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.lib.survival import Interval, Observation, kaplan_meier
from rapporter.flow import waiting
from rapporter.flow.competing import aalen_johansen
from rapporter.flow.spells import as_of
from rapporter.flow.stages import lead_times
from rapporter.flow.truncation import Seen, arrival
from tests.rapporter.flow.made_up import NOW, at, between, expected, rows, spells, year

PARTS = {"p25": 0.25, "p50": 0.5, "p75": 0.75, "p85": 0.85, "p95": 0.95}
NINTH = 1e-9
HANDED_ON = ("reception", "investigation", "action", "follow_up")
STAGE_OF = {"coordinated_to_accepted": "reception", "accepted_to_investigated": "investigation"}
R = expected("expected_r_survival")


def ways():
    return waiting.ways(spells(), HANDED_ON)


def curve_of(what, first, last):
    """The curve that a line of the expected figures is of."""
    if what == "filed_to_coordinated":
        return kaplan_meier(
            waiting.until_coordinated(ways(), first, last, NOW), waiting.COORDINATED
        )
    if what == "filed_to_closed":
        return kaplan_meier(waiting.until_closed(ways(), first, last, NOW))
    # Those figures were taken over the cases filed in the year, not over the stays begun in it.
    filed = {way.case for way in ways() if first <= way.filed < last}
    own = [one for one in as_of(spells(), NOW) if one.case in filed]
    if STAGE_OF[what] == "reception":
        return kaplan_meier(as_if_still_waiting(own))
    return kaplan_meier(lead_times(own, STAGE_OF[what], year(2000), NOW, NOW))


def as_if_still_waiting(own):
    """The rejected as if they might still be received: the mistake that those figures show."""
    stays = [one for one in own if one.stage == "reception"]
    return [
        Observation(between(one.start, NOW))
        if one.to in ("rejected", "")
        else Observation(between(one.start, one.end), one.to)
        for one in stays
    ]


def named(name):
    what, _, period = name.rpartition("_")
    number = int(period) if period.isdigit() else 0
    return curve_of(what, *((year(number), year(number + 1)) if number else (year(2000), NOW)))


@pytest.mark.parametrize("name", expected()["durations_days"])
def test_quantiles_and_shares_are_those_computed_elsewhere(name):
    curve, told = named(name), expected()["durations_days"][name]

    assert curve.total == told["n"]
    assert (curve.happened, curve.unfinished) == (told["events"], told["censored"])
    for label, part in PARTS.items():
        assert curve.quantile(part) == pytest.approx(told["km"][label], abs=NINTH), label
    for limit in (30, 60, 90):
        assert curve.waiting(limit) == pytest.approx(told[f"S_{limit}"], abs=NINTH)


@pytest.mark.parametrize("name", R["S_30_loglog_ci"])
def test_the_interval_is_that_of_r(name):
    share, low, high = R["S_30_loglog_ci"][name]
    curve = named(name)
    found = curve.interval(30)

    assert curve.waiting(30) == pytest.approx(share, abs=NINTH)
    assert (found.low, found.high) == pytest.approx((low, high), abs=NINTH)
    assert (
        curve.quantile_interval(0.5).low < curve.quantile(0.5) < curve.quantile_interval(0.5).high
    )


def test_the_period_measure_is_that_of_r():
    told = R["period_km_filed_to_closed_calendar_2023_delayed_entry"]

    curve = kaplan_meier(waiting.in_period(ways(), year(2023), year(2024), NOW))

    assert (curve.total, curve.happened) == (told["n_at_risk_some_time"], told["events"])
    found = [curve.quantile(part) for part in PARTS.values()]
    assert found == pytest.approx(told["quantiles"], abs=NINTH)


def test_rejections_are_another_end_as_in_r():
    told = R["aalen_johansen_coordinated_2023"]
    filed = {way.case for way in ways() if year(2023) <= way.filed < year(2024)}
    own = [one for one in as_of(spells(), NOW) if one.case in filed]
    seen = lead_times(own, "reception", year(2000), NOW, NOW)

    found = aalen_johansen(seen)

    for end, shares in (
        ("investigation", told["cif_accepted"]),
        ("rejected", told["cif_rejected"]),
    ):
        assert [found.by(day, end) for day in told["t"]] == pytest.approx(shares, abs=NINTH)
    assert found.quantile(0.85, "investigation") < found.quantile(0.9, "investigation")
    assert found.quantile(0.95, "investigation") is None
    assert kaplan_meier(as_if_still_waiting(own)).quantile(0.93) < 30
    assert kaplan_meier(as_if_still_waiting(own)).quantile(0.95) is None
    assert (found.by(0, "rejected"), found.by(30, "lost")) == (0.0, 0.0)


def test_what_is_seen_only_when_coordinated_is_counted_backwards():
    told = expected("expected_right_truncation")
    filed = [(at(row["filed"]), at(row["coordinated"])) for row in rows()]
    filed = [(f, c) for f, c in filed if at("2023-11-02T00:00:00Z") <= f < NOW]
    seen = [Seen(between(f, c), between(f, NOW)) for f, c in filed if c <= NOW]

    found = arrival(seen)

    assert (len(filed), found.count) == (told["n_filed"], told["n_seen"])
    parts = (0.5, 0.85, 0.95)
    assert [found.quantile(part) for part in parts] == pytest.approx(
        told["reverse_time_product_limit"], abs=NINTH
    )
    for seen_only, part, true in zip(told["seen_only"], parts, told["true"], strict=True):
        assert seen_only < found.quantile(part) < true
    assert (found.share(0), found.share(found.widest)) == (0.0, 1.0)


durations = st.lists(st.integers(1, 400), min_size=1, max_size=60)


@given(durations, st.sampled_from([0.25, 0.5, 0.85, 0.95]))
def test_with_nothing_unfinished_it_is_percentile_disc(whole, part):
    ordered = sorted(whole)

    curve = kaplan_meier(Observation(float(one), "closed") for one in whole)

    # The first value at or above the part, as PostgreSQL's percentile_disc takes it.
    place = ceil(round(part * len(ordered), 9)) - 1
    assert curve.quantile(part) == ordered[place]
    assert (curve.total, curve.unfinished, curve.waiting(400)) == (len(whole), 0, 0.0)


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["a", "b", ""])), max_size=60))
def test_the_ends_and_those_who_wait_are_everybody(seen):
    observations = [Observation(float(days), end) for days, end in seen]

    found = aalen_johansen(observations)
    curve = kaplan_meier(observations)

    for day in range(41):
        ends = found.by(day, "a") + found.by(day, "b")
        assert ends + curve.waiting(day) == pytest.approx(1.0, abs=NINTH)
    assert sum(found.events.values()) == curve.happened


def test_nothing_waited_for_says_nothing():
    curve = kaplan_meier([])

    assert (curve.total, curve.happened, curve.waiting(3), curve.quantile(0.5)) == (0, 0, 1.0, None)
    assert curve.interval(3) == curve.quantile_interval(0.5) == Interval(None, None)
    assert arrival([]).quantile(0.5) is None
    assert aalen_johansen([]).by(3, "closed") == 0.0


def test_the_rest_of_a_wait_is_of_those_who_have_waited_as_long():
    # Ten of them: one done each day.
    curve = kaplan_meier(Observation(float(day), "closed") for day in range(1, 11))

    assert curve.rest(0, 0.5) == 5
    assert curve.rest(6, 0.5) == 2  # of the four left, half are done on the eighth day
    assert curve.rest(6.5, 0.5) == 1.5
    assert curve.rest(10, 0.5) is None, "nobody waited longer"
    open_end = kaplan_meier([Observation(1, "closed"), Observation(5), Observation(9)])
    assert open_end.rest(2, 0.85) is None, "never seen to come so far"


def test_what_happens_at_once_is_counted():
    curve = kaplan_meier([Observation(0.0, "closed"), Observation(2.0)])

    assert (curve.total, curve.happened, curve.waiting(0)) == (2, 1, 0.5)


def test_the_part_of_a_wait_before_it_came_into_sight_does_not_count():
    seen = [Observation(4, "closed"), Observation(10, "closed", entry=6)]

    curve = kaplan_meier(seen)

    assert curve.at_risk == (1, 1)


def test_closings_by_the_calendar_are_told():
    regular = [at(f"2024-02-{day:02}T12:00:00Z") for day in range(1, 21)]
    heap = [at("2024-02-23T12:00:00Z")] * 10

    assert not waiting.clustered(regular, NOW)
    assert waiting.clustered(regular + heap, NOW)
    assert not waiting.clustered(heap, at("2024-09-01T00:00:00Z"))
    assert not waiting.clustered([], NOW)
