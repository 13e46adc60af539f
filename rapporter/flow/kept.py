"""The stays and the way of each case, kept as rows beside the sums and right at every commit.

As the sums are: what has been counted stands in rows, and a case that a mark says has changed since is
read from its transitions, in the same statement. Both are given as relations that questions are asked
of, `stays` and `ways`, with the cases that whoever asks may read and no others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone

from avvikelse.workflow import KIND
from patientsakerhet.access import policy
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from rapporter.flow import marked
from rapporter.flow.of_cases import COORDINATE, HANDED_ON, OWNED, STAGE_OF
from rapporter.flow.reaching import secrecies
from rapporter.measures.recorded import JUST_NOW
from rapporter.registry import Asked

GIVEN: Mapping[str, Any] = {
    **marked.GIVEN,
    "covers": json.dumps(dict(STAGE_OF)),
    "handed_on": sorted(HANDED_ON),
    "coordinate": COORDINATE,
}

# Every step of each case in `now_is`, as of_cases reads them; then those that change its stage. What a case
# is goes along in each row: how many are marked is not known before, and to look it up anew could be the
# square of that.
LIVE = """
    gone AS (
        SELECT n.*, t.id, t.step, t.to_status, t.recorded_at, row_number() OVER w AS place,
               CASE WHEN row_number() OVER w = 1 THEN n.filed_at
                    ELSE greatest(t.occurred_at, n.filed_at) END AS moment,
               coalesce(%(covers)s::jsonb ->> t.to_status, '') AS stage
        FROM now_is n JOIN cases_transition t ON t.case_id = n.case_id AND t.id <= n.last
        WHERE n.counts
        WINDOW w AS (PARTITION BY t.case_id ORDER BY t.occurred_at, t.id)
    ), walked AS MATERIALIZED (
        SELECT *, stage <> lag(stage, 1, '') OVER (PARTITION BY case_id ORDER BY place) AS turns FROM gone
    ), live_stays AS (
        SELECT case_id, stage, start, (date_part('epoch', "end" - start) * 1000000)::bigint AS length,
               "to", visit, begun_by, sort, secrecy, owner
        FROM (
            SELECT case_id, stage, moment AS start, lead(moment) OVER w AS "end",
                   coalesce(lead(coalesce(nullif(stage, ''), to_status)) OVER w, '') AS "to",
                   row_number() OVER (PARTITION BY case_id, stage ORDER BY place) AS visit,
                   id AS begun_by, sort, secrecy, owner
            FROM walked WHERE turns WINDOW w AS (PARTITION BY case_id ORDER BY place)
        ) turned WHERE stage <> ''
    ), live_ways AS (
        SELECT case_id, filed_at,
               min(moment) FILTER (WHERE step = %(coordinate)s OR stage = ANY (%(handed_on)s))
                   AS coordinated_at,
               min(moment) FILTER (WHERE turns AND stage = '') AS closed_at,
               coalesce((array_agg(to_status ORDER BY place) FILTER (WHERE turns AND stage = ''))[1], '')
                   AS closed_as,
               (array_agg(CASE WHEN stage = '' THEN moment END ORDER BY place DESC)
                   FILTER (WHERE turns))[1] AS settled_at,
               coalesce((array_agg(CASE WHEN stage = '' THEN to_status END ORDER BY place DESC)
                   FILTER (WHERE turns))[1], '') AS settled_as,
               min(recorded_at) AS told_at, origin, door, sort, secrecy, owner
        FROM walked GROUP BY case_id, filed_at, origin, door, sort, secrecy, owner
    )"""
# The part of `fold` that keeps what the cases taken are now.
FOLD = """
    stays_gone AS (
        DELETE FROM rapporter_flowstay USING marked WHERE rapporter_flowstay.case_id = marked.case_id
    ), stays_kept AS (
        INSERT INTO rapporter_flowstay
            (case_id, stage, start, length, "to", visit, begun_by, sort, secrecy, owner)
        SELECT case_id, stage, start, length, "to", visit, begun_by, sort, secrecy, owner FROM live_stays
    ), ways_gone AS (
        DELETE FROM rapporter_flowway USING now_is
        WHERE rapporter_flowway.case_id = now_is.case_id AND NOT now_is.counts
    ), ways_kept AS (
        INSERT INTO rapporter_flowway
            (case_id, filed_at, coordinated_at, closed_at, closed_as, settled_at, settled_as, told_at,
             origin, door, sort, secrecy, owner)
        SELECT case_id, filed_at, coordinated_at, closed_at, closed_as, settled_at, settled_as, told_at,
               origin, door, sort, secrecy, owner
        FROM live_ways
        ON CONFLICT (case_id) DO UPDATE
        SET filed_at = excluded.filed_at, coordinated_at = excluded.coordinated_at,
            closed_at = excluded.closed_at, closed_as = excluded.closed_as,
            settled_at = excluded.settled_at, settled_as = excluded.settled_as,
            told_at = excluded.told_at, origin = excluded.origin, door = excluded.door,
            sort = excluded.sort, secrecy = excluded.secrecy, owner = excluded.owner
    )"""
# Both halves have the same types to the letter: only then is each asked no more than the question needs.
_ASKED = """
    WITH {marked}, {now}, {live},
    stays AS NOT MATERIALIZED (
        SELECT case_id, stage::text, start, length, "to"::text, visit::bigint, begun_by, sort
        FROM rapporter_flowstay one
        WHERE NOT EXISTS (SELECT FROM marked WHERE marked.case_id = one.case_id) AND ({reached})
        UNION ALL
        SELECT case_id, stage, start, length, "to"::text, visit, begun_by, sort
        FROM live_stays one WHERE {reached}
    ), ways AS NOT MATERIALIZED (
        SELECT case_id, filed_at, coordinated_at, closed_at, closed_as::text, settled_at,
               settled_as::text, sort, told_at, origin::text, door::text
        FROM rapporter_flowway one
        WHERE NOT EXISTS (SELECT FROM marked WHERE marked.case_id = one.case_id) AND ({reached})
        UNION ALL
        SELECT case_id, filed_at, coordinated_at, closed_at, closed_as::text, settled_at,
               settled_as::text, sort, told_at, origin::text, door::text
        FROM live_ways one WHERE {reached}
    )"""


def can_tell(asked: Asked) -> bool:
    """Whether the rows answer: what is asked as of an earlier moment is read from the transitions."""
    return asked.as_of >= timezone.now() - JUST_NOW


def rows(
    asked: Asked, question: str, given: Mapping[str, Any], *, hidden: bool = False
) -> Sequence[tuple[Any, ...]]:
    """The answer to what is asked of `stays` and `ways`; the question goes on after the relations.

    With `hidden` of those cases alone that are too secret to be read as the unit's.
    """
    with connection.cursor() as cursor:
        cursor.execute(*told(asked, question, given, hidden=hidden))
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return found


def told(
    asked: Asked, question: str, given: Mapping[str, Any], *, hidden: bool = False
) -> tuple[str, dict[str, Any]]:
    """The same as a statement and what it is given."""
    reached, more = _reached(asked, set() if hidden else secrecies(asked) or set())
    text = _ASKED.format(marked=marked.ALL, now=marked.NOW, live=LIVE, reached=reached) + question
    return text, {**GIVEN, "now": asked.as_of, **more, **given}


def _reached(asked: Asked, readable: set[int]) -> tuple[str, dict[str, Any]]:
    """Which of the rows are of the unit asked for, and of cases that whoever asks may read."""
    given: dict[str, Any] = {}
    parts = []
    if readable:
        part = "one.secrecy = ANY (%(readable)s)"
        given["readable"] = sorted(readable)
        if asked.unit is not None:
            part += (
                " AND one.owner IN (SELECT id FROM organisation_unit"
                " WHERE starts_with(path, %(path)s))"
            )
            given["path"] = asked.unit.path
        parts.append(f"({part})")
    hidden = read_one_by_one(asked)
    if hidden is not None:
        parts.append(f"one.case_id IN ({_keys(hidden)})")
    return " OR ".join(parts), given


def read_one_by_one(asked: Asked) -> CaseQuerySet | None:
    """The cases that whoever asks may read, of those too secret to be read as the unit's; None when none is."""
    hidden = set(policy.NEEDED_FOR_SECRECY) - (secrecies(asked) or set())
    if not hidden:
        return None
    own: CaseQuerySet = asked.within(asked.seen(Case.objects.of_kind(KIND)), OWNED)
    return own.filter(secrecy__in=hidden)


def literal(text: str, given: Any) -> str:
    """The statement with its values in it, to stand within another one that is given values."""
    with connection.cursor() as cursor:
        written: str = cursor.mogrify(text, given).decode()
    return written.replace("%", "%%")


def _keys(cases: Any) -> str:
    try:
        return literal(*cases.order_by().values("pk").query.sql_with_params())
    except EmptyResultSet:
        return "NULL"  # whom nothing has reached
