"""Whether cases are coordinated in the time that each was allowed, asked of the kept rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from rapporter.flow import kept
from rapporter.flow.lengths import Window
from rapporter.registry import Asked

# Each wait in the time that it was allowed; how much of that the longest has had, and who waits after all of it.
_QUESTION = """
    ends AS (
        SELECT * FROM unnest(%(days)s::date[], %(ends)s::timestamptz[]) AS given (day, at)
    ), filed AS (
        SELECT filed_at, coalesce(coordinated_at, settled_at) AS done_at,
               coalesce(ends.at, filed_at + %(hours)s * interval '1 hour') AS until
        FROM ways LEFT JOIN ends ON day = (filed_at AT TIME ZONE 'Europe/Stockholm')::date
        WHERE filed_at >= %(first)s AND filed_at < %(end)s
    ), seen AS (
        SELECT (date_part('epoch', coalesce(done_at, %(end_of_all)s) - filed_at) * 1000000)::bigint::float8
                   / (date_part('epoch', until - filed_at) * 1000000)::bigint AS part,
               done_at IS NOT NULL AS is_over
        FROM filed
    ), times AS (
        SELECT part, count(*)::int AS here, (count(*) FILTER (WHERE is_over))::int AS gone
        FROM seen GROUP BY part
    ), risk AS (
        SELECT part, gone, sum(here) OVER (ORDER BY part DESC) AS waiting FROM times
    )
    SELECT max(part), coalesce(rapporter_product(1 - gone::float8 / waiting ORDER BY part)
                                   FILTER (WHERE gone > 0 AND part <= 1), 1)
    FROM risk
"""


def waits(
    asked: Asked, window: Window, ends: Mapping[date, datetime], hours: int | None
) -> tuple[float | None, float]:
    """The longest wait of the cases filed then, and the share that waits when all its time has passed.

    Both in parts of what each wait was allowed: until the end that the day it was filed has, or so many
    hours. No wait is None.
    """
    first, last = window
    given = {
        "first": first,
        "end": min(last, asked.as_of),
        "end_of_all": asked.as_of,
        "days": list(ends),
        "ends": list(ends.values()),
        "hours": hours,
    }
    [(longest, waiting)] = kept.rows(asked, f", {_QUESTION}", given)
    return longest, waiting
