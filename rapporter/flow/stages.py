"""Stage by stage: how many are in each, how long they have been there, where it stops."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from patientsakerhet.lib.survival import Curve, Observation, kaplan_meier
from rapporter.flow.spells import Spell, days_between, elapsed


def lead_times(
    spells: Iterable[Spell], stage: str, first: datetime, last: datetime, now: datetime
) -> list[Observation]:
    """The stays in the stage that began in [first, last), as known `now`; each time is one of its own."""
    return [
        Observation(days_between(one.start, one.until(now)), one.to if _ended(one, now) else "")
        for one in spells
        if one.stage == stage and first <= one.start < min(last, now)
    ]


def in_stage(spells: Iterable[Spell], moment: datetime) -> Counter[str]:
    """Stage -> how many are there then."""
    return Counter(one.stage for one in spells if one.lasts_at(moment))


def areas(
    spells: Iterable[Spell], stages: Sequence[str], moments: Sequence[datetime]
) -> dict[str, list[int]]:
    """Stage -> how many are there at each of the moments: the areas of a flow with ways back."""
    found = {}
    rows = list(spells)
    for stage in stages:
        starts = sorted(one.start for one in rows if one.stage == stage)
        ends = sorted(one.end for one in rows if one.stage == stage and one.end is not None)
        found[stage] = [
            bisect_right(starts, moment) - bisect_right(ends, moment) for moment in moments
        ]
    return found


def cumulative(
    spells: Iterable[Spell], stages: Sequence[str], moments: Sequence[datetime], out: str = "out"
) -> dict[str, list[int]]:
    """Bound -> how many cases had passed it by each of the moments: no line falls, none crosses the one above.

    A case passes the bound into a stage the first time it is there or further on; `out` is the bound
    behind the last stage, passed when the case first closes in any way.
    """
    order = {stage: place for place, stage in enumerate(stages)}
    passed: dict[tuple[int | str, int], datetime] = {}
    for one in spells:
        _pass(passed, one.case, order[one.stage], one.start)
        if one.end is not None and one.to not in order:
            _pass(passed, one.case, len(stages), one.end)
    firsts: list[list[datetime]] = [[] for _ in range(len(stages) + 1)]
    for (_, place), moment in passed.items():
        firsts[place].append(moment)
    found = {}
    for name, times in zip([*stages, out], firsts, strict=True):
        times.sort()
        found[name] = [bisect_right(times, moment) for moment in moments]
    return found


def _pass(
    passed: dict[tuple[int | str, int], datetime], case: int | str, place: int, moment: datetime
) -> None:
    """The bound, and each before it, is passed by then at the latest."""
    for one in range(place + 1):
        before = passed.get((case, one))
        if before is None or moment < before:
            passed[case, one] = moment


@dataclass(frozen=True, slots=True)
class Aged:
    """One open case: how old it is, and how long it has been in its stage, in days."""

    case: int | str
    kind: str
    stage: str
    age: float
    in_stage: float


def ageing(spells: Iterable[Spell], now: datetime) -> list[Aged]:
    """Every case open now, the oldest first; its age is counted from when it first came in."""
    filed: dict[int | str, datetime] = {}
    present: dict[int | str, Spell] = {}
    for one in spells:
        filed[one.case] = min(one.start, filed.get(one.case, one.start))
        if one.lasts_at(now):
            present[one.case] = one
    found = [
        Aged(
            case, one.kind, one.stage, days_between(filed[case], now), days_between(one.start, now)
        )
        for case, one in present.items()
    ]
    return sorted(found, key=lambda one: (-one.age, str(one.case)))


BUCKETS = (7, 30, 60, 90, 180)


def buckets(ages: Iterable[float], bounds: Sequence[float] = BUCKETS) -> list[int]:
    """How many are younger than the first bound, between each and the next, and at least the last."""
    found = [0] * (len(bounds) + 1)
    for age in ages:
        found[bisect_right(bounds, age)] += 1
    return found


@dataclass(frozen=True)
class Load:
    """What one stage held in a period."""

    stage: str
    time: timedelta
    """Of all cases in it, added up."""
    share: float
    """Of the time in all stages."""
    arrivals: int
    departures: int
    slow: float | None
    """Days within which 85 percent of those that came in the period leave; None is not reached."""
    slow_before: float | None
    """The same of the period before."""
    present: int
    """How many are in it at the end."""
    median_age: float | None
    """Days that the middle one of them has been in it."""

    @property
    def growth(self) -> int:
        """How many more came than left."""
        return self.arrivals - self.departures


def loads(
    spells: Sequence[Spell], stages: Sequence[str], first: datetime, last: datetime, now: datetime
) -> list[Load]:
    """Each stage over [first, last), in their order; the period before is as long."""
    end = min(last, now)
    times = dict.fromkeys(stages, timedelta(0))
    came, left = Counter[str](), Counter[str]()
    present: dict[str, list[float]] = {stage: [] for stage in stages}
    for one in spells:
        times[one.stage] += one.days_within(first, end)
        came[one.stage] += first <= one.start < last
        left[one.stage] += one.end is not None and first <= one.end < last
        if one.lasts_at(end):
            present[one.stage].append(days_between(one.start, end))
    total = sum(times.values(), timedelta(0))
    before = first.astimezone(UTC) - elapsed(first, last)
    return [
        Load(
            stage,
            times[stage],
            times[stage] / total if total else 0.0,
            came[stage],
            left[stage],
            _slow(spells, stage, first, last, now),
            _slow(spells, stage, before, first, now),
            len(present[stage]),
            middle(present[stage]),
        )
        for stage in stages
    ]


def bottleneck(stages: Sequence[Load]) -> Load | None:
    """The stage where it stops: the one with most of the time in it, if more come to it than leave it.

    Neither alone is enough: long work is not a stop while it keeps up, nor is a short queue that grew.
    """
    if not stages:
        return None
    most = max(stages, key=lambda one: one.time)
    return most if most.time and most.growth > 0 else None


def bottlenecks_by_kind(
    spells: Iterable[Spell], stages: Sequence[str], first: datetime, last: datetime, now: datetime
) -> Mapping[str, Load | None]:
    """Sort of case -> where it stops, None where it does not."""
    by_kind: dict[str, list[Spell]] = {}
    for one in spells:
        by_kind.setdefault(one.kind, []).append(one)
    return {
        kind: bottleneck(loads(rows, stages, first, last, now))
        for kind, rows in sorted(by_kind.items())
    }


@dataclass(frozen=True, slots=True)
class Pace:
    """What half and most of the stays in a stage have taken: the lines that open cases are held against."""

    half: float | None
    most: float | None


def paces(
    spells: Sequence[Spell], stages: Sequence[str], first: datetime, last: datetime, now: datetime
) -> dict[str, Pace]:
    """Stage -> days within which 50 and 85 percent of the stays that began in the period are over."""
    curves: dict[str, Curve] = {
        stage: kaplan_meier(lead_times(spells, stage, first, last, now)) for stage in stages
    }
    return {stage: Pace(one.quantile(0.5), one.quantile(0.85)) for stage, one in curves.items()}


def middle(values: Iterable[float]) -> float | None:
    """The median that is one of the values: `percentile_disc` of one half."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def _ended(spell: Spell, now: datetime) -> bool:
    return spell.end is not None and spell.end <= now


def _slow(
    spells: Iterable[Spell], stage: str, first: datetime, last: datetime, now: datetime
) -> float | None:
    return kaplan_meier(lead_times(spells, stage, first, last, now)).quantile(0.85)
