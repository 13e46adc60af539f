"""One mail a day for what is not urgent: collected at seven on working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.lib import calendar
from patientsakerhet.notifications import kinds, outbox, unwritten
from patientsakerhet.notifications.models import Message

KIND = "digest"
LEAVES_AT = time(7, 0)


@dataclass(frozen=True)
class Line:
    """One line of the digest: what it is about, and where to read on."""

    text: str
    link: str


def collect(now: datetime | None = None) -> int:
    """Promise today's digests; how many there were.

    Safe to run late, twice or at the same time: what was promised before seven belongs to
    today's mail whenever it is collected, what came later waits for the next working day.
    """
    now = calendar.local(now or timezone.now())
    day = now.date()
    leaves_at = calendar.moment(day, LEAVES_AT)
    if not calendar.is_working_day(day) or now < leaves_at:
        return 0
    recipients = (
        Message.objects.for_digest(before=leaves_at)
        .order_by()
        .values_list("person_id", "address")
        .distinct()
    )
    return sum(_collect_for(person, address, leaves_at) for person, address in recipients)


@transaction.atomic
def _collect_for(person_id: int | None, address: str, leaves_at: datetime) -> bool:
    recipient = Q(person_id=person_id) if person_id else Q(address=address)
    waiting = list(
        Message.objects.for_digest(before=leaves_at)
        .filter(recipient)
        .select_related("person")
        .select_for_update(skip_locked=True, of=("self",))
    )
    waiting = [each for each in waiting if _can_be_told(each)]
    if not waiting:
        return False
    message, is_new = outbox.promise_once(
        KIND,
        key=f"{KIND}:{leaves_at:%Y-%m-%d}:{person_id or address}",
        person=waiting[0].person,
        address=address,
    )
    if is_new:
        Message.objects.filter(pk__in=[each.pk for each in waiting]).update(
            state=Message.State.COLLECTED, collected_in=message
        )
    return is_new


def _can_be_told(message: Message) -> bool:
    """True when the message can stand in a digest; one that cannot is laid before a person."""
    try:
        with transaction.atomic():
            unwritten.asked(message, _line)
    except unwritten.Unwritten as reason:
        message.state, message.last_error = Message.State.DEAD, reason.code
        message.save(update_fields=["state", "last_error"])
        return False
    return True


def lines(message: Message) -> list[Line]:
    """What the digest tells, without what has lost its point since; each thing once."""
    collected = message.collected.select_related("person").order_by("number", "created_at")
    told = (_line(each) for each in collected)
    return list(dict.fromkeys(line for line in told if line is not None))


def _line(message: Message) -> Line | None:
    """What is said of one collected message; nothing when it has lost its point."""
    kind = kinds.of(message.kind)
    if not kind.still_due(message):
        return None
    text = kind.subject.format(number=message.number).strip()
    return Line(text, settings.BASE_URL + kind.path(message))


def has_lines(message: Message) -> bool:
    """Whether anything is left to tell."""
    return bool(lines(message))


def own_page(message: Message) -> str:
    """The digest leads to the reader's own page."""
    return "/"
