"""The kept stays and ways laid in columns, month by month, so that a curve goes through millions of them.

A month that has been laid out holds of every case that has not been counted in since. What has been, and
what a mark says has changed, is read from the rows (`flow.kept`), and its place in the columns is passed
over: whether `lay` has run lately decides how fast the answer is, never what it is. Numbers are whole
microseconds since 1970; NEVER stands for what has not come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from avvikelse.models import Deviation
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Unit
from rapporter.flow import kept, of_cases
from rapporter.flow.prepared import LOCK
from rapporter.flow.reaching import secrecies
from rapporter.models import EVERYTHING, FlowCounted, FlowLaid, FlowMonth
from rapporter.registry import Asked

Column = NDArray[np.int64]
Columns = dict[str, Column]
Span = tuple[datetime, datetime]
"""From the first moment up to, not including, the second."""

NEVER = -(2**63)
BEHIND = 5_000
"""So many cases may have been counted in since the months were laid, before they are laid anew."""
MANY = 16
"""Columns hold everybody's, a row of them twenty times as fast: they are read when one in so many of all units
is asked for, else the rows are."""
ATTEMPTS = 3
LAID, UNITS, HIDDEN = "months in columns", "all units", "read one by one"
"""What is asked for once for all who share a memory."""
STAGE_NAMES, ENDS = tuple(of_cases.STAGES), tuple(of_cases.ENDS)
DOORS, ORIGINS = tuple(Deviation.Door.values), tuple(Case.Origin.values)
"""What stands for each of these words is its place."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Layout:
    """What is laid of which rows; each column as the database tells it."""

    what: str
    at: str
    """The column that says which month a row is of."""
    told: Mapping[str, str]

    @property
    def table(self) -> str:
        """Where the rows are kept."""
        return f"rapporter_flow{self.what.removesuffix('s')}"

    @property
    def text(self) -> str:
        """Stands beside what has been laid, so that nothing laid in another way is read."""
        return ";".join(",".join(one) for one in (self.told, STAGE_NAMES, ENDS, DOORS, ORIGINS))


def _place(column: str, names: Sequence[str]) -> str:
    return f"coalesce(array_position(ARRAY{list(names)}, {column}::text), 0)::bigint - 1"


def _moment(column: str) -> str:
    return f"coalesce((date_part('epoch', {column}) * 1000000)::bigint, {NEVER})"


STAYS = Layout(
    "stays",
    "start",
    {
        "stage": _place("stage", STAGE_NAMES),
        "start": _moment("start"),
        "length": f"coalesce(length, {NEVER})",
        "to": _place('"to"', ENDS),
    },
)
WAYS = Layout(
    "ways",
    "filed_at",
    {
        "filed": _moment("filed_at"),
        "coordinated": _moment("coordinated_at"),
        "closed": _moment("closed_at"),
        "settled": _moment("settled_at"),
        "settled_as": _place("settled_as", ENDS),
        "told": _moment("told_at"),
        "door": _place("door", DOORS),
        "origin": _place("origin", ORIGINS),
    },
)
_REACH = {"owner": "owner", "secrecy": "secrecy::bigint"}


def moment(at: datetime) -> int:
    """The moment as the columns have it."""
    return (at - EPOCH) // timedelta(microseconds=1)


def read(
    layout: Layout,
    asked: Asked,
    spans: Sequence[Span],
    names: Sequence[str],
    narrow: str = "true",
    **given: Any,
) -> list[Columns]:
    """Of the rows of these times that whoever asks may read, these columns; in parts, the first out of the rows.

    There are some besides, from before, after and between. `narrow` says in the rows' own terms which of them
    are wanted; the columns have the others too.
    """
    months = _months(layout, asked) if _reads_many(asked) else {}
    for _ in range(ATTEMPTS):
        touched = {
            day: upto for day, upto in months.items() if any(_meet(day, span) for span in spans)
        }
        rest, taken = _rows(layout, asked, spans, touched, names, narrow, given)
        if not touched:
            return [rest]
        reader = _Reader(asked, taken, names)
        _unpacked(layout, touched, reader.take)
        if len(reader.found) == len(touched):
            return [rest, *reader.found]
        asked.memory.pop(LAID)  # somebody has laid them anew meanwhile
        months = _months(layout, asked)
    return [_rows(layout, asked, spans, {}, names, narrow, given)[0]]


def _months(layout: Layout, asked: Asked) -> dict[date, int]:
    """Each month that is laid out, and up to which counting: once for all who share a memory."""
    if LAID not in asked.memory:
        laid = FlowLaid.objects.order_by("day").values_list("layout", "day", "upto")
        asked.memory[LAID] = list(laid)
    return {day: upto for text, day, upto in asked.memory[LAID] if text == layout.text}


def _reads_many(asked: Asked) -> bool:
    if not secrecies(asked):
        return False
    return asked.unit is None or MANY * len(_units(asked)) > len(_units(replace(asked, unit=None)))


def _units(asked: Asked) -> Column:
    if UNITS not in asked.memory:
        asked.memory[UNITS] = list(Unit.objects.values_list("pk", "path"))
    above = asked.unit.path if asked.unit else ""
    return np.array([pk for pk, path in asked.memory[UNITS] if path.startswith(above)], np.int64)


def _month(day: date) -> Span:
    return calendar.start_of_day(day), calendar.start_of_day(calendar.add_months(day, 1))


def _bounds(day: date) -> dict[str, datetime]:
    first, last = _month(day)
    return {"first": first, "last": last}


def _meet(day: date, span: Span) -> bool:
    first, last = _month(day)
    return first < span[1] and span[0] < last


# --- what is read from the rows -------------------------------------------------------------------

_ROWS = """
    SELECT 0::bigint, case_id, {told} FROM {what}
    WHERE ({narrow}) AND {at} >= {{first}} AND {at} < {{last}}"""
_TAKEN = """, taken AS MATERIALIZED (
        SELECT case_id FROM rapporter_flowcounted WHERE fold > {upto} UNION SELECT case_id FROM marked
    )"""
_IS_TAKEN = "case_id IN (SELECT case_id FROM taken)"
_NAMED = "SELECT 1::bigint, case_id, {nothing} FROM taken"


def _rows(
    layout: Layout,
    asked: Asked,
    spans: Sequence[Span],
    laid: Mapping[date, int],
    names: Sequence[str],
    narrow: str,
    given: Mapping[str, Any],
) -> tuple[Columns, Column]:
    """What the columns do not hold, and the cases to pass over in them: as both are at one moment."""
    names = [name for name in names if name != "case"]
    told = ", ".join(layout.told[name] for name in names)
    rows = _ROWS.format(told=told, what=layout.what, narrow=narrow, at=layout.at)
    parts = [_between(rows, span) for span in _left(spans, laid)]
    taken = ""
    if laid:
        taken = _TAKEN.format(upto=min(laid.values()))
        parts = [f"{one} AND NOT {_IS_TAKEN}" for one in parts]
        whole = min(one[0] for one in spans), max(one[1] for one in spans)
        parts.append(f"{_between(rows, whole)} AND {_IS_TAKEN}")
        parts.append(_NAMED.format(nothing=", ".join("0::bigint" for _ in names)))
    question = taken + " UNION ALL ".join(parts)
    found = _fetched(kept.told(asked, question, given), ["kind", "case", *names])
    kind = found.pop("kind")
    return {name: one[kind == 0] for name, one in found.items()}, found["case"][kind == 1]


def _between(rows: str, span: Span) -> str:
    first, last = (f"'{at.isoformat()}'::timestamptz" for at in span)
    return rows.format(first=first, last=last)


def _left(spans: Sequence[Span], laid: Mapping[date, int]) -> list[Span]:
    """The times of the spans that no laid month holds."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    found = []
    for span in merged:
        first, last = span
        for day in sorted(laid):
            if _meet(day, span):
                start, end = _month(day)
                found.append((first, start))
                first = end
        found.append((first, last))
    return [(first, last) for first, last in found if first < last] or [(EPOCH, EPOCH)]


def _fetched(question: tuple[str, Mapping[str, Any]], names: Sequence[str]) -> Columns:
    """The answer as columns; all that is told is big integers, and nothing is null."""
    told = _copied(*question)
    record = np.dtype(
        [("fields", ">i2"), *((part, kind) for name in names for part, kind in _field(name))]
    )
    rows = np.frombuffer(told[len(HEADER) : -len(TRAILER)], record)
    return {name: rows[name].astype(np.int64) for name in names}


def _field(name: str) -> list[tuple[str, str]]:
    return [(f"size of {name}", ">i4"), (name, ">i8")]


HEADER, TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
"""What PostgreSQL begins and ends a binary copy with."""


def _copied(text: str, given: Mapping[str, Any]) -> memoryview:
    told = BytesIO()
    _copy(text, given, told)
    return told.getbuffer()


def _copy(text: str, given: Mapping[str, Any], into: BytesIO | _Months) -> None:
    with connection.cursor() as cursor:
        written = cursor.mogrify(text, given).decode()
        cursor.copy_expert(f"COPY ({written}) TO STDOUT (FORMAT binary)", into)


# --- what is laid out -----------------------------------------------------------------------------

_LAID = """
    SELECT columns FROM rapporter_flowlaid
    JOIN unnest(%(days)s::date[], %(uptos)s::bigint[]) AS one (day, upto) USING (day, upto)
    WHERE what = %(what)s AND layout = %(layout)s"""
_OF_MONTH = "SELECT {told} FROM {table} WHERE {at} >= %(first)s AND {at} < %(last)s"
_SINCE = """
    SELECT case_id, EXISTS (
        SELECT FROM {table} own
        WHERE own.case_id = since.case_id AND {at} >= %(first)s AND {at} < %(last)s
    ) FROM rapporter_flowcounted since WHERE fold > %(upto)s"""


class _Reader:
    """Takes of each month what may be read by whoever asks, and is as it was laid."""

    def __init__(self, asked: Asked, taken: Column, names: Sequence[str]) -> None:
        self.found: list[Columns] = []
        self._names = names
        self._taken, self._readable = taken, sorted(secrecies(asked) or ())
        self._units = None if asked.unit is None else _units(asked)
        key = (HIDDEN, asked.unit, asked.by)
        if key not in asked.memory:
            cases = kept.read_one_by_one(asked)
            keys = [] if cases is None else list(cases.order_by().values_list("pk", flat=True))
            asked.memory[key] = np.array(keys, np.int64)
        self._cases: Column = asked.memory[key]

    def take(self, month: Columns) -> None:
        """One month more."""
        seen = np.isin(month["secrecy"], self._readable)
        if self._units is not None:
            seen &= np.isin(month["owner"], self._units)
        seen |= np.isin(month["case"], self._cases)
        seen &= ~np.isin(month["case"], self._taken)
        self.found.append({name: month[name][seen] for name in self._names})


def _unpacked(layout: Layout, months: Mapping[date, int], take: Callable[[Columns], Any]) -> None:
    """Give the months as they were laid then, one after another; not those that have been laid anew."""
    given = {
        "what": layout.what,
        "layout": layout.text,
        "days": list(months),
        "uptos": list(months.values()),
    }
    _copy(_LAID, given, _Months(["case", *_REACH, *layout.told], take))


class _Months:
    """Takes a copy in, and gives each of its rows on as a month when it has come whole."""

    def __init__(self, names: Sequence[str], take: Callable[[Columns], Any]) -> None:
        self._names, self._take = names, take
        self._left, self._begun = b"", False

    def write(self, come: bytes) -> int:
        """So much has come."""
        told, start = self._left + come, 0
        if not self._begun and len(told) >= len(HEADER):
            start, self._begun = len(HEADER), True
        # A row has one field: so many, so long, and what it holds.
        while self._begun and len(told) >= start + 6:
            end = start + 6 + int.from_bytes(told[start + 2 : start + 6], "big")
            if len(told) < end:
                break
            columns = np.frombuffer(memoryview(told)[start + 6 : end], "<i8")
            of_each = columns.reshape(len(self._names), -1)
            self._take(dict(zip(self._names, of_each, strict=True)))
            start = end
        self._left = told[start:]
        return len(come)


def behind() -> int:
    """How many cases have been counted in since the months were laid out, those that never were with them."""
    laid = FlowLaid.objects.order_by("upto").values_list("upto", flat=True).first()
    return FlowCounted.objects.filter(fold__gt=-1 if laid is None else laid).count()


def lay() -> int:
    """Lay out every month whose rows are other than when it was laid; how many were. Safe at any time."""
    moved = FlowMonth.objects.filter(unit=EVERYTHING).order_by("day")
    months = list(moved.values_list("day", flat=True).distinct())
    return sum(_lay(layout, day) for layout in (STAYS, WAYS) for day in months)


def _lay(layout: Layout, day: date) -> bool:
    """Nothing is counted in meanwhile, so the rows are those of the last counting; False is as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        newest = FlowCounted.objects.order_by("-fold").values_list("fold", flat=True).first() or 0
        known = FlowLaid.objects.filter(what=layout.what, day=day).only("upto", "layout").first()
        as_now = known is not None and known.layout == layout.text
        if known is not None and as_now and not _touched(layout, known):
            FlowLaid.objects.filter(pk=known.pk).update(upto=newest)
            return False
        names = ["case", *_REACH, *layout.told]
        told = ", ".join(["case_id", *_REACH.values(), *layout.told.values()])
        question = _OF_MONTH.format(told=told, table=layout.table, at=layout.at)
        rows = _fetched((question, _bounds(day)), names)
        packed = b"".join(rows[name].astype("<i8").tobytes() for name in names)
        FlowLaid.objects.update_or_create(
            what=layout.what,
            day=day,
            defaults={"layout": layout.text, "upto": newest, "columns": packed},
        )
        return True


def _touched(layout: Layout, known: FlowLaid) -> bool:
    """Whether a case that has been counted in since is, or was, among its rows."""
    question = _SINCE.format(table=layout.table, at=layout.at)
    with connection.cursor() as cursor:
        cursor.execute(question, {**_bounds(known.day), "upto": known.upto})
        since = cursor.fetchall()
    if any(here for _, here in since):
        return True
    cases, was = [case for case, _ in since], list[Columns]()
    _unpacked(layout, {known.day: known.upto}, was.append)
    return any(np.isin(month["case"], cases).any() for month in was)
