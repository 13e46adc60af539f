"""Devices that come to a unit after a notice has gone out: found, shown, and decided about."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import DeviceHolding
from sakerhetsmeddelanden import targeting
from sakerhetsmeddelanden.actions import choice, earlier, recipients
from sakerhetsmeddelanden.models import (
    ConsideredUnit,
    Ground,
    LateArrival,
    Recipient,
    RecipientDevice,
    SafetyNotice,
)
from sakerhetsmeddelanden.workflow import (
    ACTIONS_ONGOING,
    AWAITING_UNITS,
    DISTRIBUTING,
    FOLLOW_UP,
    KIND,
    REMOVED,
    REPLY_SENT,
    SETTLED,
)

WATCHED = (DISTRIBUTING, AWAITING_UNITS, ACTIONS_ONGOING, REPLY_SENT, FOLLOW_UP)
"""The states in which a notice still concerns whoever gets an affected device."""


def sweep() -> int:
    """Every open notice knows of the affected devices that have come to a unit since; how many are new.

    Safe to run late, twice or at once.
    """
    found = 0
    notices = SafetyNotice.objects.filter(case__kind=KIND, case__status__in=WATCHED)
    for notice in notices.exclude(targeted_at=None).order_by("pk"):
        found += look(notice)
    return found


@transaction.atomic
def look(notice: SafetyNotice) -> int:
    """The notice's late arrivals are as the register is now; how many are new."""
    if notice.targeted_at is None:
        return 0
    # Compared with who has been asked, not by when the holding began: a move that was committed
    # while the targeting ran carries an earlier moment.
    taken_out = Q(
        unit__in=notice.considered.filter(why=ConsideredUnit.Why.TAKEN_OUT).values("unit"),
        since__lte=notice.targeted_at,
    )
    held = (
        DeviceHolding.objects.current()
        .filter(device__model__in=_models_of(notice))
        .exclude(taken_out)
        .values_list("device_id", "unit_id")
    )
    settled = set(notice.undecided.values_list("device_id", "unit_id"))
    asked = set(
        RecipientDevice.objects.filter(recipient__notice=notice).values_list(
            "device_id", "recipient__unit_id"
        )
    )
    asked |= earlier.answered(notice).devices
    known = set(notice.arrivals.values_list("device_id", "unit_id"))
    coming = {pair for pair in held if pair not in asked | known | settled}
    if not coming:
        return 0
    judged = targeting.judge_devices(notice, {device for device, _ in coming})
    units = dict(coming)
    now = timezone.now()
    rows = [
        LateArrival(
            notice=notice, device_id=hit.device_id, unit_id=unit, reason=hit.reason, found_at=now
        )
        for unit, hits in judged.hits.items()
        for hit in hits
    ] + [
        LateArrival(
            notice=notice,
            device_id=one.device_id,
            unit_id=units[one.device_id],
            reason=f"går inte att avgöra: {one.why}"[:300],
            found_at=now,
        )
        for one in judged.undecided
    ]
    before = notice.arrivals.count()
    LateArrival.objects.bulk_create(rows, ignore_conflicts=True)
    return notice.arrivals.count() - before


@transaction.atomic
def ask(
    arrival: LateArrival, *, by: Person, reason: str = "", version: int | None = None
) -> Recipient:
    """The unit is asked about the device: as a new recipient, or once more."""
    locked = core.begin(arrival.notice.case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    row = _open(arrival)
    notice = SafetyNotice.objects.get(pk=locked.pk)
    now = timezone.now()
    said = f"Fick utrustningen {row.device.label} efter utskicket. {row.reason}"
    recipient = notice.recipients.filter(unit=row.unit).first()
    if recipient is None:
        recipient = choice.new_recipients(
            notice, {row.unit_id: (Ground.MODEL, said)}, by=by, now=now
        )[0]
    elif recipient.status in {REMOVED, *SETTLED}:
        recipient = recipients.move(
            recipients.lock(recipient),
            "choose",
            by=by,
            right=Can.MANAGE_NOTICES,
            note=said,
            reason=said,
            ground=Ground.MODEL,
            chosen_at=now,
            answer="",
            answered_at=None,
            answered_by=None,
            answered_name="",
            answered_via="",
            done_at=None,
        )
        policy.reach(locked, Level.RECIPIENT, unit=row.unit)
    else:
        recipients.tell(recipients.lock(recipient), "device_added", by=by, note=said)
    RecipientDevice.objects.get_or_create(
        recipient=recipient,
        device=row.device,
        defaults={"ground": Ground.MODEL, "reason": row.reason},
    )
    _handle(row, LateArrival.Outcome.ASKED, by=by, reason=reason)
    core.save(locked)
    return recipient


@transaction.atomic
def leave(
    arrival: LateArrival, *, by: Person, reason: str, version: int | None = None
) -> LateArrival:
    """The unit need not be asked about the device, with the reason."""
    locked = core.begin(arrival.notice.case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    if not reason.strip():
        raise NotReady("Skriv varför enheten inte behöver tillfrågas.")
    row = _open(arrival)
    _handle(row, LateArrival.Outcome.NO_NEED, by=by, reason=reason)
    core.save(locked)
    return row


def _models_of(notice: SafetyNotice) -> list[int]:
    pks = notice.products.values_list("models_chosen", flat=True)
    return [pk for pk in pks if pk is not None]


def _open(arrival: LateArrival) -> LateArrival:
    row = (
        LateArrival.objects.select_for_update(of=("self",))
        .select_related("device__model", "unit")
        .get(pk=arrival.pk)
    )
    if row.handled_at is not None:
        raise NotReady("Någon har redan bedömt den utrustningen.")
    return row


def _handle(row: LateArrival, outcome: str, *, by: Person, reason: str) -> None:
    row.outcome, row.outcome_reason = outcome, reason[:300]
    row.handled_at, row.handled_by = timezone.now(), by
    row.save(update_fields=["outcome", "outcome_reason", "handled_at", "handled_by"])
    case = row.notice.case
    trail.record(
        "notice.arrival_handled",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=row.unit_id,
        right=Can.MANAGE_NOTICES,
        body={"device": row.device_id, "outcome": outcome, "reason": reason},
    )
