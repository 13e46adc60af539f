"""Saying who handles a case, without moving it."""

from __future__ import annotations

from django.db import transaction

from patientsakerhet.access import holders, policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person


@transaction.atomic
def appoint(case: Case, handler: Person, *, by: Person, version: int | None = None) -> Case:
    """The person handles the case from now on and is told; the former handler no longer does.

    Refuses somebody who may not investigate at the owning unit, and a closed case.
    """
    locked = core.begin(case, by=by, needs=Can.RECEIVE, version=version)
    if locked.is_final:
        raise NotReady("Ärendet är avslutat. Återöppna det först.")
    if not policy.may_at(handler, Can.INVESTIGATE, locked.owning_unit):
        raise NotReady(f"{handler} kan inte utreda ärenden hos {locked.owning_unit}.")
    if locked.handler == handler:
        raise NotReady(f"{handler} handlägger redan ärendet.")
    former, locked.handler = locked.handler, handler
    core.save(locked, "handler")
    if former is not None:
        policy.withdraw(locked, Level.HANDLER, person=former)
    policy.reach(locked, Level.HANDLER, person=handler)
    if handler != by:
        outbox.promise(
            "appointed",
            key=f"appointed:{locked.pk}:{locked.version}",
            person=handler,
            case_id=locked.pk,
            number=locked.number,
        )
    trail.record(
        "case.appointed",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        unit_id=locked.owning_unit_id,
        right=Can.RECEIVE,
        body={"handler": [former.pk if former else None, handler.pk]},
    )
    return locked


def candidates(case: Case) -> list[Person]:
    """Who may handle the case at its owning unit, by name."""
    return list(holders.every(Can.INVESTIGATE, case.owning_unit).order_by("name", "pk"))
