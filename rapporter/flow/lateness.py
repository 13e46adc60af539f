"""How late cases are written down, asked of the kept rows: the curve that `flow.truncation` lays.

The product is taken by the database, of the same numbers in the same order.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapporter.flow import kept
from rapporter.flow.spells import days
from rapporter.registry import Asked

# At risk just before a time: those that had come to light by then, and had had as long to do so in.
_QUESTION = """, seen AS (
        SELECT greatest((date_part('epoch', told_at - filed_at) * 1000000)::bigint, 0) AS late,
               (date_part('epoch', %(now)s - filed_at) * 1000000)::bigint AS age
        FROM ways
        WHERE filed_at >= %(first)s AND filed_at <= %(last)s AND told_at - filed_at <= %(latest)s
          AND door = %(door)s AND origin = %(origin)s
    ), changes AS (
        SELECT late AS t, count(*) AS come, 0 AS gone FROM seen GROUP BY late
        UNION ALL
        SELECT age, 0, count(*) FROM seen WHERE age < (SELECT max(late) FROM seen) GROUP BY age
    ), times AS (
        SELECT t, sum(come)::int AS come, sum(gone)::int AS gone FROM changes GROUP BY t
    ), risk AS (
        SELECT t, come, sum(come) OVER (ORDER BY t) - coalesce(sum(gone) OVER (
                   ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS at_risk
        FROM times
    ), curve AS (
        SELECT t, rapporter_product(1 - come::float8 / at_risk) OVER (
                   ORDER BY t DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS share
        FROM risk WHERE come > 0
    )
    SELECT t, share, (SELECT count(*) FROM seen) FROM curve
    WHERE t >= coalesce((SELECT max(t) FROM curve WHERE t <= %(least)s), 0)
    ORDER BY t
"""


@dataclass(frozen=True)
class Late:
    """The share that has come to light so many days after it happened; each holds until the next."""

    days: tuple[float, ...]
    shares: tuple[float, ...]
    count: int
    """Of so many."""

    def share(self, days: float) -> float:
        """The share within so many days."""
        place = bisect_right(self.days, days)
        return self.shares[place - 1] if place else 0.0


def of_filed(
    asked: Asked,
    since: datetime,
    until: datetime,
    *,
    door: str,
    origin: str,
    latest: timedelta,
    least: timedelta,
) -> Late:
    """Of the cases filed then, and written down no later than `latest` after; asked of no less than `least`."""
    given = {
        "first": since,
        "last": until,
        "door": door,
        "origin": origin,
        "latest": latest,
        "least": least // timedelta(microseconds=1),
    }
    found = kept.rows(asked, _QUESTION, given)
    return Late(
        tuple(days(timedelta(microseconds=one[0])) for one in found),
        tuple(one[1] for one in found),
        found[0][2] if found else 0,
    )
