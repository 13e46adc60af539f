"""Reviews of the log: how many were made, and what they gave."""

from __future__ import annotations

from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.log_review.models import LogReview
from patientsakerhet.log_review.querysets import LogReviewQuerySet
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

OUTCOMES = dict(LogReview.Outcome.choices)
COLUMNS = (
    Column("Kontrollerat", "reviewed_at"),
    Column("Från", "first_day"),
    Column("Till", "last_day"),
    Column("Enhet", "unit__name"),
    Column("Antal händelser", "events"),
    Column("Utfall", "outcome", OUTCOMES.get),
)


def reviews(asked: Asked) -> Any:
    """The reviews made in the period and not taken back, of what was known then."""
    rows = asked.seen(LogReview.objects.made_between(asked.first, asked.last))
    return asked.within(rows.known_at(asked.as_of), "unit").order_by("-reviewed_at", "-pk")


def _address(row: LogReview) -> str:
    return row.get_absolute_url()


def register() -> None:
    """Make the measure known."""
    known(
        Measure(
            key="log_reviews",
            version=1,
            section="Informationssäkerhet",
            name="Loggkontroller",
            definition=(
                "Kontroller av åtkomstloggen som gjordes under perioden och inte har återtagits, vid "
                "enheten eller under den."
            ),
            date_field="dagen då kontrollen gjordes",
            direction=Direction.UP,
            disclosure=Disclosure.TOTAL,
            needs=(Can.READ_YEAR_REGISTERS,),
            rows=reviews,
            columns=COLUMNS,
            related=("unit",),
            breakdowns=(
                Breakdown(UNIT, "enhet", "unit"),
                Breakdown("outcome", "utfall", "outcome", words=OUTCOMES),
            ),
            address=_address,
            rests_on=(LogReviewQuerySet.made_between, LogReviewQuerySet.known_at),
        )
    )
