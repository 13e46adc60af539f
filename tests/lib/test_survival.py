"""Waiting times with those who still wait in them, against worked examples and brute force."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.lib import survival

FLOW = Path(settings.BASE_DIR).parent / "shared" / "data" / "flow"
PERCENTS = (0.25, 0.5, 0.75, 0.85, 0.95)
SNAPSHOT = datetime(2024, 3, 1, tzinfo=UTC)


def test_the_textbook_example():
    """Six spells, two of them cut off: S falls 5/6, then 3/4 of it, then a half, then to nothing."""
    found = survival.curve([(1, True), (2, False), (3, True), (4, False), (5, True), (6, True)])

    assert found.times == (1, 3, 5, 6)
    assert found.shares == pytest.approx((5 / 6, 5 / 8, 5 / 16, 0.0))
    assert (found.total, found.happened) == (6, 4)
    assert found.quantile(0.5) == 5
    assert found.waiting(0.5) == 1
    assert found.waiting(3) == pytest.approx(5 / 8)


def test_what_never_happens_has_no_quantile():
    found = survival.curve([(1, True), (9, False), (9, False)])

    assert found.quantile(0.25) == 1
    assert found.quantile(0.5) is None
    assert survival.curve([]).quantile(0.5) is None


@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from(PERCENTS))
def test_when_all_has_happened_it_is_the_plain_percentile(times, share):
    found = survival.curve((time, True) for time in times)

    smallest = next(
        t for t in sorted(times) if sum(x <= t for x in times) >= share * len(times) - 1e-9
    )
    assert found.quantile(share) == smallest


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1))
def test_the_share_that_waits_only_falls(spells):
    shares = survival.curve(spells).shares

    assert list(shares) == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.skipif(
    not FLOW.is_dir(), reason="the made-up flow with its reference values is not here"
)
def test_the_reference_implementation_agrees():
    expected = json.loads((FLOW / "expected_r_survival.json").read_text())
    wanted = expected["km_quantiles_p25_p50_p75_p85_p95"]["filed_to_closed_2023"]

    found = survival.curve(spells_of_2023())

    assert [found.quantile(share) for share in PERCENTS] == pytest.approx(wanted, abs=1e-9)
    assert found.waiting(30) == pytest.approx(
        expected["S_30_loglog_ci"]["filed_to_closed_2023"][0], abs=1e-9
    )


def spells_of_2023():
    """Days from filed to first closed, rejected or not, for what was filed in 2023."""
    with (FLOW / "cases.csv").open() as file:
        for row in csv.DictReader(file):
            filed = datetime.fromisoformat(row["filed"])
            if filed.year != 2023:
                continue
            closed = datetime.fromisoformat(row["closed"]) if row["closed"] else None
            happened = closed is not None and closed <= SNAPSHOT
            until = closed if happened else SNAPSHOT
            yield (until - filed).total_seconds() / 86400, happened
