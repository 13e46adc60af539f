"""Whether those who wrote got an answer, and which deviations were closed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from avvikelse.models import Deviation
from avvikelse.workflow import CLOSED
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Comment, Transition
from patientsakerhet.lib import calendar, survival
from rapporter.measures.deviations import BY_CONTENT, COLUMNS, OWNER, _address, _filed
from rapporter.measures.recorded import status_recorded
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

SOON = timedelta(days=30)
DAY = timedelta(days=1)


def written(asked: Asked) -> Any:
    """Deviations that the unit wrote in the period, with when each was first answered."""
    first = Comment.objects.filter(
        case=OuterRef("pk"), purpose=Comment.Purpose.FEEDBACK, at__lte=asked.as_of
    )
    rows = _filed(asked, Deviation.Door.DEVIATION).annotate(
        answered_at=Subquery(first.order_by("at", "pk").values("at")[:1])
    )
    return asked.within(rows, "case__filing_unit")


def until_answered(row: Any, asked: Asked) -> Decimal:
    """Days until the first answer, or waited until now."""
    return Decimal(_waited(row.case.filed_at, row.answered_at, asked))


def answered_soon(rows: Any, asked: Asked) -> Decimal | None:
    """The percentage answered within thirty days; those that wait still count as long as they have waited."""
    found = rows.order_by().values_list("case__filed_at", "answered_at")
    curve = survival.curve(
        (_waited(filed, answered, asked), answered is not None) for filed, answered in found
    )
    if not curve.total:
        return None
    return Decimal(100 * (1 - curve.waiting(SOON / DAY)))


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
            rests_on=(_filed, _waited, status_recorded, survival.curve, survival.Curve.waiting),
            **common,
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
            rests_on=(_filed, status_recorded),
            **common,
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
            rests_on=(status_recorded,),
            **common,
        )
    )
