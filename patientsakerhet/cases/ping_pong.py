"""Cases that go back and forth between units, found in their transitions and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Unit

# A visit is a stay with one unit, however many steps the case took there; what lies aside (the
# unit that stands for "nobody knows") neither makes a visit nor parts two.
_RETURNS = """
    WITH stays AS (
        SELECT case_id, to_unit_id AS unit, occurred_at, id,
               lag(to_unit_id) OVER (PARTITION BY case_id ORDER BY occurred_at, id) AS before
        FROM cases_transition
        WHERE case_id IN ({cases}) AND NOT to_unit_id = ANY(%s)
    ), visits AS (
        SELECT case_id, unit,
               lag(unit) OVER (PARTITION BY case_id ORDER BY occurred_at, id) AS between_unit,
               lag(unit, 2) OVER (PARTITION BY case_id ORDER BY occurred_at, id) AS earlier
        FROM stays WHERE before IS DISTINCT FROM unit
    )
    SELECT case_id, unit, between_unit FROM visits WHERE unit = earlier
"""


@dataclass(frozen=True)
class Pair:
    """Two units that hand cases back and forth: how many times, in how many cases."""

    one: Unit
    other: Unit
    times: int
    cases: int


def returns(cases: QuerySet[Case], *, aside: Sequence[Unit] = ()) -> list[tuple[int, int, int]]:
    """Each time a case came straight back: its id, the unit it came back to, the one between."""
    sql, given = _sql(cases)
    with connection.cursor() as cursor:
        cursor.execute(
            _RETURNS.format(cases=sql),
            [*given, [unit.pk for unit in aside]],
        )
        return list(cursor.fetchall())


def pairs(cases: QuerySet[Case], *, aside: Sequence[Unit] = ()) -> list[Pair]:
    """The units between which cases go back and forth, most times first."""
    seen: dict[tuple[int, int], list[int]] = {}
    for case, unit, between in returns(cases, aside=aside):
        seen.setdefault((min(unit, between), max(unit, between)), []).append(case)
    units = Unit.objects.in_bulk({pk for pair in seen for pk in pair})
    found = [
        Pair(units[one], units[other], len(many), len(set(many)))
        for (one, other), many in seen.items()
    ]
    return sorted(found, key=lambda pair: (-pair.times, pair.one.name, pair.other.name))


def ping_pong(cases: QuerySet[Case], *, aside: Sequence[Unit] = ()) -> QuerySet[Case]:
    """The cases among these that have come straight back to a unit they had left."""
    back = {case for case, _, _ in returns(cases, aside=aside)}
    return cases.filter(pk__in=back)


def _sql(cases: QuerySet[Case]) -> tuple[str, tuple[Any, ...]]:
    return cases.order_by().values("pk").query.sql_with_params()
