"""What the cases that a mark says have changed are now, and what they have been counted as.

Every answer out of what is counted in advance, and `fold` that counts them in, begins with these
relations: `now_is` of the cases in `marked`, `was` of what they stand as, and `state`, which has both,
one with the sign of what is to be added and one of what is to be taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avvikelse.workflow import KIND, MERGED
from patientsakerhet.organisation.models import Unit

GIVEN: Mapping[str, Any] = {"kind": KIND, "merged": MERGED, "steplen": Unit.steplen}

# What each is now is looked up once as well: the planner that takes a thousand marked cases for one would
# ask for the last step of each anew for every step there is.
ALL = "marked AS (SELECT DISTINCT case_id FROM rapporter_flowmark)"
NOW = """
    now_is AS MATERIALIZED (
        SELECT c.id AS case_id, (SELECT max(t.id) FROM cases_transition t WHERE t.case_id = c.id) AS last,
               c.status <> %(merged)s AS counts, c.filed_at, coalesce(d.kind_id, 0) AS sort, c.secrecy,
               c.owning_unit_id AS owner, c.origin, coalesce(d.door, '') AS door,
               coalesce(d.event_class_id, 0) AS event_class
        FROM marked JOIN cases_case c ON c.id = marked.case_id
        LEFT JOIN avvikelse_deviation d ON d.case_id = c.id
        WHERE c.kind = %(kind)s
    )"""
# The units that have a case are looked up once each, by the beginnings of their paths; and once in all: what
# the planner takes for one marked case may be thousands.
_BOTH = """
    above AS MATERIALIZED (
        SELECT own.id AS owner, array_agg(u.id ORDER BY n) || 0::bigint AS owned_by
        FROM (SELECT DISTINCT owner AS id FROM now_is) held
        JOIN organisation_unit own ON own.id = held.id
        CROSS JOIN LATERAL generate_series(%(steplen)s, length(own.path), %(steplen)s) AS n
        JOIN organisation_unit u ON u.path = left(own.path, n)
        GROUP BY own.id
    ), known AS (
        SELECT * FROM now_is JOIN above USING (owner)
    ), was AS (
        SELECT f.* FROM marked JOIN rapporter_flowcounted f ON f.case_id = marked.case_id
    ), state AS (
        SELECT 1 AS sign, case_id, last, filed_at, sort, secrecy, origin, door, event_class, owned_by
        FROM known WHERE counts
        UNION ALL
        SELECT -1, case_id, last, filed_at, sort, secrecy, origin, door, event_class, owned_by
        FROM was WHERE counts
    )"""
STATES = ",".join((NOW, _BOTH))
KEPT = """
    kept AS (
        INSERT INTO rapporter_flowcounted
            (case_id, last, counts, filed_at, sort, secrecy, origin, door, event_class, owned_by, fold)
        SELECT case_id, last, counts, filed_at, sort, secrecy, origin, door, event_class, owned_by,
               (SELECT coalesce(max(fold), 0) + 1 FROM rapporter_flowcounted)
        FROM known
        ON CONFLICT (case_id) DO UPDATE
        SET last = excluded.last, counts = excluded.counts, filed_at = excluded.filed_at,
            sort = excluded.sort, secrecy = excluded.secrecy, origin = excluded.origin,
            door = excluded.door, event_class = excluded.event_class, owned_by = excluded.owned_by,
            fold = excluded.fold
    )"""
