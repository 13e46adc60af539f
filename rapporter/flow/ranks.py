"""Curves of waiting, laid from ranks instead of time by time, over waits in whole microseconds.

Until somebody is lost from sight, or comes into it late, each end takes away the same part of the curve
of Kaplan and Meier, and adds the same part to that of Aalen and Johansen: between two such times either
is a straight line in the ranks of the ends. So where a curve passes a limit is found by counting how many
had ended before each of the few that have not, and the time is looked up among the sorted ends. The
answer is the one that `patientsakerhet.lib.survival` and `flow.competing` reach end by end: theirs is a
product of as many factors as there are ends, this one of as many as there are such times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Yes = NDArray[np.bool_]


@dataclass(frozen=True)
class Runs:
    """The runs of ends with no change among them: for each how many had ended before it, how many end in
    it, how many waited when it began, and the share that was left of the curve."""

    ends: Times
    """All ends in order."""
    before: Times
    here: Times
    waiting: Times
    share: NDArray[np.float64]

    def passed(self, limit: float) -> int | None:
        """The first time at which so little is left as this; None when more always is."""
        left = self.share * (self.waiting - self.here) / self.waiting
        runs = np.flatnonzero(left <= limit)
        if not len(runs):
            return None
        run = runs[0]
        needed = np.ceil(self.waiting[run] * (1 - limit / self.share[run]))
        return int(self.ends[self.before[run] + max(1, min(int(self.here[run]), int(needed))) - 1])

    def given(self, times: Times, *, fine: int, slack: float) -> tuple[Times, NDArray[np.float64]]:
        """The share that has ended in one way, at these of the ends, by each time: told at the first
        time in each of so many parts of it."""
        times = np.sort(times)
        run = np.searchsorted(self.before, np.searchsorted(self.ends, times), side="right") - 1
        reached = np.cumsum(self.share[run] / self.waiting[run])
        _, first = np.unique(np.floor((reached + slack) * fine), return_index=True)
        told = np.unique(times[first])
        return told, reached[np.searchsorted(times, told, side="right") - 1]


def runs(waited: Times, ended: Yes, entry: Times | None = None) -> Runs:
    """Of those who waited so long, until it ended or they were lost from sight.

    Who came into sight late counts after the time she had waited by then (`entry`).
    """
    ends, lost = np.sort(waited[ended]), waited[~ended]
    late = np.empty(0, np.int64) if entry is None else entry[entry > 0]
    changes = np.searchsorted(ends, np.concatenate([lost, late]), side="right")
    more = np.repeat([-1, 1], [len(lost), len(late)])
    before, place = np.unique(np.append(changes, 0), return_inverse=True)
    change = np.bincount(place, weights=np.append(more, 0)).astype(np.int64)
    waiting = len(waited) - len(late) + np.cumsum(change) - before
    here = np.diff(before, append=len(ends))
    some = here > 0
    before, here, waiting = before[some], here[some], waiting[some]
    share = np.cumprod(np.append(1.0, 1 - here / waiting))[:-1]
    return Runs(ends, before, here, waiting, share)
