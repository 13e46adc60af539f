"""Finding whom a notice concerns, and what somebody decides by hand about it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit
from sakerhetsmeddelanden import targeting
from sakerhetsmeddelanden.actions import choice, earlier, recipients
from sakerhetsmeddelanden.models import (
    ConsideredUnit,
    Ground,
    Recipient,
    SafetyNotice,
    UndecidedDevice,
)
from sakerhetsmeddelanden.targeting import Found, Hit
from sakerhetsmeddelanden.workflow import (
    ACTIONS_ONGOING,
    ASSESSING,
    AWAITING_UNITS,
    FOLLOW_UP,
    REMOVED,
    REPLY_SENT,
)

TARGETABLE = {ASSESSING}
WIDENABLE = {ASSESSING, AWAITING_UNITS, ACTIONS_ONGOING, REPLY_SENT, FOLLOW_UP}


@transaction.atomic
def target(case: Case, *, by: Person, version: int | None = None) -> Found:
    """The units that the register says hold what the notice is about are chosen, with their devices.

    What somebody has decided by hand stays: units added or taken out, devices judged; and so do
    those that had the version before. Before the notice goes out only; what comes later is a late
    arrival.
    """
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if locked.status not in TARGETABLE:
        raise NotReady(
            "Träffbilden tas fram under bedömningen. Senare läggs enheter till för hand."
        )
    notice = SafetyNotice.objects.get(pk=locked.pk)
    now = timezone.now()
    found = targeting.find(notice)
    if not notice.products.exists() and not found.systems:
        raise NotReady("Ange produkten eller systemet först.")
    choice.keep_models(notice, found)
    decided = choice.undecided(notice, found)
    choice.include(found, decided)
    earlier.leave_out(notice, found)
    choice.choose(notice, found, by=by, now=now)
    choice.considered(notice, found)
    SafetyNotice.objects.filter(pk=notice.pk).update(
        targeted_at=now, targeted_by=by, devices_searched=found.searched
    )
    core.save(locked)
    trail.record(
        "notice.targeted",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.MANAGE_NOTICES,
        body={
            "units": len(found.hits),
            "devices": sum(len(one) for one in found.hits.values()),
            "near": len(found.near),
            "undecided": len(found.undecided),
            "searched": found.searched,
        },
    )
    return found


@transaction.atomic
def add_unit(
    case: Case, unit: Unit, *, by: Person, reason: str, version: int | None = None
) -> Recipient:
    """The unit is chosen by hand, with the reason; again if it was taken out before."""
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if locked.status not in WIDENABLE:
        raise NotReady(f"Enheter kan inte läggas till när ärendet är ”{locked.status_label}”.")
    if not reason.strip():
        raise NotReady("Skriv varför enheten ska ha meddelandet.")
    notice = SafetyNotice.objects.get(pk=locked.pk)
    now = timezone.now()
    held = notice.recipients.filter(unit=unit).first()
    if held is not None:
        if held.status not in {REMOVED}:
            raise NotReady(f"{unit} är redan mottagare.")
        recipient = recipients.move(
            recipients.lock(held),
            "choose",
            by=by,
            right=Can.MANAGE_NOTICES,
            note=reason,
            ground=Ground.MANUAL,
            reason=reason,
            chosen_by=by,
            chosen_at=now,
            asked=notice.user_actions,
        )
        policy.reach(locked, Level.RECIPIENT, unit=unit)
    else:
        recipient = choice.new_recipients(
            notice, {unit.pk: (Ground.MANUAL, reason)}, by=by, now=now, chosen_by=by
        )[0]
        _record(locked, "notice.unit_added", unit.pk, by=by, reason=reason)
    notice.considered.filter(unit=unit).delete()
    core.save(locked)
    return recipient


@transaction.atomic
def take_out_unit(
    recipient: Recipient, *, by: Person, reason: str, version: int | None = None
) -> Recipient:
    """The unit is not sent to, with the reason, and stands among those considered."""
    locked = core.begin(recipient.notice.case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    row = recipients.lock(recipient)
    if not reason.strip():
        raise NotReady("Skriv varför enheten inte ska ha meddelandet.")
    count = row.devices.count()
    moved = recipients.move(row, "remove", by=by, right=Can.MANAGE_NOTICES, note=reason)
    policy.withdraw(locked, Level.RECIPIENT, unit=row.unit)
    ConsideredUnit.objects.update_or_create(
        notice=row.notice,
        unit=row.unit,
        defaults={"why": ConsideredUnit.Why.TAKEN_OUT, "reason": reason, "device_count": count},
    )
    core.save(locked)
    return moved


@transaction.atomic
def decide_devices(
    case: Case,
    rows: Iterable[UndecidedDevice],
    *,
    decision: str,
    by: Person,
    reason: str,
    version: int | None = None,
) -> int:
    """These devices count as affected, or do not; the units of those that do are chosen. How many."""
    locked = core.begin(case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if not reason.strip():
        raise NotReady("Skriv varför.")
    if locked.status not in WIDENABLE:
        raise NotReady("Utrustningen bedöms innan ärendet är avslutat.")
    notice = SafetyNotice.objects.get(pk=locked.pk)
    now = timezone.now()
    mine = list(
        UndecidedDevice.objects.select_for_update()
        .filter(notice=notice, pk__in=[one.pk for one in rows])
        .order_by("pk")
    )
    included = decision == UndecidedDevice.Decision.INCLUDED
    if included and (lost := [one for one in mine if one.unit_id is None]):
        raise NotReady(
            f"{len(lost)} av utrustningarna har ingen innehavare i registret. Rätta registret, "
            "eller lägg till enheten för hand."
        )
    for one in mine:
        one.decision, one.decided_by, one.decided_at, one.decision_reason = (
            decision,
            by,
            now,
            reason[:300],
        )
    UndecidedDevice.objects.bulk_update(
        mine, ["decision", "decided_by", "decided_at", "decision_reason"]
    )
    if included:
        found = Found()
        for one in mine:
            said = f"bedömd som berörd: {reason}"[:300]
            found.hits[one.unit_id or 0].append(Hit(one.device_id, Ground.MANUAL, said))
        choice.choose(notice, found, by=by, now=now, keeps=True)
    core.save(locked)
    trail.record(
        "notice.devices_decided",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.MANAGE_NOTICES,
        body={"decision": decision, "devices": [one.device_id for one in mine], "reason": reason},
    )
    return len(mine)


def _record(case: Case, action: str, unit_id: int, *, by: Person, **body: str) -> None:
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=unit_id,
        right=Can.MANAGE_NOTICES,
        body=body,
    )
