"""How long something takes when not all of it has happened yet: Kaplan and Meier's estimate.

Whoever has not answered yet has waited at least so long; leaving her out makes every answer look
quick. Source: Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from operator import mul


@dataclass(frozen=True)
class Curve:
    """The share that still waits, S(t), falling at each of the times.

    `times` are in the unit that the spells were in, rising; `shares` are between 0 and 1, one a time.
    """

    times: tuple[float, ...]
    shares: tuple[float, ...]
    total: int
    happened: int

    def quantile(self, share: float) -> float | None:
        """The first time by which at least this share (0 to 1) has happened; None when it never does.

        q_p = inf{t : S(t) <= 1 - p}; without anybody waiting the same as PostgreSQL's
        `percentile_disc`.
        """
        for time, waiting in zip(self.times, self.shares, strict=True):
            if waiting <= 1 - share + 1e-12:
                return time
        return None

    def waiting(self, time: float) -> float:
        """S(time): the share that has waited longer than this."""
        left = 1.0
        for at, share in zip(self.times, self.shares, strict=True):
            if at > time:
                break
            left = share
        return left


def curve(spells: Iterable[tuple[float, bool]]) -> Curve:
    """Of (how long, whether it has happened); what still waits is counted at risk until then."""
    spells = list(spells)
    events = Counter(time for time, happened in spells if happened)
    left = Counter(time for time, _ in spells)
    at_risk, fractions, times = len(spells), [], []
    for time in sorted(left):
        if events[time]:
            times.append(time)
            fractions.append(1 - events[time] / at_risk)
        at_risk -= left[time]
    return Curve(tuple(times), tuple(accumulate(fractions, mul)), len(spells), sum(events.values()))
