"""How long things take, asked of the kept rows: each answer is the one that the stays themselves give.

The curves are those of `patientsakerhet.lib.survival` and `flow.competing`, laid by the database over the
lengths of the stays in whole microseconds (`flow.ranks`). Nothing is rounded into classes. Only for what
is asked as of now (`kept.can_tell`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models.expressions import RawSQL

from patientsakerhet.lib.survival import SLACK
from rapporter.flow import held, kept, ranks
from rapporter.flow.balance import Little
from rapporter.flow.held import Held
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
_SEEN_COORDINATED = """
    filed AS ({windows}
    ), seen AS (
        SELECT place, '' AS part, coordinated_at IS NOT NULL AS given,
               coordinated_at IS NOT NULL OR settled_at IS NOT NULL AS ended,
               (date_part('epoch', coalesce(coordinated_at, settled_at, %(at)s::timestamptz) - filed_at)
                   * 1000000)::bigint AS waited
        FROM filed
    )"""
_SEEN_IN_PERIOD = """
    open_then AS (
        SELECT filed_at, closed_at IS NOT NULL AND closed_at < %(end)s AS is_over,
               least(coalesce(closed_at, %(end)s), %(end)s::timestamptz) AS until,
               greatest(filed_at, %(first)s) AS entry
        FROM ways
        WHERE filed_at < %(end)s AND (closed_at IS NULL OR closed_at >= %(first)s)
    ), seen AS (
        SELECT (date_part('epoch', until - filed_at) * 1000000)::bigint AS waited, is_over AS ended,
               (date_part('epoch', entry - filed_at) * 1000000)::bigint AS entry
        FROM open_then WHERE until > entry OR (is_over AND entry = filed_at)
    )"""
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
           count(*) FILTER (WHERE start <= %(end)s AND (stop IS NULL OR stop > %(end)s))
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
    question = f", {seen}, {ranks.SORTED}, {ranks.RUNS}{ranks.PASSED}"
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
    question = f", {seen}, {ranks.SORTED}, {ranks.RUNS}{ranks.PASSED}"
    return _pace(kept.rows(asked, question, given))


def in_period(asked: Asked, window: Window) -> Pace:
    """Days within which 50 and 85 percent end at the pace of the window."""
    first, last = window
    given = {**_limits(), "first": first, "end": min(last, asked.as_of)}
    question = f", {_SEEN_IN_PERIOD}, {ranks.SORTED_LATE}, {ranks.RUNS}{ranks.PASSED}"
    return _pace(kept.rows(asked, question, given))


def until_coordinated(asked: Asked, windows: Sequence[Window]) -> list[Waited]:
    """For each window, how the cases filed in it came to be coordinated; rejection shuts that out."""
    given = {**_windows(windows), "at": asked.as_of, "slack": SLACK, "fine": FINE}
    found = [Waited((), (), 0, 0) for _ in windows]
    seen = _SEEN_COORDINATED.format(windows=_each(windows, _WAYS_OF_WINDOW))
    question = f", {seen}, {ranks.SORTED_GIVEN}, {ranks.RUNS}{ranks.SHOWN}"
    for place, times, shares, total, waiting in kept.rows(asked, question, given):
        days = tuple(map(_day, times or ()))
        found[place - 1] = Waited(days, tuple(shares or ()), total, waiting)
    return found


def loads(asked: Asked, window: Window) -> dict[str, list[Load]]:
    """Sort of case -> what each stage held of it, in their order; "" is all together.

    How slow each stage was stands in `paces`; how long those who are there have been, in `ageing`.
    """
    names = labels(asked)
    rows: dict[str, dict[str, Held]] = {}
    # Where the sums have nothing, the stays are asked: there can be but few, or none.
    for (stage, sort), one in (held.by_sums(asked, *window) or _held(asked, window)).items():
        for name in ("", names[sort]):
            rows.setdefault(name, {}).setdefault(stage, Held()).add(one)
    return {name: _loads(of_stages) for name, of_stages in sorted(rows.items())}


def _held(asked: Asked, window: Window) -> dict[tuple[str, int], Held]:
    """The same from the stays, of what the sums do not hold."""
    first, last = window
    given = {"first": first, "last": last, "end": min(last, asked.as_of)}
    return {
        (stage, sort): Held(timedelta(microseconds=time), came, left, present)
        for stage, sort, time, came, left, present in kept.rows(asked, f", {_LOADS}", given)
    }


def _loads(of_stages: Mapping[str, Held]) -> list[Load]:
    stages = [of_stages.get(stage, Held()) for stage in STAGES]
    whole = sum((one.time for one in stages), timedelta(0))
    return [
        Load(
            stage,
            one.time,
            one.time / whole if whole else 0.0,
            one.came,
            one.left,
            None,
            None,
            one.present,
            None,
        )
        for stage, one in zip(STAGES, stages, strict=True)
    ]


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


def _pace(rows: Sequence[tuple[Any, ...]]) -> Pace:
    """What is told of one curve; nothing where nobody waited."""
    for _, _, half, most in rows:
        return Pace(_days(half), _days(most))
    return Pace(None, None)


def _limits() -> dict[str, float]:
    return {"half": 1 - HALF + SLACK, "most": 1 - MOST + SLACK}


def _day(microseconds: int) -> float:
    return days(timedelta(microseconds=microseconds))


def _days(microseconds: int | None) -> float | None:
    return None if microseconds is None else _day(microseconds)
