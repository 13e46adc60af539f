"""How long things take, asked of the kept rows: each answer is the one that the stays themselves give.

The curves are those of `patientsakerhet.lib.survival` and `flow.competing`, laid over the lengths of the
stays in whole microseconds (`flow.columns`, `flow.ranks`). Nothing is rounded into classes. Only for what
is asked as of now (`kept.can_tell`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models.expressions import RawSQL

from patientsakerhet.lib.survival import SLACK
from rapporter.flow import columns, held, kept, ranks
from rapporter.flow.balance import Little
from rapporter.flow.held import Held
from rapporter.flow.of_cases import STAGES
from rapporter.flow.reaching import labels
from rapporter.flow.spells import days, days_between, elapsed
from rapporter.flow.stages import Load, Pace
from rapporter.registry import Asked

Window = tuple[datetime, datetime]
"""From the first moment up to, not including, the second."""
_Seen = tuple[columns.Column, ranks.Yes]
"""How long each waited, and whether it ended."""
HALF, MOST = 0.5, 0.85
DAY = timedelta(days=1) // timedelta(microseconds=1)
"""A day as the columns have it."""
FINE = 1000
"""A curve is told by where it has passed each thousandth: finer than any page can show."""

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


@dataclass(frozen=True)
class Ages:
    """How long the open cases have been where they are, and how old the oldest is, in days."""

    in_stage: Mapping[str, Sequence[float]]
    """Stage -> the time there of each, the longest first."""
    oldest: float | None


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
    now = columns.moment(at or asked.as_of)
    bounds = [(columns.moment(first), min(columns.moment(last), now)) for first, last in windows]
    seen: dict[tuple[int, str], list[_Seen]] = {}
    for part in columns.read(columns.STAYS, asked, windows, ("stage", "start", "length")):
        for place, (first, last) in enumerate(bounds):
            begun = (part["start"] >= first) & (part["start"] < last)
            for stage in among if begun.any() else ():
                of_it = begun & (part["stage"] == columns.STAGE_NAMES.index(stage))
                start, length = part["start"][of_it], part["length"][of_it]
                ended = (length != columns.NEVER) & (length <= now - start)
                waited = np.where(ended, length, now - start)
                seen.setdefault((place, stage), []).append((waited, ended))
    return [
        {stage: _pace(seen.get((place, stage), [])) for stage in among}
        for place in range(len(windows))
    ]


def until_closed(asked: Asked, window: Window) -> Pace:
    """Days within which 50 and 85 percent of the cases filed then ended, for the first time."""
    return _until(asked, window, "closed")


def until_settled(asked: Asked, window: Window) -> Pace:
    """The same until they ended for good."""
    return _until(asked, window, "settled")


def _until(asked: Asked, window: Window, end: str) -> Pace:
    now, seen = columns.moment(asked.as_of), []
    for part in _filed(_ways(asked, [window], end), window, asked):
        ended = part[end] != columns.NEVER
        seen.append((np.where(ended, part[end], now) - part["filed"], ended))
    return _pace(seen)


def _ways(asked: Asked, windows: Sequence[Window], *names: str) -> list[columns.Columns]:
    """The ways filed in them, and some besides: when, and these columns."""
    return columns.read(columns.WAYS, asked, windows, ("filed", *names))


def _filed(
    ways: Iterable[columns.Columns], window: Window, asked: Asked
) -> Iterator[columns.Columns]:
    """Of the ways those filed in the window, in parts."""
    first, last = columns.moment(window[0]), columns.moment(window[1])
    now = columns.moment(asked.as_of)
    for part in ways:
        filed = part["filed"]
        inside = (filed >= first) & (filed < last) & (filed <= now)
        yield {name: column[inside] for name, column in part.items()}


def in_period(asked: Asked, window: Window) -> Pace:
    """Days within which 50 and 85 percent end at the pace of the window."""
    end_of_it = min(window[1], asked.as_of)
    first, end = columns.moment(window[0]), columns.moment(end_of_it)
    open_then = "closed_at IS NULL OR closed_at >= %(first)s"
    spans = [(columns.EPOCH, end_of_it)]
    seen, entries = [], []
    for part in columns.read(
        columns.WAYS, asked, spans, ("filed", "closed"), open_then, first=window[0]
    ):
        filed, closed = part["filed"], part["closed"]
        then = (filed < end) & ((closed == columns.NEVER) | (closed >= first))
        filed, closed = filed[then], closed[then]
        is_over = (closed != columns.NEVER) & (closed < end)
        until, entry = np.where(is_over, closed, end), np.maximum(filed, first)
        waits = (until > entry) | (is_over & (entry == filed))
        seen.append(((until - filed)[waits], is_over[waits]))
        entries.append((entry - filed)[waits])
    return _pace(seen, entries)


def until_coordinated(asked: Asked, windows: Sequence[Window]) -> list[Waited]:
    """For each window, how the cases filed in it came to be coordinated; rejection shuts that out."""
    ways = _ways(asked, windows, "coordinated", "settled")
    return [_until_coordinated(_filed(ways, window, asked), asked) for window in windows]


def _until_coordinated(filed: Iterable[columns.Columns], asked: Asked) -> Waited:
    now, seen, found = columns.moment(asked.as_of), [], []
    for part in filed:
        first = part["coordinated"]
        end = np.where(first == columns.NEVER, part["settled"], first)
        ended = end != columns.NEVER
        waited = np.where(ended, end, now) - part["filed"]
        seen.append((waited, ended))
        found.append(waited[first != columns.NEVER])
    waited, ended = _together(seen)
    if not len(waited):
        return Waited((), (), 0, 0)
    curve = ranks.runs(waited, ended)
    times, shares = curve.given(np.concatenate(found), fine=FINE, slack=SLACK)
    return Waited(
        tuple(_day(int(one)) for one in times),
        tuple(shares.tolist()),
        len(waited),
        int(np.count_nonzero(~ended)),
    )


def ended_so(asked: Asked, window: Window, end: str, *, door: str) -> int:
    """How many came to this end in the window, once or more, and are there still; of those through one door."""
    first, last = columns.moment(window[0]), columns.moment(window[1])
    spans = [(columns.EPOCH, window[1] + timedelta(microseconds=1))]
    names = ("case", "start", "length", "to")
    came = [np.empty(0, np.int64)]
    for part in columns.read(columns.STAYS, asked, spans, names, "length IS NOT NULL"):
        moment = part["start"] + part["length"]
        there = (part["length"] != columns.NEVER) & (part["to"] == columns.ENDS.index(end))
        came.append(part["case"][there & (moment >= first) & (moment <= last)])
    told = ("case", "settled_as", "door")
    are = [np.empty(0, np.int64)]
    for part in columns.read(columns.WAYS, asked, spans, told, "settled_at IS NOT NULL"):
        there = part["settled_as"] == columns.ENDS.index(end)
        are.append(part["case"][there & (part["door"] == columns.DOORS.index(door))])
    return len(np.intersect1d(np.concatenate(came), np.concatenate(are)))


def loads(asked: Asked, window: Window) -> dict[str, list[Load]]:
    """Sort of case -> what each stage held of it, in their order; "" is all together.

    How slow each stage was stands in `paces`; how long those who are there have been, in `ageing`.
    """
    names = labels(asked)
    rows: dict[str, dict[str, Held]] = {}
    by_sums = held.by_sums(asked, *window)
    # The sums leave out what is too secret for her; where they have nothing, all is asked of the stays.
    for part in (by_sums or {}, _held(asked, window, hidden=bool(by_sums))):
        for (stage, sort), one in part.items():
            for name in ("", names[sort]):
                rows.setdefault(name, {}).setdefault(stage, Held()).add(one)
    return {name: _loads(of_stages) for name, of_stages in sorted(rows.items())}


def _held(asked: Asked, window: Window, *, hidden: bool) -> dict[tuple[str, int], Held]:
    """The same from the stays, of what the sums do not hold."""
    if hidden and kept.read_one_by_one(asked) is None:
        return {}
    first, last = window
    given = {"first": first, "last": last, "end": min(last, asked.as_of)}
    return {
        (stage, sort): Held(timedelta(microseconds=time), came, left, present)
        for stage, sort, time, came, left, present in kept.rows(
            asked, f", {_LOADS}", given, hidden=hidden
        )
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
    begin, end = columns.moment(first), columns.moment(last)
    ended = "closed_at >= %(first)s AND closed_at < %(last)s"
    lengths = [np.empty(0, np.int64)]
    for part in columns.read(
        columns.WAYS,
        asked,
        [(columns.EPOCH, last)],
        ("filed", "closed"),
        ended,
        first=first,
        last=last,
    ):
        inside = (part["closed"] >= begin) & (part["closed"] < end)
        lengths.append((part["closed"] - part["filed"])[inside])
    whole = np.concatenate(lengths)
    closed = whole.mean() / DAY if len(whole) else None
    return Little(first, last, time, time, arrivals, closed)


def ageing(asked: Asked) -> Ages:
    """How old the cases are that are open now."""
    now = asked.as_of
    question = """
        SELECT stage, array_agg((date_part('epoch', %(at)s::timestamptz - start) * 1000000)::bigint
                                ORDER BY start, case_id)
        FROM stays WHERE length IS NULL GROUP BY stage
    """
    in_stage = {
        stage: (np.array(found) / DAY).tolist()
        for stage, found in kept.rows(asked, question, {"at": now})
    }
    question = "SELECT min(filed_at) FROM ways WHERE settled_at IS NULL"
    [(filed,)] = kept.rows(asked, question, {})
    return Ages(in_stage, None if filed is None else days_between(filed, now))


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


def _pace(seen: Sequence[_Seen], entries: Sequence[columns.Column] = ()) -> Pace:
    """The days within which 50 and 85 percent had ended; nothing where nobody waited."""
    waited, ended = _together(seen)
    curve = ranks.runs(waited, ended, np.concatenate(entries) if entries else None)
    half, most = (curve.passed(1 - part + SLACK) for part in (HALF, MOST))
    return Pace(_days(half), _days(most))


def _together(seen: Sequence[_Seen]) -> _Seen:
    """How long each waited, and whether it ended."""
    empty = (np.empty(0, np.int64), np.empty(0, np.bool_))
    waited, ended = zip(empty, *seen, strict=True)
    return np.concatenate(waited), np.concatenate(ended)


def _day(microseconds: int) -> float:
    return days(timedelta(microseconds=microseconds))


def _days(microseconds: int | None) -> float | None:
    return None if microseconds is None else _day(microseconds)
