"""Sending a notice out: decided in one transaction, carried out in batches, followed by what the outbox says.

The units have it on their own pages from the moment it is decided, whatever becomes of the mail.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core, deadlines, steps
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import waking
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden import timetable
from sakerhetsmeddelanden.actions import addressees, earlier, recipients, reminding, resending
from sakerhetsmeddelanden.models import (
    Distribution,
    Recipient,
    RecipientEvent,
    RecipientMail,
    SafetyNotice,
)
from sakerhetsmeddelanden.workflow import (
    ASSESSING,
    AWAITING_UNITS,
    DISTRIBUTING,
    HANDED_OVER,
    QUEUED,
    RECIPIENT_WORKFLOW,
    SELECTED,
    SENT_OUT,
    WAITING,
    WORKFLOW,
)

BATCH = 50
"""Recipients whose mails are promised in one transaction."""
PROCEED = "sakerhetsmeddelanden.tasks.proceed_distribution"
_LASTING = ("smtp_5", "not_supported", "bad_header", "unwritten")
"""How the outbox's reasons begin when another try would not help."""
_LET_BE = (Message.State.CLOSED, Message.State.WITHDRAWN)
NO_ADDRESS = "Enheten har varken brevlåda eller någon som kan logga in. Ring."


@transaction.atomic
def distribute(case: Case, *, by: Person, version: int | None = None) -> Distribution:
    """Every chosen unit has the notice and waits for its mail; refuses what the workflow refuses.

    Units chosen later are sent to by the same act. Answers to an earlier version that hold for this
    one stand from now on.
    """
    name = "distribute" if case.status == ASSESSING else "widen"
    case = steps.take_step(case, name, by=by, version=version)
    notice = case.safety_notice
    if name == "distribute":
        earlier.keep(notice, by=by)
    now = timezone.now()
    chosen = list(
        notice.recipients.filter(status=SELECTED)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk", "unit_id")
    )
    sending = Distribution.objects.create(notice=notice, total=len(chosen), by=by, begun_at=now)
    Recipient.objects.filter(pk__in=[pk for pk, _ in chosen]).update(
        status=QUEUED,
        status_since=now,
        distribution=sending,
        due_at=_answer_by(notice, now),
        next_step_at=timetable.following(reminding.moments_of(notice, now), now),
        reminders=0,
        version=F("version") + 1,
    )
    RecipientEvent.objects.bulk_create(
        (
            RecipientEvent(
                recipient_id=pk,
                step="queue",
                from_status=SELECTED,
                to_status=QUEUED,
                at=now,
                by=by,
            )
            for pk, _ in chosen
        ),
        batch_size=1000,
    )
    units = [unit for _, unit in chosen]
    policy.reach_all(case, Level.RECIPIENT, units)
    trail.record(
        "notice.distribution_begun",
        by=by,
        case_id=case.pk,
        number=case.number,
        right=WORKFLOW.named(name).needs,
        object_type="distribution",
        object_id=sending.pk,
        body={"units": units},
    )
    waking.after_commit(PROCEED, sending.pk)
    return sending


@transaction.atomic
def remind_all(case: Case, *, by: Person) -> Distribution:
    """Every unit that has not answered is to be reminded now; the timetable goes on as before."""
    case = core.begin(case, by=by, needs=Can.MANAGE_NOTICES)
    notice = case.safety_notice
    if case.status not in SENT_OUT:
        raise WrongStep("Meddelandet väntar inte på svar.")
    if notice.distributions.filter(finished_at=None).exists():
        raise NotReady("Ett utskick pågår. Vänta tills det är klart.")
    count = notice.recipients.filter(status__in=WAITING).count()
    if not count:
        raise NotReady("Alla enheter har svarat.")
    sending = Distribution.objects.create(
        notice=notice,
        purpose=Distribution.Purpose.REMINDER,
        total=count,
        by=by,
        begun_at=timezone.now(),
    )
    trail.record(
        "notice.all_reminded",
        by=by,
        case_id=case.pk,
        number=case.number,
        right=Can.MANAGE_NOTICES,
        object_type="distribution",
        object_id=sending.pk,
        body={"count": count},
    )
    waking.after_commit(PROCEED, sending.pk)
    return sending


def _answer_by(notice: SafetyNotice, now: datetime) -> datetime:
    """The notice's own day; for a unit that is asked after it, as long as the risk class gives."""
    if notice.answer_by is not None and notice.answer_by > now:
        return notice.answer_by
    risk = reminding.risk_of(notice)
    return deadlines.later(now, risk.answer_within, risk.answer_measured)


# --- carrying it out --------------------------------------------------------------------------


def proceed(sending: Distribution, *, seconds: float) -> bool:
    """As many batches as there is time for, one at least; True when every mail has been promised.

    Safe to run late, twice or at the same time: whoever comes second to a batch leaves it be.
    """
    began = time.monotonic()
    while _proceed_some(sending.pk):
        if time.monotonic() - began > seconds:
            break
    return Distribution.objects.filter(pk=sending.pk, finished_at__isnull=False).exists()


@transaction.atomic
def _proceed_some(pk: int) -> bool:
    """The mails of at most a batch are promised; False when nothing is left, or another is at it.

    How far the wave has come is written in the transaction that promises, so that a worker who
    dies has either done both or neither.
    """
    sending = (
        Distribution.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=pk, finished_at=None)
        .first()
    )
    if sending is None:
        return False
    now = timezone.now()
    batch = list(
        _left(sending)
        .select_for_update(of=("self",))
        .select_related("notice__case", "unit__care_provider")
        .prefetch_related("systems__person")
        .order_by("pk")[:BATCH]
    )
    letters = []
    for recipient in batch:
        to = addressees.of(recipient)
        letters += [(recipient, one) for one in to]
        _stand(recipient, to, sending, now)
    purpose = RecipientMail.Purpose(sending.purpose)
    addressees.write_to(letters, purpose, at=now)
    sending.reached = batch[-1].pk if batch else sending.reached
    left = _left(sending).count()
    sending.done = sending.total - min(left, sending.total)
    sending.finished_at = None if left else now
    sending.save(update_fields=["reached", "done", "finished_at"])
    return bool(left)


def _stand(
    recipient: Recipient, to: list[addressees.Addressee], sending: Distribution, now: datetime
) -> None:
    """The recipient stands as written to, or as one somebody must ring."""
    if not to:
        if recipient.status in RECIPIENT_WORKFLOW.named("bounce").sources:
            recipients.move(recipient, "bounce", by=None, note=NO_ADDRESS, at=now)
        return
    if sending.purpose == Distribution.Purpose.REMINDER:
        reminding.remind(recipient, now, by=sending.by, next_step_at=recipient.next_step_at)
    else:
        recipients.write(recipient, address=to[0].written)


def _left(sending: Distribution) -> QuerySet[Recipient]:
    """The units of the wave that it has not come to; who has answered meanwhile needs no mail."""
    beyond = Recipient.objects.filter(notice=sending.notice_id, pk__gt=sending.reached)
    if sending.purpose == Distribution.Purpose.REMINDER:
        return beyond.filter(status__in=WAITING)
    return beyond.filter(distribution=sending, status=QUEUED)


# --- following it -----------------------------------------------------------------------------


def sweep(*, seconds: float) -> None:
    """Unfinished distributions go on, recipients stand where their mails are, notices move on."""
    began = time.monotonic()
    for sending in Distribution.objects.filter(finished_at=None).order_by("begun_at", "pk"):
        proceed(sending, seconds=max(seconds - (time.monotonic() - began), 1))
    while (follow_sent() or follow_lost()) and time.monotonic() - began < seconds:
        continue
    for pk in _ready_to_move():
        move_on(pk)


@transaction.atomic
def follow_sent() -> int:
    """Units whose mail has been handed over to their server stand as sent to; that is no answer."""
    taken = RecipientMail.objects.filter(
        recipient=OuterRef("pk"),
        at__gte=OuterRef("status_since"),
        message__state=Message.State.SENT,
    )
    found = list(
        Recipient.objects.filter(status=QUEUED)
        .filter(Exists(taken))
        .annotate(taken_at=Subquery(taken.order_by("at", "pk").values("message__sent_at")[:1]))
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("notice__case")
        .order_by("pk")[:BATCH]
    )
    for recipient in found:
        recipients.move(recipient, "hand_over", by=None, sent_at=recipient.taken_at)
    return len(found)


def follow_lost() -> int:
    """Units whose mail the outbox has given up, or let be, stand as not reached."""
    lost = list(
        RecipientMail.objects.filter(returned_at=None)
        .filter(
            Q(message__state=Message.State.DEAD)
            | Q(message__state__in=_LET_BE, recipient__status__in=WAITING)
        )
        .select_related("message")
        .order_by("pk")[:BATCH]
    )
    for mail in lost:
        error = mail.message.last_error
        came_back(mail, hard=error.startswith(_LASTING), status=error)
    return len(lost)


@transaction.atomic
def came_back(mail: RecipientMail, *, hard: bool, status: str) -> None:
    """A mail has not reached the unit, which is told of and moves the unit unless another has.

    The recipient's row is locked before the mail's; telling it again changes nothing.
    """
    recipient = recipients.lock(mail.recipient)
    mail = RecipientMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if mail.returned_at is not None:
        return
    mail.returned_at = timezone.now()
    mail.save(update_fields=["returned_at"])
    told = {"status": status, "message": str(mail.message_id)}
    others = recipient.mails.exclude(pk=mail.pk).filter(at__gte=mail.at, returned_at=None)
    name = "bounce" if hard or resending.is_used_up(recipient) else "bounce_softly"
    if others.exists() or recipient.status not in RECIPIENT_WORKFLOW.named(name).sources:
        recipients.tell(recipient, "mail_returned", by=None, body=told)
        return
    recipients.move(recipient, name, by=None, body=told)


@transaction.atomic
def is_delayed(mail: RecipientMail, status: str) -> None:
    """The unit's server cannot be reached for now; ours goes on trying."""
    recipient = recipients.lock(mail.recipient)
    told = {"status": status, "message": str(mail.message_id)}
    if recipient.status in (QUEUED, HANDED_OVER):
        recipients.move(recipient, "bounce_softly", by=None, body=told)
    else:
        recipients.tell(recipient, "mail_delayed", by=None, body=told)


def _ready_to_move() -> list[int]:
    """Notices whose last mail has left, or whose last unit has answered."""

    def any_in(*statuses: str) -> Exists:
        return Exists(Recipient.objects.filter(notice=OuterRef("pk"), status__in=statuses))

    waiting = SafetyNotice.objects.filter(case__status=DISTRIBUTING).exclude(
        any_in(SELECTED, QUEUED)
    )
    answered = SafetyNotice.objects.filter(case__status=AWAITING_UNITS).exclude(
        any_in(SELECTED, *WAITING)
    )
    return sorted([*waiting.values_list("pk", flat=True), *answered.values_list("pk", flat=True)])


@transaction.atomic
def move_on(pk: int) -> None:
    """The notice has come as far as its units have, if nobody has moved it meanwhile."""
    case = core.lock(Case(pk=pk))
    for name in ("sent", "all_answered"):
        step = WORKFLOW.named(name)
        if case.status in step.sources and not step.missing(case.safety_notice):
            case = steps.move(case, name, by=None, right=step.needs)
