"""How many cases were filed, month by month and by what they are about: counted in advance, right at every commit.

As the sums of the flow are: what has been counted stands in rows, for a unit with all below it, and the
cases that a mark says have changed since are added as they are now less what they were counted as.
Only for whole months asked for as of now, and of what whoever asks may read all of; what is secret
beyond that is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection

from patientsakerhet.access import policy
from patientsakerhet.cases.models import Code
from rapporter.flow import kept, marked
from rapporter.flow.of_cases import SORTS
from rapporter.flow.reaching import secrecies
from rapporter.models import EVERYTHING
from rapporter.registry import Asked

CLASSES = "event_class"
"""The tree that the classes of event are chosen from."""

# The part of `fold` that counts what was filed.
FOLD = """
    filed_change AS (
        SELECT unit, secrecy, date_trunc('month', filed_at AT TIME ZONE 'Europe/Stockholm')::date AS day,
               origin, door, sort, event_class, sum(sign)::int AS cases
        FROM state, unnest(owned_by) AS unit
        GROUP BY unit, secrecy, day, origin, door, sort, event_class
        HAVING sum(sign) <> 0
    ), filed_kept AS (
        INSERT INTO rapporter_filedmonth (unit, secrecy, day, origin, door, sort, event_class, cases)
        SELECT unit, secrecy, day, origin, door, sort, event_class, cases FROM filed_change
        ORDER BY unit, secrecy, day, origin, door, sort, event_class
        ON CONFLICT (unit, secrecy, day, origin, door, sort, event_class) DO UPDATE
        SET cases = rapporter_filedmonth.cases + excluded.cases
    )"""
_READ = """
    WITH {marked}, {states}
    SELECT day, origin, door, sort, event_class, sum(cases)::int FROM (
        SELECT day, origin, door, sort, event_class, cases FROM rapporter_filedmonth
        WHERE unit = %(unit)s AND secrecy = ANY (%(secrecies)s)
          AND day >= %(first)s AND day < %(after)s
        UNION ALL
        SELECT date_trunc('month', filed_at AT TIME ZONE 'Europe/Stockholm')::date,
               origin, door, sort, event_class, sign
        FROM state WHERE %(unit)s = ANY (owned_by) AND secrecy = ANY (%(secrecies)s)
    ) rows WHERE day >= %(first)s AND day < %(after)s
    GROUP BY day, origin, door, sort, event_class
    HAVING sum(cases) <> 0
"""


class Cell(NamedTuple):
    """What a case is about, by the keys of its codes; `EVERYTHING` where it has none."""

    origin: str
    door: str
    sort: int
    event_class: int


Months = dict[date, Counter[Cell]]
"""The first of a month -> how many cases of each sort were filed in it."""


def cells(asked: Asked) -> Counter[Cell] | None:
    """How many were filed in the period, by what they are about; None of what the sums do not hold."""
    after = asked.last + timedelta(days=1)
    if asked.narrowed or not asked.first.day == after.day == 1 or not kept.can_tell(asked):
        return None
    readable = secrecies(asked)
    if readable is None:
        return None
    key = ("filed then", asked.first, after, asked.as_of, asked.unit, asked.by)
    if key not in asked.memory:  # a family of measures asks the same many times
        told: Counter[Cell] = Counter()
        for month, counts in _months(asked, after, readable).items():
            if asked.first <= month < after:
                told.update(counts)
        asked.memory[key] = told
    found: Counter[Cell] = asked.memory[key]
    return found


def hidden(asked: Asked) -> Collection[int]:
    """The secrecies whose cases the sums do not tell to whoever asks; they are counted apart."""
    return set(policy.NEEDED_FOR_SECRECY) - (secrecies(asked) or set())


def codes(asked: Asked, system: str) -> dict[str, set[int]]:
    """Code -> the keys of all that are called so, in one of the trees that cases are coded with."""
    if "codes" not in asked.memory:
        told: dict[str, dict[str, set[int]]] = {one: {} for one in (SORTS, CLASSES)}
        rows = Code.objects.filter(system__key__in=told).values_list("system__key", "code", "pk")
        for key, code, pk in rows:
            told[key].setdefault(code, set()).add(pk)
        asked.memory["codes"] = told
    found: dict[str, set[int]] = asked.memory["codes"][system]
    return found


def _months(asked: Asked, after: date, readable: Collection[int]) -> Months:
    """The months asked for, and others that have been read with them: once for all who share a memory."""
    key = ("filed", asked.as_of, asked.unit, asked.by)
    known: tuple[date, date, Months] | None = asked.memory.get(key)
    if known is None or not known[0] <= asked.first <= after <= known[1]:
        given = {
            **marked.GIVEN,
            "unit": asked.unit.pk if asked.unit else EVERYTHING,
            "secrecies": sorted(readable),
            "first": asked.first,
            "after": after,
        }
        known = asked.memory[key] = (asked.first, after, _read(given))
    return known[2]


def _read(given: dict[str, Any]) -> Months:
    found: Months = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(marked=marked.ALL, states=marked.STATES), given)
        for day, *cell, count in cursor.fetchall():
            found.setdefault(day, Counter())[Cell(*cell)] += count
    return found
