"""What each stage held of the cases in a time, told by the sums of its months.

The time that cases lay in a stage is what lay there when the time began, for all of it, and what came
since, from when it came, less what left, from when it left: the sums hold how many and how far into the
month, so no stay is read. Of whole months, as of now, for whoever may read the cases of the unit, less those too
secret for her; the answer is the one that the stays themselves give, to the microsecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from patientsakerhet.lib import calendar
from rapporter.flow import kept, marked, prepared
from rapporter.flow.reaching import secrecies
from rapporter.flow.spells import elapsed
from rapporter.models import EVERYTHING
from rapporter.registry import Asked

_READ = """
    WITH {marked}, {states}, {mine}, {moves}
    SELECT day, stage, sort, sum(came)::int, sum("left")::int, sum(came_into)::bigint, sum(left_into)::bigint
    FROM (
        SELECT day, stage, sort, came, "left", came_into, left_into FROM rapporter_flowmonth
        WHERE unit = %(unit)s AND secrecy = ANY (%(secrecies)s)
        UNION ALL
        SELECT date_trunc('month', day)::date, stage, sort, sign * came, sign * "left",
               sign * came * into_month, sign * "left" * into_month
        FROM moves
    ) rows WHERE day < %(after)s
    GROUP BY day, stage, sort
"""
MICROSECOND = timedelta(microseconds=1)


@dataclass
class Held:
    """What one stage held of one sort: the time of all, how many came and left, and are there at the end."""

    time: timedelta = timedelta(0)
    came: int = 0
    left: int = 0
    present: int = 0

    def add(self, other: Held) -> None:
        """Put what another one held to it."""
        self.time += other.time
        self.came += other.came
        self.left += other.left
        self.present += other.present


def by_sums(asked: Asked, first: datetime, last: datetime) -> dict[tuple[str, int], Held] | None:
    """(stage, sort) -> what it held in [first, last) or until now; None of what the sums do not hold."""
    day, after = calendar.local_day(first), calendar.local_day(last)
    whole = calendar.start_of_day(day) == first and calendar.start_of_day(after) == last
    if not (whole and day.day == after.day == 1 and kept.can_tell(asked)):
        return None
    if not secrecies(asked):
        return None
    end = min(last, asked.as_of)
    found: dict[tuple[str, int], Held] = {}
    for month, stage, sort, came, left, came_into, left_into in _months(asked, after):
        held = found.setdefault((stage, sort), Held())
        held.present += came - left
        if month < day:
            held.time += (came - left) * elapsed(first, end)
        else:
            held.came += came
            held.left += left
            so_far = elapsed(calendar.start_of_day(month), end)
            held.time += (came - left) * so_far - (came_into - left_into) * MICROSECOND
    return found


def _months(asked: Asked, after: date) -> Iterator[tuple[date, str, int, int, int, int, int]]:
    given = {
        **prepared.GIVEN,
        "unit": asked.unit.pk if asked.unit else EVERYTHING,
        "secrecies": sorted(secrecies(asked) or ()),
        "after": after,
    }
    moves = prepared.MOVES.format(subject="mine")
    question = _READ.format(
        marked=marked.ALL, states=marked.STATES, mine=prepared.MINE, moves=moves
    )
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        yield from cursor
