"""What came in, what went out, what lay there: the books of the queue, which must add up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from rapporter.flow.spells import Stay, days, days_between, elapsed


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the books; `after = before + filed + reopened - left`, exactly."""

    start: datetime
    end: datetime
    """Not part of the period."""
    before: int
    filed: int
    reopened: int
    left: int
    """Closed, rejected or merged, for the first time or again."""
    after: int

    @property
    def came(self) -> int:
        """Filed and opened again."""
        return self.filed + self.reopened

    @property
    def growth(self) -> int:
        """How much longer the queue grew; below zero it shrank."""
        return self.after - self.before


class Books:
    """The stays of cases, laid out to be counted over and over."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        rows = list(stays)
        self._filed = sorted(one.start for one in rows if one.number == 1)
        self._reopened = sorted(one.start for one in rows if one.number > 1)
        self._left = sorted(one.end for one in rows if one.end is not None)

    def backlog(self, moment: datetime) -> int:
        """How many are open then."""
        return (
            bisect_right(self._filed, moment)
            + bisect_right(self._reopened, moment)
            - bisect_right(self._left, moment)
        )

    def period(self, start: datetime, end: datetime) -> Period:
        """What came and went from `start` up to, not including, `end`.

        The backlog before and after is that of the moment just before `start` and `end`.
        """
        filed, reopened, left = (
            bisect_left(rows, end) - bisect_left(rows, start)
            for rows in (self._filed, self._reopened, self._left)
        )
        return Period(start, end, self._just_before(start), filed, reopened, left,
                      self._just_before(end))  # fmt: skip

    def periods(self, bounds: Sequence[datetime]) -> list[Period]:
        """One period between each bound and the next."""
        return [self.period(start, end) for start, end in pairwise(bounds)]

    def _just_before(self, moment: datetime) -> int:
        return (
            bisect_left(self._filed, moment)
            + bisect_left(self._reopened, moment)
            - bisect_left(self._left, moment)
        )


@dataclass(frozen=True, slots=True)
class Little:
    """Little's identity over a period: the same area counted along two edges."""

    first: datetime
    last: datetime
    area: timedelta
    """Of the number open, over time."""
    open_time: timedelta
    """Of each case, within the period, added up: equal to the area to the microsecond."""
    arrivals: int
    """Filed in the period."""
    closed_mean: float | None
    """Days from filed to first closed, of those closed in the period; None without any."""

    @property
    def holds(self) -> bool:
        """Whether the books add up."""
        return self.area == self.open_time

    @property
    def mean_open(self) -> float:
        """How many were open at a time."""
        return self.area / elapsed(self.first, self.last)

    @property
    def per_day(self) -> float:
        """How many came a day."""
        return self.arrivals / days_between(self.first, self.last)

    @property
    def days_each(self) -> float | None:
        """Days of open time to each that came."""
        return days(self.open_time) / self.arrivals if self.arrivals else None

    @property
    def gap(self) -> float | None:
        """How far off the number open is that the closed ones' lead time would give, as a share of it.

        Above zero the queue is longer than the closed ones tell: it grows.
        """
        if self.closed_mean is None or not self.area:
            return None
        return (self.mean_open - self.per_day * self.closed_mean) / self.mean_open


def little(stays: Sequence[Stay], first: datetime, last: datetime) -> Little:
    """The identity over [first, last)."""
    open_time = sum(
        (max(elapsed(max(one.start, first), one.until(last)), timedelta(0)) for one in stays),
        timedelta(0),
    )
    closed = [
        days_between(one.start, one.end)
        for one in stays
        if one.number == 1 and one.end is not None and first <= one.end < last
    ]
    return Little(
        first,
        last,
        _area(stays, first, last),
        open_time,
        sum(one.number == 1 and first <= one.start < last for one in stays),
        sum(closed) / len(closed) if closed else None,
    )


def _area(stays: Iterable[Stay], first: datetime, last: datetime) -> timedelta:
    """The number open, from one change of it to the next."""
    changes: list[tuple[datetime, int]] = []
    for one in stays:
        changes.append((one.start, 1))
        if one.end is not None:
            changes.append((one.end, -1))
    area, number, at = timedelta(0), 0, first
    for moment, change in sorted(changes):
        here = min(max(moment, first), last)
        area += number * elapsed(at, here)
        number, at = number + change, here
    return area + number * elapsed(at, last)
