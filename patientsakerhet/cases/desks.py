"""Where new cases from a unit are coordinated."""

from __future__ import annotations

from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import CareProvider, Unit


def for_unit(unit: Unit) -> Unit:
    """The coordination desk nearest above the unit, or the region's own.

    Refuses when there is none at all: a report nobody coordinates would be lost.
    """
    desks = list(Unit.objects.current().filter(coordinates=True).select_related("care_provider"))
    if not desks:
        raise Refused("Ingen enhet koordinerar avvikelser än. Be en systemförvaltare utse en.")

    def nearness(desk: Unit) -> tuple[int, bool, str]:
        shared = 0
        for end in range(Unit.steplen, min(len(unit.path), len(desk.path)) + 1, Unit.steplen):
            if unit.path[:end] == desk.path[:end]:
                shared = end
        is_regions = desk.care_provider.kind == CareProvider.Kind.REGION
        return (-shared, not is_regions, desk.path)

    return min(desks, key=nearness)


def is_own(unit: Unit, desk: Unit) -> bool:
    """True when the unit belongs to the administration that the desk serves."""
    administration = desk.path[: -Unit.steplen] or desk.path
    return len(desk.path) > Unit.steplen and unit.path.startswith(administration)
