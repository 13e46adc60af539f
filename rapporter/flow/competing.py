"""How long until one of several ends, each of which shuts the others out: Aalen-Johansen.

A rejected case will never be received; to count it as one that still might be would make the rest look
slower than they are, in the end beyond all measure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from patientsakerhet.lib.survival import AtRisk, Observation


@dataclass(frozen=True)
class Incidence:
    """The share that has come to each end, by days waited."""

    days: tuple[float, ...]
    shares: Mapping[str, Sequence[float]]
    """End -> its share after each of the days."""
    count: int
    events: Mapping[str, int]

    def by(self, days: float, event: str) -> float:
        """The share that has come to this end within so many days."""
        place = bisect_right(self.days, days)
        return self.shares[event][place - 1] if place and event in self.shares else 0.0

    def quantile(self, part: float, event: str) -> float | None:
        """The days within which this part of all has come to the end; None is not reached."""
        for days, share in zip(self.days, self.shares.get(event, ()), strict=False):
            if share >= part - 1e-12:
                return days
        return None


def aalen_johansen(observations: Iterable[Observation]) -> Incidence:
    """The share come to each end; those that have come to none are followed as long as they last."""
    seen = list(observations)
    happened: dict[float, Counter[str]] = {}
    for one in seen:
        if one.event:
            happened.setdefault(one.time, Counter())[one.event] += 1
    ends = sorted({one.event for one in seen if one.event})
    risk, waiting = AtRisk(seen), 1.0
    total = dict.fromkeys(ends, 0.0)
    days = sorted(happened)
    shares: dict[str, list[float]] = {end: [] for end in ends}
    for day in days:
        at_risk, gone = risk.at(day), happened[day]
        for end in ends:
            total[end] += waiting * gone[end] / at_risk
            shares[end].append(total[end])
        waiting *= 1.0 - gone.total() / at_risk
    events = Counter(one.event for one in seen if one.event)
    return Incidence(tuple(days), shares, len(seen), events)
