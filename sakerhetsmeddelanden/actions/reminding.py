"""Silent units: reminded, lifted to their manager, and told of measures that are late.

The clock is the recipients' own rows. After ten days without a worker each silent unit gets one
mail, at the level that is true then, and never those in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden import timetable
from sakerhetsmeddelanden.actions import addressees, recipients
from sakerhetsmeddelanden.actions.addressees import Addressee
from sakerhetsmeddelanden.models import Recipient, RecipientMail, RiskClass, SafetyNotice
from sakerhetsmeddelanden.timetable import Moment, What
from sakerhetsmeddelanden.workflow import (
    ACKNOWLEDGED_AFFECTED,
    ESCALATED,
    RECIPIENT_WORKFLOW,
    WAITING,
)

BATCH = 100
LATE = timedelta(hours=1)
"""A reminder that comes later than this says so."""
NOBODY_ABOVE = "Ingen chef finns i Varsam. Ring."


def moments_of(notice: SafetyNotice, begins_at: datetime) -> list[Moment]:
    """The notice's timetable for a unit that was asked at this moment."""
    risk = risk_of(notice)
    return timetable.moments(
        begins_at,
        remind_after=risk.remind_after,
        escalate_after=risk.escalate_after,
        around_the_clock=risk.around_the_clock,
    )


def risk_of(notice: SafetyNotice) -> RiskClass:
    """The class that sets the limits; refuses while none is chosen."""
    if notice.risk_class is None:
        raise NotReady("Riskklassen är inte vald.")
    return notice.risk_class


def sweep() -> int:
    """Every unit whose moment has come has been written to; how many. Safe to run late or twice."""
    told = 0
    while batch := remind_some():
        told += batch
    return told


@transaction.atomic
def remind_some() -> int:
    """The units of at most a batch, those that have waited longest first; how many there were."""
    now = timezone.now()
    due = list(
        Recipient.objects.filter(next_step_at__lte=now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("notice__case", "notice__risk_class", "unit__care_provider", "distribution")
        .prefetch_related("systems__person")
        .order_by("next_step_at", "pk")[:BATCH]
    )
    for recipient in due:
        _remind(recipient, now)
    return len(due)


def _remind(recipient: Recipient, now: datetime) -> None:
    """The unit is where its timetable says, and its next moment is set, in the caller's transaction."""
    if recipient.status == ACKNOWLEDGED_AFFECTED:
        _write(recipient, addressees.of(recipient), RecipientMail.Purpose.ACTIONS, now)
        recipients.tell(recipient, "actions_reminded", by=None, at=now)
        recipients.write(recipient, next_step_at=None)
        return
    if recipient.status not in WAITING or recipient.distribution is None:
        recipients.write(recipient, next_step_at=None)
        return
    moments = moments_of(recipient.notice, recipient.distribution.begun_at)
    moment = timetable.due(moments, now)
    next_at = timetable.following(moments, now)
    if moment is None:
        recipients.write(recipient, next_step_at=next_at)
        return
    late = now - moment.at > LATE
    if moment.what == What.REMIND:
        to = addressees.of(recipient)
        _write(recipient, to, RecipientMail.Purpose.REMINDER, now, late=late)
        remind(recipient, now, late=late, next_step_at=next_at)
        return
    _escalate(recipient, now, late=late, next_step_at=next_at)


def remind(
    recipient: Recipient,
    now: datetime,
    *,
    by: Person | None = None,
    late: bool = False,
    next_step_at: datetime | None = None,
) -> None:
    """The locked recipient stands as reminded once more, wherever else it has been lifted to."""
    changes: dict[str, Any] = {"reminders": recipient.reminders + 1, "next_step_at": next_step_at}
    body = {"late": True} if late else {}
    if recipient.status in RECIPIENT_WORKFLOW.named("remind").sources:
        recipients.move(recipient, "remind", by=by, at=now, body=body, **changes)
        return
    recipients.write(recipient, **changes)
    recipients.tell(recipient, "reminded_again", by=by, at=now, body=body)


def _escalate(
    recipient: Recipient, now: datetime, *, late: bool, next_step_at: datetime | None
) -> None:
    """Those above the unit know that it is silent."""
    managers = addressees.managers_of(recipient)
    _write(recipient, managers, RecipientMail.Purpose.ESCALATION, now, late=late)
    if recipient.status == ESCALATED:
        recipients.write(recipient, next_step_at=next_step_at)
        return
    recipients.move(
        recipient,
        "escalate",
        by=None,
        at=now,
        note="" if managers else NOBODY_ABOVE,
        body={"late": True} if late else {},
        next_step_at=next_step_at,
    )


def _write(
    recipient: Recipient,
    to: list[Addressee],
    purpose: RecipientMail.Purpose,
    now: datetime,
    *,
    late: bool = False,
) -> None:
    addressees.write_to([(recipient, one) for one in to], purpose, at=now, late=late)
