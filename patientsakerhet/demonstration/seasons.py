"""When reports come: growth over the years, the year's seasons, the week, the hours of a ward."""

import itertools
import math
import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from patientsakerhet.demonstration.scene import OFFICE_SETTINGS
from patientsakerhet.lib import calendar

YEARLY_GROWTH = 1.20
"""The 2023 report: about 20 % more deviations than the year before."""

MONTHS = (1.04, 1.06, 1.09, 1.0, 1.02, 0.9, 0.66, 0.88, 1.08, 1.1, 1.1, 0.85)
WEEKDAYS = (1.16, 1.2, 1.15, 1.12, 1.0, 0.52, 0.5)
HOLIDAY = 0.5
OPENS, CLOSES = time(7, 40), time(16, 30)
"""When the administration's people are at work."""

_WARD_HOURS = (
    2, 2, 2, 2, 2, 3, 5, 9, 10, 11, 12, 10, 8, 9, 11, 10, 8, 6, 6, 6, 5, 5, 4, 3,
)  # fmt: skip
_OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 0, 8, 13, 15, 15, 12, 8, 12, 13, 12, 7, 2, 0, 0, 0, 0, 0, 0)


def filing_days(first: date, last: date, count: int, rng: random.Random) -> list[date]:
    """`count` days from `first` to `last`, in order, each year with its due share."""
    years: dict[int, list[tuple[date, float]]] = defaultdict(list)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        years[day.year].append((day, _weight(day, first)))
    totals = {year: sum(weight for _, weight in days) for year, days in years.items()}
    shares = _shared_out(count, totals)
    chosen: list[date] = []
    for year, days in years.items():
        weights = list(itertools.accumulate(weight for _, weight in days))
        chosen += rng.choices([day for day, _ in days], cum_weights=weights, k=shares[year])
    return sorted(chosen)


def clock(setting: str, rng: random.Random) -> time:
    """A time of day at which somebody in such a place writes."""
    hours = _OFFICE_HOURS if setting in OFFICE_SETTINGS else _WARD_HOURS
    return time(rng.choices(range(24), hours)[0], rng.randrange(60), rng.randrange(60))


def at(day: date, clock_time: time) -> datetime:
    """The moment; in the spring's missing hour one hour later, in the autumn's double hour the first."""
    try:
        return calendar.moment(day, clock_time, summer_time=True)
    except calendar.NonexistentTime:
        return calendar.moment(day, clock_time.replace(hour=clock_time.hour + 1))


def at_work(moment: datetime, rng: random.Random) -> datetime:
    """The moment, or when the administration is next at work, a little into the morning."""
    local = calendar.local(moment).replace(microsecond=0)
    if calendar.is_working_day(local.date()) and OPENS <= local.time() <= CLOSES:
        return local
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    morning = at(calendar.next_working_day(day), OPENS)
    return morning + timedelta(minutes=rng.randrange(140), seconds=rng.randrange(60))


def later(moment: datetime, days: float, rng: random.Random) -> datetime:
    """So many days later, at work."""
    return at_work(calendar.add_hours(moment, 24 * days), rng)


def spread(median: float, rng: random.Random, sigma: float = 0.75) -> float:
    """A waiting time around the median: most are near it, a few are very long (log-normal)."""
    return median * math.exp(rng.gauss(0, sigma))


def _weight(day: date, first: date) -> float:
    growth = YEARLY_GROWTH ** ((day - first).days / 365.25)
    holiday = HOLIDAY if calendar.holiday_name(day) else 1.0
    return growth * MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * holiday


def _shared_out(count: int, totals: dict[int, float]) -> dict[int, int]:
    """The count divided in proportion, by largest remainder."""
    whole = sum(totals.values())
    exact = {year: count * total / whole for year, total in totals.items()}
    shares = {year: int(share) for year, share in exact.items()}
    by_remainder = sorted(exact, key=lambda year: shares[year] - exact[year])
    for year in by_remainder[: count - sum(shares.values())]:
        shares[year] += 1
    return shares
