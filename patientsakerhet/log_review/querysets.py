"""The questions asked about the log's reviews, and which of the trail somebody may review."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event, EventQuerySet
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Assignment, Person, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

OPENING = (Can.REVIEW_LOG, Can.READ_YEAR_REGISTERS)
"""Either opens the register of reviews: those who make them, and those whose report counts them."""


def reviews_everything(person: Person) -> bool:
    """Whether she reviews the log at every unit that has none above it."""
    units = policy.units_where(person, Can.REVIEW_LOG)
    return not Unit.objects.filter(depth=1).exclude(pk__in=units.values("pk")).exists()


def events_open_to(person: Person) -> EventQuerySet:
    """What has happened that the person may review: everything for whoever reviews at every unit
    that has none above it, else what those did who have or have had a role at her units.
    """
    if reviews_everything(person):
        return Event.objects.all()
    units = policy.units_where(person, Can.REVIEW_LOG)
    staff = Assignment.objects.filter(unit__in=units.values("pk"))
    return Event.objects.filter(actor_id__in=staff.values("person"))


# The checker does not follow the circle between models and their querysets.
class LogReviewQuerySet(QuerySet["LogReview"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the log's reviews."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the units where the person reviews the log, or reads what the year's report counts."""
        seen = Q()
        for capability in OPENING:
            seen |= Q(unit__in=policy.units_where(person, capability).values("pk"))
        return self.filter(seen)

    def made_between(self, first: date, last: date) -> Self:
        """Those made on one of these days, both with."""
        return self.filter(
            reviewed_at__gte=calendar.start_of_day(first),
            reviewed_at__lte=calendar.end_of_day(last),
        )

    def known_at(self, moment: datetime) -> Self:
        """Those that had been made by then and not taken back."""
        return self.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment), reviewed_at__lte=moment
        )

    def for_rows(self) -> Self:
        """With what a row shows."""
        return self.select_related("unit", "reviewed_by", "person")
