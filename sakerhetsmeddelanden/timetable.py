"""When a silent unit is reminded and its manager told, by the risk class of the notice.

Pure: the hours are the risk class's, whose row says on what ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from patientsakerhet.lib import calendar

DAY_BEGINS, DAY_ENDS = time(8), time(17)
"""Outside these, and on days off, only what is asked for around the clock disturbs anybody."""


class What(StrEnum):
    """What happens at a moment of the timetable."""

    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True)
class Moment:
    """Something that happens with a unit that has stayed silent so long."""

    at: datetime
    what: What


def moments(
    begins_at: datetime,
    *,
    remind_after: Sequence[int],
    escalate_after: int,
    around_the_clock: bool,
) -> list[Moment]:
    """Every reminder and then the manager, in order; hours counted from when the notice went out."""
    found = [(hours, What.REMIND) for hours in sorted(remind_after) if hours < escalate_after]
    found.append((escalate_after, What.ESCALATE))
    return [
        Moment(_awake(calendar.add_hours(begins_at, hours), around_the_clock), what)
        for hours, what in found
    ]


def due(timetable: Sequence[Moment], now: datetime) -> Moment | None:
    """The last that should have happened by now; those before it are not made up for."""
    return next((one for one in reversed(timetable) if one.at <= now), None)


def following(timetable: Sequence[Moment], now: datetime) -> datetime | None:
    """When the next one comes."""
    return next((one.at for one in timetable if one.at > now), None)


def _awake(moment: datetime, around_the_clock: bool) -> datetime:
    """The moment itself, or the first one after it at which somebody is at work."""
    if around_the_clock:
        return moment
    local = calendar.local(moment)
    day = local.date()
    if calendar.is_working_day(day) and local.time() < DAY_ENDS:
        return max(moment, calendar.moment(day, DAY_BEGINS))
    if calendar.is_working_day(day):
        day = calendar.add_calendar_days(day, 1)
    return calendar.moment(calendar.next_working_day(day), DAY_BEGINS)
