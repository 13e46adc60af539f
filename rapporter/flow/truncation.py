"""What is seen only when it has happened: how late things come to light, and how many are still to come.

A case that shows itself when it is coordinated is missing until then, so that the newest of those one
sees are the fast ones (right truncation). Counting backwards in time repairs that, as far back as
anything has been looked for.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

FLOOR = 0.05
"""No share come to light is taken for less: one case would stand for more than twenty."""
TREND_FROM = 0.5
"""A period of which less than this has come to light is no part of a trend."""
SETTLED_FROM = 0.95
"""From this share on a period counts as known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that has come to light: after how many days, and how many it had had to do so in."""

    days: float
    window: float


@dataclass(frozen=True)
class Arrival:
    """The share that has come to light, by days since it happened; rises to one at the widest window."""

    days: tuple[float, ...]
    shares: tuple[float, ...]
    """The share at or after each of the days, before the next."""
    spreads: tuple[float, ...]
    """The variance of the share's logarithm there."""
    count: int
    widest: float
    """Nothing is known of what takes longer than this."""

    def share(self, days: float) -> float:
        """The share come to light within so many days, of what does so within the widest window."""
        place = bisect_right(self.days, days)
        return self.shares[place - 1] if place else 0.0

    def spread(self, days: float) -> float:
        """The variance of the share's logarithm."""
        place = bisect_right(self.days, days)
        return self.spreads[place - 1] if place else 0.0

    def quantile(self, part: float) -> float | None:
        """The days within which this part comes to light; None when nothing has."""
        for days, share in zip(self.days, self.shares, strict=True):
            if share >= part - 1e-12:
                return days
        return None


def arrival(seen: Iterable[Seen]) -> Arrival:
    """The reverse-time product limit: G(t) = product over later times of (1 - d/n).

    n counts those that had come to light by then and had had as long to do so in.
    """
    rows = list(seen)
    happened = Counter(one.days for one in rows)
    ends, windows = sorted(one.days for one in rows), sorted(one.window for one in rows)
    share, spread = 1.0, 0.0
    days, shares, spreads = [], [], []
    for day in sorted(happened, reverse=True):
        days.append(day)
        shares.append(share)
        spreads.append(spread)
        at_risk = bisect_right(ends, day) - bisect_left(windows, day)
        gone = happened[day]
        share *= 1.0 - gone / at_risk
        if gone < at_risk:
            spread += gone / (at_risk * (at_risk - gone))
    return Arrival(
        tuple(reversed(days)),
        tuple(reversed(shares)),
        tuple(reversed(spreads)),
        len(rows),
        windows[-1] if windows else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Nowcast:
    """How many a period will have had when all have come to light."""

    seen: int
    known: float
    """The share of the period's that has come to light."""
    expected: float
    low: float
    high: float

    @property
    def is_settled(self) -> bool:
        """Whether what is seen may be drawn as what it was."""
        return self.known >= SETTLED_FROM

    @property
    def joins_trend(self) -> bool:
        """Whether enough is known for the period to be compared with others."""
        return self.known >= TREND_FROM


def nowcast(seen: int, ages: Sequence[float], coming: Arrival, *, level: float = 0.8) -> Nowcast:
    """The count expected of a period, of which `seen` have come to light.

    `ages` are the days from each of the period's days until now. The share known is their mean, since
    it varies less than a sum of one weight per case: one case of yesterday would stand for twenty. The
    interval holds both the chance of who has come to light and what is not known of the share.
    """
    known = sum(coming.share(age) for age in ages) / len(ages)
    held = max(known, FLOOR)
    chance = seen * (1.0 - known) / held**2
    slope = sum(coming.share(age) * math.sqrt(coming.spread(age)) for age in ages)
    unsure = seen / held * (slope / len(ages)) / held
    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(chance + unsure**2)
    expected = seen / held
    return Nowcast(seen, known, expected, max(expected - reach, float(seen)), expected + reach)
