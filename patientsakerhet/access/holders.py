"""Who may do something at a unit: whom to tell, and whom to choose among."""

from __future__ import annotations

from django.db.models import QuerySet

from patientsakerhet.access.policy import Can, roles_with
from patientsakerhet.organisation.models import Assignment, Person, Unit


def every(capability: Can, unit: Unit) -> QuerySet[Person]:
    """Who may do this at the unit today, nearest unit first."""
    roles = roles_with(capability)
    return (
        Person.objects.filter(
            pk__in=Assignment.objects.current()
            .reaching(unit)
            .filter(role__in=roles)
            .values("person")
        )
        .order_by("pk")
        .distinct()
    )


def nearest(capability: Can, unit: Unit) -> list[Person]:
    """Who may do this at the unit itself, or else at the nearest unit above it that has somebody."""
    roles = roles_with(capability)
    found = list(
        Assignment.objects.current()
        .reaching(unit)
        .filter(role__in=roles)
        .select_related("person", "unit")
        .order_by("-unit__depth", "person_id")
    )
    if not found:
        return []
    depth = found[0].unit.depth
    return list({h.person_id: h.person for h in found if h.unit.depth == depth}.values())
