"""How long something takes when not all of it has happened yet: Kaplan and Meier's estimate.

Whoever has not answered yet has waited at least so long; leaving her out makes every answer look
quick. What came into sight late counts from then on (delayed entry). Source: Kaplan & Meier (1958),
doi:10.1080/01621459.1958.10501452; the interval is Greenwood's, log-log transformed, as in R's
`survival` with `conf.type="log-log"`.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

SLACK = 1e-12
"""Products of fractions miss a limit they stand exactly on by the last digit or two."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was waited for; times are in one unit, from where its own waiting began."""

    time: float
    """Until it happened, or until it was last seen not to have happened."""
    event: str = ""
    """What happened; empty when it had not happened yet."""
    entry: float = 0.0
    """How long it had waited when it came into sight."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a number may lie; None is where the observations do not say."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """The share that still waits, S(t), falling at each of the times.

    `times` are in the unit that the observations were in, rising; `shares` are between 0 and 1, one a
    time, as are `at_risk`, who waited just before, and `spreads`, Greenwood's sum.
    """

    times: tuple[float, ...]
    shares: tuple[float, ...]
    total: int
    happened: int
    at_risk: tuple[int, ...]
    spreads: tuple[float, ...]
    followed: float
    """The longest that anything was followed; nothing is known beyond."""

    @property
    def unfinished(self) -> int:
        """How many had not come to what was waited for."""
        return self.total - self.happened

    def quantile(self, share: float) -> float | None:
        """The first time by which at least this share (0 to 1) has happened; None when it never does.

        q_p = inf{t : S(t) <= 1 - p}; without anybody waiting the same as PostgreSQL's
        `percentile_disc`.
        """
        return self._first(self.shares, 1 - share)

    def waiting(self, time: float) -> float:
        """S(time): the share that has waited longer than this."""
        place = bisect_right(self.times, time)
        return self.shares[place - 1] if place else 1.0

    def interval(self, time: float, level: float = 0.95) -> Interval:
        """Where S(time) may lie; nothing is said where all or none still wait."""
        place = bisect_right(self.times, time)
        return self._interval(place - 1, level) if place else Interval(None, None)

    def quantile_interval(self, share: float, level: float = 0.95) -> Interval:
        """Where the quantile may lie: where the limits of the curve come down to it."""
        limits = [self._interval(place, level) for place in range(len(self.times))]
        low = [0.0 if one.low is None else one.low for one in limits]
        # The last one of all says nothing of how much longer another might have taken.
        high = [1.0 if one.high is None else one.high for one in limits]
        return Interval(self._first(low, 1 - share), self._first(high, 1 - share))

    def rest(self, waited: float, share: float) -> float | None:
        """How much longer until this share of what has waited so long has happened: S(t + a) / S(a).

        None where the curve does not come so far, or nothing was followed for so long.
        """
        left = self.waiting(waited)
        if left <= 0 or waited > self.followed:
            return None
        found = self._first(self.shares, left * (1 - share))
        return None if found is None else max(found - waited, 0.0)

    def _interval(self, place: int, level: float) -> Interval:
        share = self.shares[place]
        if not 0.0 < share < 1.0:
            return Interval(None, None)
        wide = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(self.spreads[place])
        reach = wide / math.log(share)
        return Interval(share ** math.exp(-reach), share ** math.exp(reach))

    def _first(self, shares: Sequence[float], limit: float) -> float | None:
        """The first time whose share is at or below the limit."""
        for time, share in zip(self.times, shares, strict=True):
            if share <= limit + SLACK:
                return time
        return None


class AtRisk:
    """How many wait just before a time: come into sight before it, and not gone before it."""

    def __init__(self, observations: Sequence[Observation]) -> None:
        # What happens the moment it begins is seen all the same.
        self._entries = sorted(one.entry if one.entry else -math.inf for one in observations)
        self._ends = sorted(one.time for one in observations)

    def at(self, time: float) -> int:
        """The number."""
        return bisect_left(self._entries, time) - bisect_left(self._ends, time)


def kaplan_meier(observations: Iterable[Observation], *events: str) -> Curve:
    """The share still waiting for any of these events, or for any event at all when none is named.

    Everything else that happens to an observation ends it without an answer. Where that is a real
    end, a rejection say, it is no censoring and the ends must be asked about together.
    """
    seen = list(observations)
    events_at = Counter(
        one.time for one in seen if one.event and (not events or one.event in events)
    )
    risk, share, spread = AtRisk(seen), 1.0, 0.0
    times, shares, at_risk, spreads = sorted(events_at), [], [], []
    for time in times:
        waiting, gone = risk.at(time), events_at[time]
        share *= 1 - gone / waiting
        spread += gone / (waiting * (waiting - gone)) if gone < waiting else 0.0
        at_risk.append(waiting)
        shares.append(share)
        spreads.append(spread)
    return Curve(
        tuple(times),
        tuple(shares),
        len(seen),
        events_at.total(),
        tuple(at_risk),
        tuple(spreads),
        max((one.time for one in seen), default=0.0),
    )


def curve(spells: Iterable[tuple[float, bool]]) -> Curve:
    """Of (how long, whether it has happened); what still waits is counted at risk until then."""
    return kaplan_meier(
        Observation(time, "happened" if happened else "") for time, happened in spells
    )
