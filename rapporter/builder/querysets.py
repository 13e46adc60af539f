"""The questions asked about the reports that people have built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import CharField, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Value

from patientsakerhet.access import policy
from patientsakerhet.organisation.models import Person, Unit
from rapporter import registry

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


# The checker does not follow the circle between models and their querysets.
class SavedReportQuerySet(QuerySet["SavedReport"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the reports."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """The person's own and those shared with her, of measures that she may read."""
        from rapporter.builder.models import ReportShare

        if not isinstance(person, Person) or not person.is_active:
            return self.none()
        shared = ReportShare.objects.filter(report=OuterRef("pk")).reaching(person)
        return self.of_readable(person).filter(Q(owner=person) | Exists(shared))

    def of_readable(self, person: Person) -> Self:
        """Those of measures whose rows the person may read somewhere."""
        readable = [one.key for one in registry.registered() if one.readable_by(person)]
        family = Func(
            F("measure"),
            Value("."),
            Value(1),
            function="split_part",
            output_field=CharField(),
        )
        return self.alias(family=family).filter(family__in=readable)

    def scheduled(self) -> Self:
        """Those that somebody is told of when a new period has come."""
        return self.exclude(schedule="")

    def for_rows(self) -> Self:
        """With what a row in a list shows."""
        return self.select_related("owner", "unit")

    def whole(self) -> Self:
        """With everything its page shows."""
        from rapporter.builder.models import ReportShare

        shares = ReportShare.objects.select_related("person", "unit").order_by("pk")
        return self.for_rows().prefetch_related(Prefetch("shares", shares))


class ReportShareQuerySet(QuerySet["ReportShare"]):  # type: ignore[name-defined]  # the model imports this module
    """What one may ask of the shares."""

    def reaching(self, person: Person) -> Self:
        """Those with the person, or with a role that she has at the unit or below it."""
        told = Q(person=person)
        for held in policy.assignments_of(person):
            path = held.unit.path
            above = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
            told |= Q(unit__path__in=above, role__in=("", held.role))
        return self.filter(told)
