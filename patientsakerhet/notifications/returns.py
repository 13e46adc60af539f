"""What comes back by mail: a message that was not delivered, an absence note, somebody's answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from patientsakerhet.audit import trail
from patientsakerhet.lib import returned_mail
from patientsakerhet.lib.returned_mail import Failure, ReturnedMail
from patientsakerhet.notifications import kinds, return_path
from patientsakerhet.notifications.models import Message

logger = logging.getLogger(__name__)

UNTOLD = Failure(address="", status="", is_hard=False)
"""A mail that came back without a word about why."""


class Sort(StrEnum):
    """What a mail that is about one of ours turned out to be."""

    UNDELIVERED = "undelivered"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    AUTOMATIC = "automatic"
    REPLY = "reply"


@dataclass(frozen=True)
class Returned:
    """A mail that has come in about a message of ours."""

    message: Message
    sort: Sort


@transaction.atomic
def receive(raw: bytes) -> Returned | None:
    """What has come in about a message of ours is written down; None when it is about none.

    A message that was not delivered is given up and becomes somebody's work, whatever the relay
    thought of it. Reading the same mail again changes nothing. Neither an absence note nor what
    somebody answered by mail changes how far the message has come.
    """
    try:
        mail = returned_mail.read(raw)
    except returned_mail.Unreadable as refusal:
        logger.warning("a mail about nothing of ours: %s", refusal)
        return None
    message = _message_of(mail)
    if message is None:
        return None
    kind = kinds.of(message.kind)
    if not mail.is_report:
        kind.after_reply(message, mail.is_automatic)
        return Returned(message, Sort.AUTOMATIC if mail.is_automatic else Sort.REPLY)
    failures = mail.failures or (() if mail.reports_success else (UNTOLD,))
    if not failures:
        return Returned(message, Sort.DELIVERED)
    # A group address fails for some and not for others; the worst is what must be seen to.
    worst = max(failures, key=lambda one: (one.is_final, one.is_hard))
    if worst.is_final and not _give_up(message, worst):
        return Returned(message, Sort.UNDELIVERED)
    kind.after_return(message, worst)
    return Returned(message, Sort.UNDELIVERED if worst.is_final else Sort.DELAYED)


def _message_of(mail: ReturnedMail) -> Message | None:
    """By the signed address it came back to, or else by the Message-ID that it quotes."""
    signed = [pk for address in mail.to if (pk := return_path.message_in(address))]
    mails = Message.objects.by_mail().select_for_update(of=("self",)).select_related("person")
    if signed:
        return mails.filter(pk__in=signed).order_by("pk").first()
    return mails.filter(message_id__in=mail.about).order_by("pk").first()


def _give_up(message: Message, failure: Failure) -> bool:
    """The message lies before a person; False when it did already, or she has seen to it."""
    if message.state in {Message.State.DEAD, Message.State.CLOSED, Message.State.WITHDRAWN}:
        return False
    message.state = Message.State.DEAD
    message.lease_until = None
    message.last_error = f"returned_{failure.status}".rstrip("_")[:60]
    message.save(update_fields=["state", "lease_until", "last_error"])
    trail.record(
        "message.returned",
        by=None,
        case_id=message.case_id,
        number=message.number,
        object_type="message",
        body={"message": message.pk, "kind": message.kind, "status": failure.status},
    )
    return True
