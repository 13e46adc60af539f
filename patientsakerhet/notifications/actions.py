"""What a person may do with a message that could not be sent.

Whether she may is judged where the page is; the floors know no policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from patientsakerhet.audit import trail
from patientsakerhet.lib import text, waking
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.notifications import outbox
from patientsakerhet.notifications.models import Message

if TYPE_CHECKING:
    from patientsakerhet.organisation.models import Person


@transaction.atomic
def retry(message: Message, *, by: Person) -> Message:
    """Let the relay try a given-up message for another day."""
    message = _given_up(message)
    message.state = Message.State.PENDING
    message.first_tried_at = None
    message.not_before = Now()
    message.save(update_fields=["state", "first_tried_at", "not_before"])
    _tell("message.retried", message, by=by)
    waking.after_commit(outbox.DELIVER)
    return message


@transaction.atomic
def close(message: Message, *, by: Person, reason: str) -> Message:
    """Write off a given-up message, saying how the recipient was told instead, or why not."""
    message = _given_up(message)
    reason = text.clean(reason).strip()
    if not reason:
        raise NotReady(
            "Skriv hur mottagaren fick veta det i stället, eller varför det inte behövs."
        )
    message.state = Message.State.CLOSED
    message.closed_by = by
    message.closed_reason = reason
    message.save(update_fields=["state", "closed_by", "closed_reason"])
    _tell("message.closed", message, by=by)
    return message


@transaction.atomic
def let_go(message: Message) -> Message:
    """A given-up message is no longer anybody's work, since the same is told in a new one."""
    message = _given_up(message)
    message.state = Message.State.WITHDRAWN
    message.save(update_fields=["state"])
    _tell("message.withdrawn", message, by=None)
    return message


def _given_up(message: Message) -> Message:
    locked = Message.objects.select_for_update().get(pk=message.pk)
    if locked.state != Message.State.DEAD:
        raise WrongStep("Meddelandet är inte längre bland dem som inte gick att skicka.")
    return locked


def _tell(action: str, message: Message, *, by: Person | None) -> None:
    trail.record(
        action,
        by=by,
        case_id=message.case_id,
        number=message.number,
        object_type="message",
        body={"message": message.pk, "kind": message.kind, "error": message.last_error},
    )
