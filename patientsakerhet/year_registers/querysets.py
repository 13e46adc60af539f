"""The questions asked about the registers of the year."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.organisation.models import Person, Unit, in_force

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

HELD = "held"


# The checker does not follow the circle between models and their querysets.
class MeetingQuerySet(QuerySet["Meeting"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of meetings."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of the person's units."""
        units = policy.units_where(person, Can.READ_YEAR_REGISTERS)
        return self.filter(unit__in=units.values("pk"))

    def held_between(self, first: date, last: date) -> Self:
        """Those that took place on one of these days, both with."""
        return self.filter(state=HELD, held_on__range=(first, last))

    def known_at(self, moment: datetime) -> Self:
        """Those that somebody had said took place by then."""
        return self.filter(confirmed_at__lte=moment)

    def for_rows(self) -> Self:
        """With what a row shows."""
        return self.select_related("kind", "topic", "unit")


class TrainingQuerySet(QuerySet["Training"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of training."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """That of the person's units."""
        units = policy.units_where(person, Can.READ_YEAR_REGISTERS)
        return self.filter(unit__in=units.values("pk"))

    def held_between(self, first: date, last: date) -> Self:
        """That which began on one of these days, both with, and took place."""
        return self.filter(state=HELD, first_day__range=(first, last))

    def known_at(self, moment: datetime) -> Self:
        """That which somebody had said took place by then."""
        return self.filter(confirmed_at__lte=moment)

    def for_rows(self) -> Self:
        """With what a row shows."""
        return self.select_related("kind", "unit")


class ResponsibilityQuerySet(QuerySet["Responsibility"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of who answers for what."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """All of them, for whoever reads the registers: who answers is to be known everywhere."""
        return self if policy.may(person, Can.READ_YEAR_REGISTERS) else self.none()

    def on(self, day: date) -> Self:
        """Those that hold that day."""
        return self.filter(in_force(day))

    def for_rows(self) -> Self:
        """With what a row shows."""
        return self.select_related("unit", "person")


class RoleShareQuerySet(QuerySet["RoleShare"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of full-time shares."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """Those of roles at the person's units."""
        units = policy.units_where(person, Can.READ_YEAR_REGISTERS)
        return self.filter(assignment__unit__in=units.values("pk"))

    def within(self, unit: Unit) -> Self:
        """Those of roles at the unit or below it."""
        return self.filter(assignment__unit__path__startswith=unit.path)

    def on(self, day: date) -> Self:
        """Those that count that day: the share holds, and so does the role."""
        return self.between(day, day)

    def between(self, first: date, last: date) -> Self:
        """Those that count on some day of the period, both ends with."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=first),
            Q(assignment__valid_to=None) | Q(assignment__valid_to__gte=first),
            valid_from__lte=last,
            assignment__valid_from__lte=last,
        )

    def known_at(self, moment: datetime) -> Self:
        """Those that had been written down by then."""
        return self.filter(recorded_at__lte=moment)

    def for_rows(self) -> Self:
        """With what a row shows."""
        return self.select_related("assignment__person", "assignment__unit")

    def full_time(self, first: date, last: date) -> Decimal:
        """How many full posts they are on average over the days of the period, both ends with.

        A single day gives the number that day. Exact: per cent of a post times days, over days.
        """
        rows = self.between(first, last).select_related("assignment")
        return sum((row.posts(first, last) for row in rows), Decimal(0))
