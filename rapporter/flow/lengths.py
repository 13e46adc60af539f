"""How long things take, asked of the kept rows: each answer is the one that the stays themselves give.

The curves are those of `patientsakerhet.lib.survival` and `flow.competing`, laid by the database: the
same products in the same order, over the lengths of the stays in whole microseconds. Nothing is rounded
into classes. Only for what is asked as of now (`kept.can_tell`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models.expressions import RawSQL

from patientsakerhet.lib.survival import SLACK
from rapporter.flow import kept
from rapporter.flow.balance import Little
from rapporter.flow.of_cases import STAGES
from rapporter.flow.reaching import labels
from rapporter.flow.spells import days, days_between, elapsed
from rapporter.flow.stages import Aged, Load, Pace
from rapporter.registry import Asked

Window = tuple[datetime, datetime]
"""From the first moment up to, not including, the second."""
HALF, MOST = 0.5, 0.85
FINE = 1000
"""A curve is told by where it has passed each thousandth: finer than any page can show."""

# One question for each window, with its own bounds, so that each is found by its index.
_STAYS_OF_WINDOW = """
        SELECT {place} AS place, stage, length,
               (date_part('epoch', %(at)s::timestamptz - start) * 1000000)::bigint AS so_far
        FROM stays
        WHERE start >= %(first_{place})s AND start < least(%(last_{place})s, %(at)s::timestamptz)
          AND stage = ANY (%(stages)s)"""
_SEEN_STAYS = """
    begun AS ({windows}
    ), seen AS (
        SELECT place, stage AS part, least(length, so_far) AS waited,
               coalesce(length <= so_far, false) AS ended
        FROM begun
    )"""
_WAYS_OF_WINDOW = """
        SELECT {place} AS place, filed_at, coordinated_at, closed_at, settled_at FROM ways
        WHERE filed_at >= %(first_{place})s AND filed_at < %(last_{place})s
          AND filed_at <= %(at)s::timestamptz"""
_SEEN_WAYS = """
    filed AS ({windows}
    ), seen AS (
        SELECT place, '' AS part, {ended} IS NOT NULL AS ended,
               (date_part('epoch', coalesce({ended}, %(at)s::timestamptz) - filed_at) * 1000000)::bigint
                   AS waited
        FROM filed
    )"""
# Kaplan and Meier's product, and the first time at which it is down to each of the limits. All is asked in
# the order of the times, so that they are sorted once: who waits is all less who has been counted before.
_CURVE = """
    times AS (
        SELECT place, part, waited, count(*)::int AS here,
               (count(*) FILTER (WHERE ended))::int AS gone
        FROM (SELECT * FROM seen ORDER BY place, part, waited) sorted
        GROUP BY place, part, waited
    ), risk AS (
        SELECT place, part, waited, gone,
               sum(here) OVER (PARTITION BY place, part) + here
                   - sum(here) OVER (PARTITION BY place, part ORDER BY waited) AS waiting
        FROM times
    )"""
_FIRST = """, curve AS (
        SELECT place, part, waited, rapporter_product(1 - gone::float8 / waiting)
                   OVER (PARTITION BY place, part ORDER BY waited) AS share
        FROM risk WHERE gone > 0
    )
    SELECT place, part, min(waited) FILTER (WHERE share <= %(half)s),
           min(waited) FILTER (WHERE share <= %(most)s)
    FROM curve GROUP BY place, part
"""
_WAITED = """
    asked AS ({windows}
    ), filed AS (
        SELECT place, coordinated_at IS NOT NULL AS given, settled_at IS NOT NULL AS settled,
               (date_part('epoch', coalesce(coordinated_at, settled_at, %(at)s::timestamptz) - filed_at)
                   * 1000000)::bigint AS waited
        FROM asked
    ), times AS (
        SELECT place, waited, count(*)::int AS here,
               (count(*) FILTER (WHERE given OR settled))::int AS gone,
               (count(*) FILTER (WHERE given))::int AS given
        FROM (SELECT * FROM filed ORDER BY place, waited) sorted GROUP BY place, waited
    ), risk AS (
        SELECT place, waited, gone, given,
               sum(here) OVER (PARTITION BY place) + here
                   - sum(here) OVER (PARTITION BY place ORDER BY waited) AS waiting
        FROM times
    ), before AS (
        SELECT place, waited, given, waiting,
               rapporter_product(1 - gone::float8 / waiting) OVER (
                   PARTITION BY place ORDER BY waited
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS "left"
        FROM risk WHERE gone > 0
    ), curve AS (
        SELECT place, waited,
               sum("left" * given / waiting) OVER (PARTITION BY place ORDER BY waited) AS share
        FROM before
    ), shown AS (
        SELECT DISTINCT ON (place, floor((share + %(slack)s) * %(fine)s)) place, waited, share
        FROM curve WHERE share > 0
        ORDER BY place, floor((share + %(slack)s) * %(fine)s), waited
    )
    SELECT place, array_agg(waited ORDER BY waited), array_agg(share ORDER BY waited), NULL, NULL
    FROM shown GROUP BY place
    UNION ALL
    SELECT place, NULL, NULL, count(*), count(*) FILTER (WHERE NOT given AND NOT settled)
    FROM filed GROUP BY place
"""
# Who came into sight late counts from then on: at risk is who came before a time and had not gone.
_IN_PERIOD = """
    open_then AS (
        SELECT filed_at, closed_at, closed_at IS NOT NULL AND closed_at < %(end)s AS is_over,
               least(coalesce(closed_at, %(end)s), %(end)s::timestamptz) AS until,
               greatest(filed_at, %(first)s) AS entry
        FROM ways
        WHERE filed_at < %(end)s AND (closed_at IS NULL OR closed_at >= %(first)s)
    ), seen AS (
        SELECT (date_part('epoch', until - filed_at) * 1000000)::bigint AS waited, is_over,
               (date_part('epoch', entry - filed_at) * 1000000)::bigint AS entry
        FROM open_then WHERE until > entry OR (is_over AND entry = filed_at)
    ), changes AS (
        SELECT CASE WHEN entry = 0 THEN -1 ELSE entry END AS t, 1 AS more, 0 AS gone FROM seen
        UNION ALL
        SELECT waited, -1, is_over::int FROM seen
    ), times AS (
        SELECT t, sum(more)::int AS more, sum(gone)::int AS gone FROM changes GROUP BY t
    ), risk AS (
        SELECT t, gone, sum(more) OVER (
            ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS waiting
        FROM times
    ), curve AS (
        SELECT t, rapporter_product(1 - gone::float8 / waiting) OVER (ORDER BY t) AS share
        FROM risk WHERE gone > 0
    )
    SELECT min(t) FILTER (WHERE share <= %(half)s), min(t) FILTER (WHERE share <= %(most)s)
    FROM curve
"""
_LOADS = """
    within AS (
        SELECT stage, sort, start, start + length * interval '1 microsecond' AS stop
        FROM stays
        WHERE start <= %(last)s
          AND (length IS NULL OR start + length * interval '1 microsecond' >= %(first)s)
    )
    SELECT stage, sort,
           coalesce(sum((date_part('epoch', least(stop, %(end)s) - greatest(start, %(first)s))
               * 1000000)::bigint) FILTER (WHERE start < %(end)s), 0)::bigint,
           count(*) FILTER (WHERE start >= %(first)s AND start < %(last)s),
           count(*) FILTER (WHERE stop < %(last)s),
           count(*) FILTER (WHERE start <= %(end)s AND (stop IS NULL OR stop > %(end)s)),
           array_agg((date_part('epoch', %(end)s - start) * 1000000)::bigint)
               FILTER (WHERE start <= %(end)s AND (stop IS NULL OR stop > %(end)s))
    FROM within GROUP BY stage, sort
"""


@dataclass(frozen=True)
class Waited:
    """How large a share had been coordinated by each of the days, of the cases filed in a window."""

    days: tuple[float, ...]
    shares: tuple[float, ...]
    total: int
    waiting: int
    """So many still wait."""

    def quantile(self, part: float) -> float | None:
        """The days within which this part of all was coordinated; None is not reached."""
        for day, share in zip(self.days, self.shares, strict=True):
            if share >= part - SLACK:
                return day
        return None


def paces(
    asked: Asked,
    windows: Sequence[Window],
    *,
    among: Sequence[str] = tuple(STAGES),
    at: datetime | None = None,
) -> list[dict[str, Pace]]:
    """For each window, stage -> days within which 50 and 85 percent of the stays begun in it are over.

    As known `at` a moment: stays that ended later last then.
    """
    given = {**_windows(windows), **_limits(), "stages": list(among), "at": at or asked.as_of}
    seen = _SEEN_STAYS.format(windows=_each(windows, _STAYS_OF_WINDOW))
    question = f", {seen}, {_CURVE}{_FIRST}"
    found = [dict.fromkeys(among, Pace(None, None)) for _ in windows]
    for place, stage, half, most in kept.rows(asked, question, given):
        found[place - 1][stage] = Pace(_days(half), _days(most))
    return found


def until_closed(asked: Asked, window: Window) -> Pace:
    """Days within which 50 and 85 percent of the cases filed then ended, for the first time."""
    return _until(asked, window, "closed_at")


def until_settled(asked: Asked, window: Window) -> Pace:
    """The same until they ended for good."""
    return _until(asked, window, "settled_at")


def _until(asked: Asked, window: Window, ended: str) -> Pace:
    given = {**_windows([window]), **_limits(), "at": asked.as_of}
    seen = _SEEN_WAYS.format(windows=_each([window], _WAYS_OF_WINDOW), ended=ended)
    question = f", {seen}, {_CURVE}{_FIRST}"
    for _, _, half, most in kept.rows(asked, question, given):
        return Pace(_days(half), _days(most))
    return Pace(None, None)


def in_period(asked: Asked, window: Window) -> Pace:
    """Days within which 50 and 85 percent end at the pace of the window."""
    first, last = window
    given = {**_limits(), "first": first, "end": min(last, asked.as_of)}
    [(half, most)] = kept.rows(asked, f", {_IN_PERIOD}", given)
    return Pace(_days(half), _days(most))


def until_coordinated(asked: Asked, windows: Sequence[Window]) -> list[Waited]:
    """For each window, how the cases filed in it came to be coordinated; rejection shuts that out."""
    given = {**_windows(windows), "at": asked.as_of, "slack": SLACK, "fine": FINE}
    found = [Waited((), (), 0, 0) for _ in windows]
    question = f", {_WAITED.format(windows=_each(windows, _WAYS_OF_WINDOW))}"
    for place, times, shares, total, waiting in kept.rows(asked, question, given):
        one = found[place - 1]
        found[place - 1] = (
            replace(one, total=total, waiting=waiting)
            if times is None
            else replace(one, days=tuple(map(_day, times)), shares=tuple(shares))
        )
    return found


def loads(asked: Asked, window: Window) -> dict[str, list[Load]]:
    """Sort of case -> what each stage held of it, in their order; "" is all together.

    How slow each stage was stands in `paces`.
    """
    first, last = window
    given = {"first": first, "last": last, "end": min(last, asked.as_of)}
    names = labels(asked)
    rows: dict[str, dict[str, list[Any]]] = {}
    for stage, sort, time, came, left, there, ages in kept.rows(asked, f", {_LOADS}", given):
        for name in ("", names[sort]):
            own = rows.setdefault(name, {}).setdefault(stage, [0, 0, 0, 0, []])
            for place, more in enumerate((time, came, left, there)):
                own[place] += more
            own[4] += ages or []
    return {name: _loads(of_stages) for name, of_stages in sorted(rows.items())}


def _loads(of_stages: Mapping[str, list[Any]]) -> list[Load]:
    whole = sum(one[0] for one in of_stages.values())
    found = []
    for stage in STAGES:
        time, came, left, there, ages = of_stages.get(stage, (0, 0, 0, 0, []))
        middle = sorted(ages)[(len(ages) - 1) // 2] if ages else None
        share = time / whole if whole else 0.0
        length = timedelta(microseconds=time)
        found.append(Load(stage, length, share, came, left, None, None, there, _days(middle)))
    return found


def with_pace(asked: Asked, window: Window, load: Load) -> Load:
    """The load with how slow its stage was in the window, and in the one before, as long."""
    first, last = window
    before = first - elapsed(first, last)
    this, then = paces(asked, [window, (before, first)], among=[load.stage])
    return replace(load, slow=this[load.stage].most, slow_before=then[load.stage].most)


def little(asked: Asked, window: Window, arrivals: int) -> Little:
    """Little's identity over the window; the stages together are the time that cases were open."""
    first, last = window
    times = (one.time for one in loads(asked, window).get("", ()))
    time = sum(times, timedelta())
    question = """
        SELECT avg(date_part('epoch', closed_at - filed_at)) FROM ways
        WHERE closed_at >= %(first)s AND closed_at < %(last)s
    """
    [(mean,)] = kept.rows(asked, question, {"first": first, "last": last})
    closed = None if mean is None else mean / timedelta(days=1).total_seconds()
    return Little(first, last, time, time, arrivals, closed)


def ageing(asked: Asked) -> list[Aged]:
    """Every case open now, the oldest first."""
    question = """
        SELECT case_id, stays.stage, ways.filed_at, stays.start
        FROM stays JOIN ways USING (case_id) WHERE length IS NULL
    """
    now = asked.as_of
    found = [
        Aged(case, "", stage, days_between(filed, now), days_between(start, now))
        for case, stage, filed, start in kept.rows(asked, question, {})
    ]
    return sorted(found, key=lambda one: (-one.age, str(one.case)))


def slow(asked: Asked, moment: datetime, paces: Mapping[str, Pace]) -> RawSQL:
    """The cases that were in a stage then, and had been for longer than most stays there take."""
    limits = {
        stage: timedelta(days=pace.most) // timedelta(microseconds=1)
        for stage, pace in paces.items()
        if pace.most is not None
    }
    question = """
        SELECT case_id FROM stays
        JOIN unnest(%(stages)s::text[], %(limits)s::bigint[]) AS paced (stage, most) USING (stage)
        WHERE start <= %(moment)s
          AND (length IS NULL OR start + length * interval '1 microsecond' > %(moment)s)
          AND (date_part('epoch', %(moment)s - start) * 1000000)::bigint > most
    """
    given = {"stages": list(limits), "limits": list(limits.values()), "moment": moment}
    return cases(asked, question, given)


def cases(asked: Asked, question: str, given: Mapping[str, Any]) -> RawSQL:
    """The keys that the question finds, of cases or of steps, to narrow rows by."""
    return _keys(*kept.told(asked, question, given))


def among(keys: Iterable[int]) -> RawSQL:
    """These keys, to narrow rows by: as one value, however many they are."""
    return _keys("SELECT unnest(%(keys)s::bigint[])", {"keys": list(keys)})


def _keys(text: str, given: Mapping[str, Any]) -> RawSQL:
    written = kept.literal(text, given)
    return RawSQL(written, ())  # noqa: S611  every value has been written into it by the driver


def _each(windows: Sequence[Window], question: str) -> str:
    """The question asked of every window, the first one called 1."""
    places = range(1, len(windows) + 1)
    return " UNION ALL".join(question.format(place=place) for place in places)


def _windows(windows: Sequence[Window]) -> dict[str, Any]:
    """What their questions are given."""
    found: dict[str, Any] = {}
    for place, (first, last) in enumerate(windows, start=1):
        found |= {f"first_{place}": first, f"last_{place}": last}
    return found


def _limits() -> dict[str, float]:
    return {"half": 1 - HALF + SLACK, "most": 1 - MOST + SLACK}


def _day(microseconds: int) -> float:
    return days(timedelta(microseconds=microseconds))


def _days(microseconds: int | None) -> float | None:
    return None if microseconds is None else _day(microseconds)
