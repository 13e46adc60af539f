"""The flow by month and by day, counted in advance and right at every commit.

What is asked for is the sums that have been counted, plus, for the cases that a mark says have changed
since, what they are now less what they were counted as. `fold` counts the marked cases in and takes their
marks away; whether it has run lately decides how fast the answer is, never what it is.

Sums are kept for a unit, the one that has a case now, with all below it. They are given to whoever may
read every case there; everybody else's cases, and those too secret for her, are read one by one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.lib import calendar
from rapporter.flow import filed, kept, marked
from rapporter.flow.of_cases import ENDS, STAGE_OF, STAGES, counted, read
from rapporter.flow.reaching import labels, secrecies
from rapporter.measures.recorded import JUST_NOW
from rapporter.models import EVERYTHING
from rapporter.registry import Asked

CAME_IN = "filed"
"""Stands for a stage in the row that says when a case came in."""
BATCH = 5_000
LOCK = 7_201_944
"""Of this many at once counts one."""
GIVEN: Mapping[str, Any] = {
    **marked.GIVEN,
    "stages": json.dumps({**STAGE_OF, **{end: end for end in ENDS}}),
}

MOVES = """
    steps AS (
        SELECT s.sign, s.sort, s.secrecy, s.owned_by,
               t.from_status = '' AS is_first, s.filed_at, greatest(t.occurred_at, s.filed_at) AS moment,
               %(stages)s::jsonb ->> t.from_status AS source,
               %(stages)s::jsonb ->> t.to_status AS target
        FROM {subject} s JOIN cases_transition t ON t.case_id = s.case_id AND t.id <= s.last
    ), moves AS (
        SELECT *, (moment AT TIME ZONE 'Europe/Stockholm')::date AS day,
               (date_part('epoch', moment - date_trunc('month', moment, 'Europe/Stockholm')) * 1000000)::bigint
                   AS into_month
        FROM (
            SELECT sign, sort, secrecy, owned_by, filed_at AS moment, 'filed' AS stage, 1 AS came, 0 AS "left"
            FROM steps WHERE is_first
            UNION ALL
            SELECT sign, sort, secrecy, owned_by, CASE WHEN is_first THEN filed_at ELSE moment END, target, 1, 0
            FROM steps WHERE target IS DISTINCT FROM source
            UNION ALL
            SELECT sign, sort, secrecy, owned_by, moment, source, 0, 1
            FROM steps WHERE source IS NOT NULL AND target IS DISTINCT FROM source
        ) told
    )"""
# Of what is marked, the part whose sums are asked for.
MINE = """
    mine AS (
        SELECT * FROM state
        WHERE %(unit)s = ANY (owned_by) AND secrecy = ANY (%(secrecies)s)
    )"""
_READ = """
    WITH {marked}, {states}, {mine}, {moves}
    SELECT day, stage, sort, sum(came)::int, sum("left")::int FROM (
        SELECT {grain} AS day, stage, sort, came, "left" FROM {table}
        WHERE unit = %(unit)s AND secrecy = ANY (%(secrecies)s)
          AND day >= %(first)s AND day < %(after)s
        UNION ALL
        SELECT {grain} AS day, stage, sort, sign * came, sign * "left" FROM moves
        WHERE day >= %(first)s AND day < %(after)s
    ) rows GROUP BY day, stage, sort
    HAVING sum(came) <> 0 OR sum("left") <> 0
"""
# Rows are added in the order of the index that says there is but one of each.
_FOLD = """
    WITH taken AS (SELECT id, case_id FROM rapporter_flowmark ORDER BY id LIMIT %(batch)s),
    marked AS (SELECT DISTINCT case_id FROM taken), {states}, {moves}, {live}, {keep}, {filed},
    change AS (
        SELECT unit, secrecy, day, stage, sort,
               sum(sign * came)::int AS came, sum(sign * "left")::int AS "left",
               sum(sign * came * into_month)::bigint AS came_into,
               sum(sign * "left" * into_month)::bigint AS left_into
        FROM moves, unnest(owned_by) AS unit
        GROUP BY unit, secrecy, day, stage, sort
    ), days AS (
        INSERT INTO rapporter_flowday (unit, secrecy, day, stage, sort, came, "left")
        SELECT unit, secrecy, day, stage, sort, came, "left" FROM change WHERE came <> 0 OR "left" <> 0
        ORDER BY unit, secrecy, day, stage, sort
        ON CONFLICT (unit, secrecy, day, stage, sort) DO UPDATE
        SET came = rapporter_flowday.came + excluded.came,
            "left" = rapporter_flowday."left" + excluded."left"
    ), months AS (
        INSERT INTO rapporter_flowmonth
            (unit, secrecy, day, stage, sort, came, "left", came_into, left_into)
        SELECT unit, secrecy, date_trunc('month', day)::date AS month, stage, sort, sum(came), sum("left"),
               sum(came_into), sum(left_into)
        FROM change GROUP BY unit, secrecy, month, stage, sort
        HAVING bool_or(came <> 0 OR "left" <> 0 OR came_into <> 0 OR left_into <> 0)
        ORDER BY unit, secrecy, month, stage, sort
        ON CONFLICT (unit, secrecy, day, stage, sort) DO UPDATE
        SET came = rapporter_flowmonth.came + excluded.came,
            "left" = rapporter_flowmonth."left" + excluded."left",
            came_into = rapporter_flowmonth.came_into + excluded.came_into,
            left_into = rapporter_flowmonth.left_into + excluded.left_into
    ), {kept}
    DELETE FROM rapporter_flowmark USING taken WHERE rapporter_flowmark.id = taken.id
"""
TABLES = {
    "month": ("rapporter_flowmonth", "date_trunc('month', day)::date"),
    "week": ("rapporter_flowday", "date_trunc('week', day)::date"),
    "day": ("rapporter_flowday", "day"),
}
_CUT: Mapping[str, Callable[[date], date]] = {
    "month": lambda day: day.replace(day=1),
    "week": lambda day: day - timedelta(days=day.weekday()),
    "day": lambda day: day,
}
BEGINNING = date(1900, 1, 1)
Key = tuple[date, str, str]


def fold(batch: int = BATCH) -> int:
    """Count so many of the marks in; how many were taken away. Safe at the same time, late, and twice.

    One statement sees the marks, the transitions and what has been counted as they are at one moment;
    what is committed after that has a mark of its own, which stays.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            _FOLD.format(
                states=marked.STATES,
                moves=MOVES.format(subject="state"),
                live=kept.LIVE,
                keep=kept.FOLD,
                filed=filed.FOLD,
                kept=marked.KEPT,
            ),
            {**GIVEN, **kept.GIVEN, "batch": batch},
        )
        return int(cursor.rowcount)


@dataclass(frozen=True)
class Time:
    """A month or a day: what came, what left, and what was open when it ended."""

    first: date
    filed: int
    reopened: int
    left: int
    open: Mapping[str, int]
    """Stage -> how many were there at the end."""
    open_by_sort: Mapping[str, int]
    """Sort of case -> how many were open at the end."""
    came_by_sort: Mapping[str, int]
    """Sort of case -> how many were filed."""
    to_stage: Mapping[str, int]
    """Stage -> how many came to it."""
    from_stage: Mapping[str, int]
    """Stage -> how many left it."""

    @property
    def came(self) -> int:
        """Filed and opened again."""
        return self.filed + self.reopened

    @property
    def backlog(self) -> int:
        """How many were open at the end."""
        return sum(self.open.values())


def by_month(asked: Asked) -> list[Time]:
    """Each month that the period touches and that had begun, as it is known now."""
    firsts = []
    month = asked.first.replace(day=1)
    while month <= asked.day:
        firsts.append(month)
        month = calendar.add_months(month, 1)
    return _times(firsts, month, _cells(asked, "month", BEGINNING, month))


def by_week(asked: Asked) -> list[Time]:
    """Each week that the period touches and that had begun, as it is known now."""
    monday = asked.first - timedelta(days=asked.first.weekday())
    month = monday.replace(day=1)
    firsts = [monday + timedelta(days=n) for n in range(0, (asked.day - monday).days + 1, 7)]
    after = firsts[-1] + timedelta(days=7)
    cells = _cells(asked, "month", BEGINNING, month)
    cells += _cells(asked, "week", month, after)
    return _times(firsts, after, cells)


def by_day(asked: Asked) -> list[Time]:
    """Each day of the period that had begun, as it is known now."""
    month, after = asked.first.replace(day=1), asked.day + timedelta(days=1)
    before = _cells(asked, "month", BEGINNING, month)
    cells = before + _cells(asked, "day", month, after)
    days = [asked.first + timedelta(days=n) for n in range((after - asked.first).days)]
    return _times(days, after, cells)


def _times(firsts: Sequence[date], after: date, cells: Counter[tuple[str, Key]]) -> list[Time]:
    """The cells added up; those before the first of the times make what was open when it began."""
    came: dict[date, Counter[tuple[str, str]]] = {}
    left: dict[date, Counter[tuple[str, str]]] = {}
    for (way, (day, stage, sort)), count in cells.items():
        (came if way == "came" else left).setdefault(day, Counter())[stage, sort] += count
    is_open: Counter[tuple[str, str]] = Counter()
    earlier = sorted({*came, *left} - set(firsts))
    found = []
    for day in earlier:
        if not firsts or day < firsts[0]:
            _move(is_open, came.get(day), left.get(day))
    for first in firsts:
        new, gone = came.get(first, Counter()), left.get(first, Counter())
        _move(is_open, new, gone)
        found.append(
            Time(
                first,
                filed=_of(new, [CAME_IN]),
                reopened=_of(gone, ENDS),
                left=_of(new, ENDS),
                open=_by(is_open, 0, STAGES),
                open_by_sort=_by(is_open, 1, STAGES),
                came_by_sort=_by(new, 1, [CAME_IN]),
                to_stage=_by(new, 0, STAGES),
                from_stage=_by(gone, 0, STAGES),
            )
        )
    return found


def _move(
    is_open: Counter[tuple[str, str]],
    came: Counter[tuple[str, str]] | None,
    left: Counter[tuple[str, str]] | None,
) -> None:
    is_open.update(came or {})
    is_open.subtract(left or {})


def _of(counts: Mapping[tuple[str, str], int], stages: Iterable[str]) -> int:
    return sum(counts.get(key, 0) for key in counts if key[0] in set(stages))


def _by(counts: Mapping[tuple[str, str], int], place: int, stages: Iterable[str]) -> dict[str, int]:
    wanted, found = set(stages), Counter[str]()
    for key, count in counts.items():
        if key[0] in wanted:
            found[key[place]] += count
    return {name: count for name, count in sorted(found.items()) if count}


def _cells(asked: Asked, grain: str, first: date, after: date) -> Counter[tuple[str, Key]]:
    """("came" or "left", (time, stage, sort)) -> how many."""
    readable = secrecies(asked)
    if readable is None or asked.as_of < timezone.now() - JUST_NOW:
        return read_one_by_one(asked, grain, first, after)
    found: Counter[tuple[str, Key]] = Counter()
    table, cut = TABLES[grain]
    names = labels(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            _READ.format(
                marked=marked.ALL,
                states=marked.STATES,
                mine=MINE,
                moves=MOVES.format(subject="mine"),
                table=table,
                grain=cut,
            ),
            {
                **GIVEN,
                "unit": asked.unit.pk if asked.unit else EVERYTHING,
                "secrecies": sorted(readable),
                "first": first,
                "after": after,
            },
        )
        for day, stage, sort, came, left in cursor.fetchall():
            found["came", (day, stage, names[sort])] += came
            found["left", (day, stage, names[sort])] += left
    hidden = set(policy.NEEDED_FOR_SECRECY) - readable
    if hidden:
        found += read_one_by_one(asked, grain, first, after, secrecy__in=hidden)
    return found


def read_one_by_one(
    asked: Asked, grain: str, first: date, after: date, **narrower: Any
) -> Counter[tuple[str, Key]]:
    """The same cells from the transitions of every case that whoever asks may read."""
    log = read(counted(asked).filter(**narrower), asked.as_of)
    found: Counter[tuple[str, Key]] = Counter()

    def add(way: str, moment: Any, stage: str, sort: str) -> None:
        day = calendar.local_day(moment)
        if first <= day < after:
            found[way, (_CUT[grain](day), stage, sort)] += 1

    last: dict[Any, tuple[str, Any]] = {}
    for one in log.spells:
        ended, since = last.get(one.case, ("", None))
        if since is None:
            add("came", one.start, CAME_IN, one.kind)
        elif ended in ENDS:
            add("left", one.start, ended, one.kind)
        add("came", one.start, one.stage, one.kind)
        if one.end is not None:
            add("left", one.end, one.stage, one.kind)
            if one.to in ENDS:
                add("came", one.end, one.to, one.kind)
        last[one.case] = (one.to, one.end)
    return found
