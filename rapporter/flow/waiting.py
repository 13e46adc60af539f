"""From the way of each case to what is asked: until coordinated, until closed, how fast it went in a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from patientsakerhet.lib import calendar
from patientsakerhet.lib.survival import Observation
from rapporter.flow.spells import Spell, days_between, stays

COORDINATED = "coordinated"
CLUSTERED = 0.3
"""More than this part of the closings on one day: they follow the calendar, not the cases."""


@dataclass(frozen=True, slots=True)
class Way:
    """The turning points of one case; what has not come is None."""

    case: int | str
    filed: datetime
    coordinated: datetime | None = None
    """The first time it was given to those who are to deal with it."""
    closed: datetime | None = None
    """The first time it ended, in whatever way."""
    end: str = ""
    """How it ended the first time."""
    settled: datetime | None = None
    """When it ended the last time, if it is not open again."""
    last_end: str = ""
    kind: str = ""

    def known(self, now: datetime) -> Way:
        """The way as it had gone by then."""
        found = self
        if self.coordinated and self.coordinated > now:
            found = replace(found, coordinated=None)
        if self.settled and self.settled > now:
            found = replace(found, settled=None, last_end="")
        if self.closed and self.closed > now:
            found = replace(found, closed=None, end="", settled=None, last_end="")
        return found


def ways(spells: Iterable[Spell], coordinated_in: Collection[str]) -> list[Way]:
    """The way of each case; it is coordinated when it first comes into one of these stages."""
    rows = list(spells)
    given: dict[int | str, datetime] = {}
    for one in rows:
        if one.stage in coordinated_in:
            given[one.case] = min(one.start, given.get(one.case, one.start))
    found: dict[int | str, Way] = {}
    for stay in stays(rows):
        if stay.number == 1:
            found[stay.case] = Way(
                stay.case, stay.start, given.get(stay.case), stay.end, stay.to, stay.end, stay.to,
                stay.kind,
            )  # fmt: skip
        else:
            found[stay.case] = replace(found[stay.case], settled=stay.end, last_end=stay.to)
    return list(found.values())


def until_coordinated(
    ways: Iterable[Way], first: datetime, last: datetime, now: datetime
) -> list[Observation]:
    """Cases filed in [first, last), until they were coordinated; those that ended without are another end."""
    found = []
    for way in _filed(ways, first, last, now):
        if way.coordinated:
            found.append(Observation(days_between(way.filed, way.coordinated), COORDINATED))
        elif way.settled:
            found.append(Observation(days_between(way.filed, way.settled), way.last_end))
        else:
            found.append(Observation(days_between(way.filed, now)))
    return found


def until_closed(
    ways: Iterable[Way], first: datetime, last: datetime, now: datetime
) -> list[Observation]:
    """Cases filed in [first, last), until they ended for the first time."""
    return [
        Observation(days_between(way.filed, way.closed or now), way.end if way.closed else "")
        for way in _filed(ways, first, last, now)
    ]


def until_settled(
    ways: Iterable[Way], first: datetime, last: datetime, now: datetime
) -> list[Observation]:
    """Cases filed in [first, last), until they ended for good; what is open again is not finished."""
    return [
        Observation(
            days_between(way.filed, way.settled or now), way.last_end if way.settled else ""
        )
        for way in _filed(ways, first, last, now)
    ]


def in_period(
    ways: Iterable[Way], first: datetime, last: datetime, now: datetime
) -> list[Observation]:
    """How fast it went in [first, last): every case open at some time then, at the age it had then.

    Those closed in the period alone would be the slow ones of earlier and the fast ones of the period.
    """
    end = min(last, now)
    found = []
    for way in ways:
        known = way.known(now)
        if known.filed >= end or (known.closed and known.closed < first):
            continue
        is_over = known.closed is not None and known.closed < end
        left = known.closed if known.closed and is_over else end
        entry = max(known.filed, first)
        if left > entry or (is_over and entry == known.filed):
            found.append(
                Observation(
                    days_between(known.filed, left),
                    known.end if is_over else "",
                    days_between(known.filed, entry),
                )
            )
    return found


def clustered(closings: Iterable[datetime], now: datetime, weeks: int = 12) -> bool:
    """Whether more than a third or so of the latest weeks' closings were on one and the same day.

    Who closes in bundles closes by the calendar, and what a curve says of the unfinished is then too long.
    """
    latest = [one for one in closings if now - timedelta(weeks=weeks) <= one <= now]
    by_day: dict[date, int] = {}
    for one in latest:
        day = calendar.local_day(one)
        by_day[day] = by_day.get(day, 0) + 1
    return bool(latest) and max(by_day.values()) > CLUSTERED * len(latest)


def _filed(ways: Iterable[Way], first: datetime, last: datetime, now: datetime) -> list[Way]:
    return [way.known(now) for way in ways if first <= way.filed < last and way.filed <= now]
