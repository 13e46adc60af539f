"""Control charts against R, point by point, and what holds whatever the numbers are.

The expected values are from qicharts2 and NHSRplotthedots. All of them are read in place; some lie here
too, so that a clone alone is held to them.
"""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rapporter.control_charts import charts, lines
from rapporter.control_charts.charts import chart, days_between
from rapporter.control_charts.funnel import funnel
from rapporter.control_charts.rules import Rule
from rapporter.control_charts.runs import crossings_usual, longest_usual
from rapporter.control_charts.series import Maturity, Value

ALL = Path(settings.BASE_DIR) / "../shared/data/spc"
HERE = Path(__file__).parent / "data/spc"
FOLDERS = [HERE, *([ALL] if ALL.exists() else [])]
EXPECTED = [
    pytest.param(path, id=f"{folder.parent.name}-{path.stem}")
    for folder in FOLDERS
    for path in sorted(folder.glob("expected/*__*.csv"))
]
R = lines.QICHARTS
NHS_TYPES = {
    "Above UCL": (Rule.OUTSIDE, 1),
    "Below LCL": (Rule.OUTSIDE, -1),
    "7 Points Above CL": (Rule.SHIFT, 1),
    "7 Points Below CL": (Rule.SHIFT, -1),
    "7 Point Trend (Increasing)": (Rule.TREND, 0),
    "7 Point Trend (Decreasing)": (Rule.TREND, 0),
    "2 in 3 Above CL": (Rule.NEAR, 1),
    "2 in 3 Below CL": (Rule.NEAR, -1),
}


def rows(path):
    with path.open() as text:
        return list(csv.DictReader(text))


def number(text):
    return float(text) if text not in ("", "NA") else None


def values_of(path, *, excluded=()):
    """The series that a file of expected values is about."""
    given = rows(path.parent.parent / "input" / f"{path.stem.partition('__')[0]}.csv")
    return [
        Value(row["x"], number(row["y"]), number(row.get("n", "")), excluded=place in excluded)
        for place, row in enumerate(given)
    ]


def counts(values):
    return [Value(each.label, each.count) for each in values]


def drawn(path):
    """The chart that the file's name says, of the file's series."""
    kind, _, variant = path.stem.partition("__")[2].partition("_")
    screened = not variant.endswith("noscreen")
    values = values_of(path, excluded={33} if variant == "excl34" else ())
    part = {"part18": [18], "part14": [14], "rebase": [18], "rebase2023": [24]}.get(variant, [])
    fixed = {"fix12": 12, "freeze24": 24}.get(variant)
    made = {
        "i": lambda: (
            charts.xmr(counts(values), breaks=part, fix_after=fixed, profile=R, screened=screened)
            if variant != "excl34"
            else charts.xmr(values, profile=R)
        ),
        "nhs": lambda: charts.xmr(values, breaks=part, fix_after=fixed, screened=screened),
        "mr": lambda: charts.moving_range(values),
        "run": lambda: charts.run(values),
        "c": lambda: charts.count(values),
        "p": lambda: charts.share(values, breaks=part),
        "pp": lambda: charts.share(values, laney=True),
        "t": lambda: charts.between(values),
    }
    return made[kind]()


def close(found, expected):
    return (found is None and expected is None) or (
        found is not None and expected is not None and found == pytest.approx(expected, rel=1e-9)
    )


@pytest.mark.parametrize("path", EXPECTED)
def test_lines_and_signals_equal_those_of_r(path):
    found, expected = drawn(path), rows(path)

    assert len(found.points) == len(expected) > 0
    for point, row in zip(found.points, expected, strict=True):
        (nhs if "mean_col" in row else qicharts)(found, point, row)


def qicharts(found, point, row):
    assert close(point.value, number(row["y"]))
    assert close(point.lines.centre, number(row["cl"]))
    assert close(point.lines.lower, number(row["lcl"]))
    assert close(point.lines.upper, number(row["ucl"]))
    assert close(point.lines.near_lower, number(row["lcl.95"]))
    assert close(point.lines.near_upper, number(row["ucl.95"]))
    assert (Rule.OUTSIDE in point.rules) is (row["sigma.signal"] == "TRUE")
    assert point.segment + 1 == int(row["part"])
    assert point.given.excluded is (row["include"] == "FALSE")
    runs = found.segments[point.segment].runs
    assert runs.useful == int(row["n.useful"])
    assert runs.is_signal is (row["runs.signal"] == "TRUE")
    if runs.useful:
        assert runs.longest == int(row["longest.run"])
        assert runs.longest_usual == int(row["longest.run.max"])
        assert runs.crossings == int(row["n.crossings"])
        assert runs.crossings_usual == int(row["n.crossings.min"])


def nhs(found, point, row):
    assert point.value == number(row["y"])
    assert close(point.lines.centre, number(row["mean_col"]))
    assert close(point.lines.lower, number(row["lpl"]))
    assert close(point.lines.upper, number(row["upl"]))
    assert point.segment == int(row["rebase_group"])
    assert point.side == int(row["relative_to_mean"])
    if row["outside_limits"]:
        assert point.lines.has_outside(point.value) is (row["outside_limits"] == "TRUE")
        assert point.lines.has_close(point.value) is (row["close_to_limits"] == "TRUE")
    kind = row["special_cause_type"]
    assert bool(point.rules) is (kind != "Common Cause")
    if point.rules:
        rule, side = NHS_TYPES[kind]
        assert rule in point.rules
        assert side in (0, point.side)


def test_every_expected_file_is_read():
    if not ALL.exists():
        pytest.skip(f"the optional data folder is absent: {ALL}")
    assert len(list(ALL.glob("expected/*__*.csv"))) == 55


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_bounds_of_runs_equal_those_of_r(folder):
    for row in rows(folder / "expected/anhoej_bounds.csv"):
        useful = int(row["n"])
        assert longest_usual(useful) == int(row["longest_run_max"])
        assert crossings_usual(useful) == int(row["crossings_min"])


# What holds by its definition, worked out here


def named(*numbers, **kwargs):
    return [Value(f"månad {place}", each, **kwargs) for place, each in enumerate(numbers)]


def test_counts_by_an_exposure():
    values = [Value("a", 3, 100), Value("b", 5, 400), *(Value("c", 10, 1000) for _ in range(10))]
    found = charts.rate(values).points[0].lines

    centre = 108 / 10500
    assert found.centre == pytest.approx(centre, rel=1e-12)
    assert found.upper == pytest.approx(centre + 3 * (centre / 100) ** 0.5, rel=1e-12)
    assert found.lower == 0


def test_cases_between_by_chance_and_as_r_draws_them():
    values = named(*[9, 11, 4, 16, 10] * 4)
    by_chance, by_r = charts.cases_between(values), charts.cases_between(values, by_chance=False)

    # The mean is 10, so the chance of each case is 1/11: half have come by the sixth after it.
    assert [by_chance.points[0].lines.centre, by_chance.points[0].lines.lower] == [7, 0]
    assert by_chance.points[0].lines.upper == 69
    assert by_r.points[0].lines.centre == 10
    assert by_r.points[0].lines.upper == pytest.approx(10 + 3 * 110**0.5)


def test_two_events_of_one_day_are_half_a_day_apart():
    moments = [datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in [(1, 8), (1, 9), (4, 9)]]

    assert days_between(moments[::-1]) == [0.5, 3.0]
    with pytest.raises(ValueError, match="above zero"):
        charts.between(named(3, 0, 4))


def test_a_funnel_has_limits_that_narrow_and_names_who_is_outside():
    units = [Value(f"enhet {size}", size // 10, size) for size in (50, 100, 200, 400, 800)]
    units.append(Value("avviker", 200, 500))
    found = funnel([*units, Value("utan storlek", 3, 0)])

    assert [unit.label for unit in found.outside] == ["enhet 400", "enhet 800", "avviker"]
    assert found.centre == pytest.approx((155 + 200) / 2050)
    widths = [line.upper - line.lower for _, line in found.curve if line.lower > 0]
    assert widths == sorted(widths, reverse=True)
    assert funnel(units[:4]).curve == []
    assert funnel(units[:4]).outside == []


# Edges


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_five_points_have_no_lines(count):
    found = charts.xmr(named(*range(count)))

    assert len(found.points) == count
    assert all(point.lines.centre is None and not point.rules for point in found.points)
    assert [segment.maturity for segment in found.segments] == [Maturity.TOO_FEW] * bool(count)


def test_few_points_have_provisional_limits_and_one_rule():
    # Seven rising ones and then one far away; the screened limits leave the last one outside.
    found = charts.xmr(named(1, 2, 3, 4, 5, 6, 7, 60))

    assert found.segments[0].maturity is Maturity.PROVISIONAL
    assert {rule for point in found.points for rule in point.rules} == {Rule.OUTSIDE}


def test_all_equal_has_a_level_and_nothing_else():
    found = charts.xmr(named(*[7] * 14))

    assert {(point.lines.centre, point.lines.upper, point.rules) for point in found.points} == {
        (7, None, ())
    }


@pytest.mark.parametrize("breaks", [[0], [13], [0, 13], [99], [-1]])
def test_a_break_at_an_end_leaves_a_segment_of_one_or_none(breaks):
    found = charts.xmr(named(*range(14)), breaks=breaks)

    assert [segment.stop - segment.start for segment in found.segments] == (
        [13, 1] if 13 in breaks else [14]
    )


def test_what_is_missing_breaks_a_row_and_takes_both_its_ranges():
    whole = [10, 31] * 5 + [30] * 7
    broken = [*whole[:13], None, *whole[13:]]

    assert len(charts.xmr(named(*whole)).breaking(Rule.SHIFT)) == 8
    assert charts.xmr(named(*broken)).breaking(Rule.SHIFT) == []
    assert lines.ranges([1, None, 3, 5]) == [2]


def test_a_preliminary_value_moves_no_line_and_breaks_no_rule():
    settled = named(*[10, 12] * 8)
    with_newest = [*settled, Value("nyast", 90, preliminary=True)]

    found = charts.xmr(with_newest)

    assert found.points[-1].rules == ()
    assert found.points[0].lines == charts.xmr(settled).points[0].lines
    assert found.latest.label == "månad 15"


def test_only_the_newest_point_alerts_and_never_by_a_trend():
    assert charts.xmr(named(*[10, 12] * 8, 90)).alerts
    assert not charts.xmr(named(*[10, 12] * 8, 90, 11)).alerts
    trend = charts.xmr(named(*[5, 45, 3, 48] * 3, 20, 21, 22, 23, 24, 25, 26, 27))
    assert trend.points[-1].rules == (Rule.TREND,)
    assert not trend.alerts


# Invariances (few examples: each draws two charts)

SERIES = st.lists(st.integers(0, 200), min_size=12, max_size=30)
FEW = examples(max_examples=40)


def lines_of(found, move):
    return [
        None if each is None else move(each)
        for point in found.points
        for each in (point.lines.centre, point.lines.lower, point.lines.upper)
    ]


def on_a_line(found):
    """Whether some value lies so near a line that rounding may decide."""
    return any(
        each is not None and abs(point.value - each) < 1e-6
        for point in found.points
        for each in vars(point.lines).values()
    )


def broken(found):
    return [point.rules for point in found.points]


@FEW
@given(SERIES, st.integers(1, 1000))
def test_what_is_added_to_every_value_moves_the_lines_by_it(numbers, more):
    one, other = charts.xmr(named(*numbers)), charts.xmr(named(*(each + more for each in numbers)))
    assume(not on_a_line(one))

    assert lines_of(other, float) == pytest.approx(lines_of(one, lambda each: each + more))
    assert broken(other) == broken(one)


@FEW
@given(SERIES, st.sampled_from([0.001, 3, 12_345]))
def test_what_multiplies_every_value_multiplies_the_lines(numbers, times):
    one = charts.xmr(named(*numbers))
    other = charts.xmr(named(*(each * times for each in numbers)))
    assume(not on_a_line(one))
    # A range exactly at the screening's edge may fall to either side.
    assume(lines_of(one, float)[2] is not None)
    edge = lines.D4 * lines.mean_range(numbers, screened=False)
    assume(all(abs(each - edge) > 1e-6 for each in lines.ranges(numbers)))

    assert lines_of(other, float) == pytest.approx(lines_of(one, lambda each: each * times))
    assert broken(other) == broken(one)


@FEW
@given(SERIES)
def test_backwards_the_same_points_break_the_same_rules(numbers):
    one, other = charts.xmr(named(*numbers)), charts.xmr(named(*numbers[::-1]))
    assume(not on_a_line(one))

    assert broken(other)[::-1] == broken(one)


@FEW
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=20),
    st.lists(st.integers(-2, 25), max_size=4),
    st.one_of(st.none(), st.integers(1, 20)),
    st.sampled_from([lines.xmr(), lines.middle, lines.count, lines.cases_between_by_chance]),
)
def test_no_series_whatever_is_refused(numbers, breaks, fixed, fit):
    found = chart(named(*numbers), fit, breaks=breaks, fix_after=fixed)

    assert [point.value for point in found.points] == numbers
    assert sum(segment.stop - segment.start for segment in found.segments) == len(numbers)
