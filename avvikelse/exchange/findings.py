"""What is found in an event log that has been read in: ping-pong between groups, and where it waits."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from avvikelse.exchange import mapping
from avvikelse.workflow import WORKFLOW
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.ping_pong import pairs, returns
from patientsakerhet.exchange.kinds import Finding
from patientsakerhet.exchange.models import ImportRun
from patientsakerhet.organisation.models import Unit
from patientsakerhet.ui import swedish

SHOWN = 15
# A stay in a state lasts until the state changes, however many hands it goes through there.
_WAITS = """
    WITH steps AS (
        SELECT case_id, to_status, occurred_at, id,
               lag(to_status) OVER (PARTITION BY case_id ORDER BY occurred_at, id) AS before
        FROM cases_transition WHERE case_id IN ({cases})
    ), stays AS (
        SELECT to_status, occurred_at,
               lead(occurred_at) OVER (PARTITION BY case_id ORDER BY occurred_at, id) AS until
        FROM steps WHERE before IS DISTINCT FROM to_status
    )
    SELECT to_status, count(*),
           percentile_cont(array[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM until - occurred_at))
    FROM stays WHERE until IS NOT NULL GROUP BY to_status
"""


def of_event_log(run: ImportRun) -> list[Finding]:
    """Tables over every case that has come from the same system; none before anything is read in."""
    if run.state != ImportRun.State.DONE:
        return []
    described = mapping.read(run.mapping)
    cases = Case.objects.filter(source_system=described.system)
    root = list(Unit.objects.filter(code=described.units.root_code))
    return [_ping_pong(cases, root), _waits(cases)]


def _ping_pong(cases: QuerySet[Case], root: list[Unit]) -> Finding:
    went_back = {case for case, _, _ in returns(cases, aside=root)}
    return Finding(
        "Fram och tillbaka mellan grupper",
        f"{swedish.number(len(went_back))} av {swedish.number(cases.count())} ärenden har gått "
        "raka vägen tillbaka till en grupp som hade lämnat dem.",
        ("Mellan", "och", "Gånger", "Ärenden"),
        [
            (
                pair.one.name,
                pair.other.name,
                swedish.number(pair.times),
                swedish.number(pair.cases),
            )
            for pair in pairs(cases, aside=root)[:SHOWN]
        ],
    )


def _waits(cases: QuerySet[Case]) -> Finding:
    sql, given = cases.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_WAITS.format(cases=sql), given)
        found = {status: (count, shares) for status, count, shares in cursor.fetchall()}
    return Finding(
        "Väntan i varje läge",
        "Hur länge ärendena stod i läget innan nästa steg: hälften kortare än det första talet, "
        "nio av tio kortare än det andra.",
        ("Läge", "Passager", "Hälften inom", "Nio av tio inom"),
        [
            (label, swedish.number(found[status][0]), *map(_long, found[status][1]))
            for status, label in WORKFLOW.labels.items()
            if status in found
        ],
    )


def _long(seconds: float) -> str:
    hours = seconds / 3600
    if hours < 48:
        return f"{swedish.number(round(hours, 1))}{swedish.HARD_SPACE}h"
    return f"{swedish.number(round(hours / 24, 1))}{swedish.HARD_SPACE}d"
