"""How far a case comes to units and persons: the rows by which the policy decides, written and taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.organisation.models import Person, Unit


class Reached(Protocol):
    """What the policy needs to know of a case."""

    pk: int
    number: str
    secrecy: int


def reach(
    case: Reached,
    level: Level,
    *,
    unit: Unit | None = None,
    person: Person | None = None,
    until: datetime | None = None,
) -> None:
    """The case has now come this far to the unit or the person; again only renews the end."""
    CaseAccess.objects.update_or_create(
        case_id=case.pk,
        unit=unit,
        person=person,
        level=level,
        defaults={"valid_until": until},
    )


def reach_first(case: Reached, levels: Mapping[Unit, Level]) -> None:
    """A new case has come this far to these units."""
    CaseAccess.objects.bulk_create(
        CaseAccess(case_id=case.pk, unit=unit, level=level) for unit, level in levels.items()
    )


def reach_all(case: Reached, level: Level, units: Iterable[int]) -> None:
    """The case has now come this far to each of these units; those it had reached keep what they had."""
    CaseAccess.objects.bulk_create(
        (CaseAccess(case_id=case.pk, unit_id=unit, level=level) for unit in units),
        ignore_conflicts=True,
        batch_size=1000,
    )


def withdraw(
    case: Reached, level: Level, *, unit: Unit | None = None, person: Person | None = None
) -> None:
    """The unit or the person no longer has the case at this level, from the next request on."""
    CaseAccess.objects.filter(case_id=case.pk, unit=unit, person=person, level=level).delete()
