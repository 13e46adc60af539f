"""Whether those who wrote got an answer, and which deviations were closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Subquery

from avvikelse.models import Deviation
from avvikelse.workflow import CLOSED
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Comment, Transition
from patientsakerhet.lib import calendar
from rapporter.flow import kept
from rapporter.flow.lengths import ended_so
from rapporter.measures.deviations import (
    BY_CONTENT,
    COLUMNS,
    OWNER,
    SUMS,
    _address,
    _filed,
    told_by_sums,
)
from rapporter.measures.recorded import status_recorded
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

SOON, MICROSECOND = timedelta(days=30), timedelta(microseconds=1)
DAY = timedelta(days=1)
WAITED = """
    WITH told AS MATERIALIZED (
        SELECT * FROM ({told}) AS told (case_id, filed)
    ), firsts AS (
        SELECT case_id, min(at) AS answered FROM told JOIN cases_comment USING (case_id)
        WHERE purpose = %s AND at <= %s GROUP BY case_id
    ), waits AS (
        SELECT greatest((date_part('epoch', coalesce(answered, %s) - filed) * 1000000)::bigint, 0) AS waited,
               answered IS NOT NULL AS is_over
        FROM told LEFT JOIN firsts USING (case_id)
    ), times AS (
        SELECT waited, count(*)::int AS here, (count(*) FILTER (WHERE is_over))::int AS gone
        FROM waits GROUP BY waited
    ), risk AS (
        SELECT waited, gone, sum(here) OVER (ORDER BY waited DESC) AS waiting FROM times
    )
    SELECT (SELECT rapporter_product(1 - gone::float8 / waiting ORDER BY waited)
            FROM risk WHERE gone > 0 AND waited <= %s),
           (SELECT count(*) FROM waits)
"""


def written(asked: Asked) -> Any:
    """Deviations that the unit wrote in the period, with when each was first answered."""
    first = Comment.objects.filter(
        case=OuterRef("pk"), purpose=Comment.Purpose.FEEDBACK, at__lte=asked.as_of
    )
    rows = _filed(asked, Deviation.Door.DEVIATION).annotate(
        answered_at=Subquery(first.order_by("at", "pk").values("at")[:1])
    )
    return asked.within(rows, "case__filing_unit")


def tally_written(asked: Asked) -> int | None:
    """How many were written; the sums are of who has them, so only of all units together."""
    if asked.unit is not None:
        return None
    return told_by_sums(asked, written, door=Deviation.Door.DEVIATION)


def until_answered(row: Any, asked: Asked) -> Decimal:
    """Days until the first answer, or waited until now."""
    return Decimal(_waited(row.case.filed_at, row.answered_at, asked))


def answered_soon(rows: Any, asked: Asked) -> Decimal | None:
    """The percentage answered within thirty days; those that wait still count as long as they have waited."""
    waiting, total = still_waiting(rows, asked.as_of)
    return Decimal(100 * (1 - waiting)) if total else None


def still_waiting(rows: Any, as_of: datetime) -> tuple[float, int]:
    """The share that waited longer than thirty days, as `survival.curve` has it, and of how many.

    The product is taken by the database, in the same order, over waits in whole microseconds. The
    first answers are looked for together rather than one by one.
    """
    told = rows.order_by().values_list("case_id", "case__filed_at")
    try:
        sql, given = told.query.sql_with_params()
    except EmptyResultSet:
        return 1.0, 0
    with connection.cursor() as cursor:
        feedback = (Comment.Purpose.FEEDBACK.value, as_of)
        cursor.execute(WAITED.format(told=sql), (*given, *feedback, as_of, SOON // MICROSECOND))
        waiting, total = cursor.fetchone()
    return 1.0 if waiting is None else waiting, total


def closed(asked: Asked) -> Any:
    """Deviations that were closed in the period and are closed still, of what was known then."""
    first, last = calendar.start_of_day(asked.first), calendar.end_of_day(asked.last)
    steps = Transition.objects.filter(
        case=OuterRef("pk"),
        to_status=CLOSED,
        recorded_at__lte=asked.as_of,
        occurred_at__range=(first, last),
    )
    rows = asked.seen(Deviation.objects.filter(door=Deviation.Door.DEVIATION))
    rows = rows.annotate(known_status=status_recorded("pk", asked.as_of, "case__status"))
    rows = rows.filter(Exists(steps), known_status=CLOSED)
    return asked.within(rows, "case__owning_unit").order_by("-case__closed_at", "-pk")


def tally_closed(asked: Asked) -> int | None:
    """How many were, out of the kept rows."""
    if asked.narrowed or not kept.can_tell(asked):
        return None
    window = calendar.start_of_day(asked.first), calendar.end_of_day(asked.last)
    return ended_so(asked, window, CLOSED, door=Deviation.Door.DEVIATION)


def _waited(filed: Any, answered: Any, asked: Asked) -> float:
    return float(max((answered or asked.as_of) - filed, timedelta()) / DAY)


def register() -> None:
    """Make the measures known."""
    common: dict[str, Any] = {
        "version": 1,
        "section": "Avvikelser",
        "disclosure": Disclosure.TOTAL,
        "needs": (Can.READ,),
        "columns": COLUMNS,
        "related": ("case__filing_unit", "kind", "event_class"),
        "address": _address,
    }
    known(
        Measure(
            key="feedback_soon",
            name="Återkoppling inom 30 dagar",
            definition=(
                "Andelen i procent av avvikelser skrivna under perioden som fick sin första återkoppling "
                "inom 30 dagar. De som väntar än räknas med så länge de har väntat. Dubbletter räknas inte. "
                "Enheten är den som skrev."
            ),
            date_field="dagen då den skrevs",
            direction=Direction.UP,
            rows=written,
            weigh=until_answered,
            weighed_by=("case__filed_at", "answered_at"),
            reckon=answered_soon,
            unit="procent",
            decimals=1,
            rests_on=(_filed, _waited, status_recorded, still_waiting),
            **{**common, "version": 2},
        )
    )
    known(
        Measure(
            key="written_deviations",
            name="Avvikelser som enheten skrev",
            definition=(
                "Avvikelser som enheten skrev under perioden, inkomna och egna. Dubbletter räknas inte. "
                "Enheten är den som skrev."
            ),
            date_field="dagen då den skrevs",
            direction=Direction.NEUTRAL,
            rows=written,
            tally=tally_written,
            rests_on=(_filed, status_recorded, *SUMS),
            **{**common, "version": 2},
        )
    )
    known(
        Measure(
            key="closed_deviations",
            name="Avslutade avvikelser",
            definition=(
                "Avvikelser som avslutades under perioden och inte har öppnats igen. Avvisade och dubbletter "
                "räknas inte. Enheten är den som äger ärendet."
            ),
            date_field="dagen då den avslutades",
            direction=Direction.NEUTRAL,
            rows=closed,
            breakdowns=(OWNER, *BY_CONTENT),
            tally=tally_closed,
            rests_on=(status_recorded, ended_so),
            **{**common, "version": 2},
        )
    )
