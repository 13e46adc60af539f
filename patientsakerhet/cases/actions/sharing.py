"""Letting another unit read an extract of a case, until a day, on a stated ground."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import holders, policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit


@transaction.atomic
def share(
    case: Case, *, by: Person, unit: Unit, until: date, ground: str, version: int | None = None
) -> Case:
    """The unit reads an extract of the case up to and including the day, and its staff are told.

    The ground says why the details may leave the provider, or that nothing identifies the
    patient. Refuses without one, and for a day that has passed.
    """
    locked = core.begin(case, by=by, needs=Can.HAND_OVER, version=version)
    if not ground.strip():
        raise NotReady(
            "Skriv på vilken grund uppgifterna får delas, eller att de är avidentifierade."
        )
    if until < timezone.localdate():
        raise NotReady("Dagen har redan varit. Välj en senare dag.")
    if unit == locked.owning_unit:
        raise NotReady("Enheten har redan ärendet.")
    policy.reach(locked, Level.EXTRACT, unit=unit, until=calendar.end_of_day(until))
    core.save(locked)
    for person in holders.nearest(Can.READ_EXTRACT, unit):
        outbox.promise(
            "shared",
            key=f"shared:{locked.pk}:{locked.version}:{person.pk}",
            person=person,
            case_id=locked.pk,
            number=locked.number,
            urgent=False,
        )
    _record(locked, "case.shared", unit, by=by, ground=ground, until=f"{until}")
    return locked


@transaction.atomic
def stop_sharing(case: Case, *, by: Person, unit: Unit, version: int | None = None) -> Case:
    """The unit reads nothing of the case from its next request on."""
    locked = core.begin(case, by=by, needs=Can.HAND_OVER, version=version)
    policy.withdraw(locked, Level.EXTRACT, unit=unit)
    core.save(locked)
    _record(locked, "case.sharing_stopped", unit, by=by)
    return locked


def _record(case: Case, action: str, unit: Unit, *, by: Person, **body: str) -> None:
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=unit.pk,
        right=Can.HAND_OVER,
        body={"unit": unit.code, **body},
    )
