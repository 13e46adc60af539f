"""How whoever answers for a system or an asset asks to have it classified."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, stand_in


@transaction.atomic
def request(row: SystemStanding, *, by: Person, why: str) -> SystemStanding:
    """The classification is asked for, and the coordinators nearest to the unit know it.

    Refuses whoever does not answer for the thing, and what is being classified or asked for already.
    """
    locked = SystemStanding.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not SystemStanding.objects.may_be_requested_by(by).filter(pk=locked.pk).exists():
        trail.denied("standing.requested", by=by, body={"standing": locked.pk})
        raise NotAllowed("Bara den som ansvarar för systemet kan begära att det klassas.")
    if locked.under_way is not None:
        raise NotReady(f"{locked}: klassas redan, i {locked.under_way.number}.")
    if locked.requested_by is not None:
        raise NotReady(f"{locked}: klassning är redan begärd av {locked.requested_by}.")
    if not why.strip():
        raise NotReady("Skriv varför klassningen behövs.")
    locked.requested_at, locked.requested_by = timezone.now(), by
    locked.requested_why = sealing.mask(why.strip()).text
    locked.save(update_fields=["requested_at", "requested_by", "requested_why"])
    unit, today = locked.managing_unit, timezone.localdate()
    trail.record(
        "standing.requested",
        by=by,
        right=Can.DELIVER_CLASSIFICATION,
        unit_id=unit.pk if unit else None,
        object_type="systemstanding",
        object_id=locked.pk,
        body={"subject": locked.subject, "reason": locked.requested_why},
    )
    for one in holders.nearest(Can.LEAD_CLASSIFICATION, unit) if unit else ():
        person = stand_in(one, on=today)
        outbox.promise(
            "classification_requested",
            key=f"classification_requested:{locked.pk}:{locked.requested_at.isoformat()}:{person.pk}",
            person=person,
            context={"standing": locked.pk, "subject": locked.subject},
        )
    return locked


@transaction.atomic
def request_many(
    rows: Sequence[SystemStanding], *, by: Person, why: str
) -> tuple[list[SystemStanding], list[str]]:
    """Each of them asked for; and those passed over, why."""
    made, passed = [], []
    for row in rows:
        try:
            made.append(request(row, by=by, why=why))
        except NotReady as refusal:
            passed.append(str(refusal))
    return made, passed
