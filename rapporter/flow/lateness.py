"""How late cases are written down, asked of the kept rows: the curve that `flow.truncation` lays.

The product is of the same numbers in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from rapporter.flow import columns
from rapporter.flow.lengths import DAY
from rapporter.registry import Asked


@dataclass(frozen=True)
class Late:
    """The share that has come to light so many days after it happened; each holds until the next."""

    days: NDArray[np.float64]
    shares: NDArray[np.float64]
    count: int
    """Of so many."""

    def share(self, days: float) -> float:
        """The share within so many days."""
        place = int(np.searchsorted(self.days, days, side="right"))
        return float(self.shares[place - 1]) if place else 0.0


def of_filed(
    asked: Asked, since: datetime, until: datetime, *, door: str, origin: str, latest: timedelta
) -> Late:
    """Of the cases filed then, and written down no later than `latest` after.

    At risk just before a time are those that had come to light by then, and had had as long to do so in.
    """
    first, last, now = (columns.moment(one) for one in (since, until, asked.as_of))
    lates, ages = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    span = (since, until + timedelta(microseconds=1))
    for part in columns.read(columns.WAYS, asked, [span], ("filed", "told", "door", "origin")):
        filed, late = part["filed"], part["told"] - part["filed"]
        seen = (filed >= first) & (filed <= last) & (late <= latest // timedelta(microseconds=1))
        seen &= part["door"] == columns.DOORS.index(door)
        seen &= part["origin"] == columns.ORIGINS.index(origin)
        lates.append(np.maximum(late[seen], 0))
        ages.append(now - filed[seen])
    times, come = np.unique(np.concatenate(lates), return_counts=True)
    had = np.sort(np.concatenate(ages))
    at_risk = np.cumsum(come) - np.searchsorted(had, times, side="left")
    left = 1.0 - come / at_risk
    shares = np.cumprod(np.append(1.0, left[:0:-1]))[::-1] if len(times) else left
    return Late(times / DAY, shares, len(had))
