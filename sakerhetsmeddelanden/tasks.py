"""What happens with safety notices without anyone asking. Each is safe to run late, twice or at once."""

import logging

from celery import shared_task

from patientsakerhet.notifications import heartbeats
from sakerhetsmeddelanden.actions import mailbox, reading
from sakerhetsmeddelanden.intake.imap import MailboxIsAway

logger = logging.getLogger(__name__)


@shared_task
def empty_mailbox() -> None:
    """Beat. What lies in the functional mailbox is taken in; no sign of life while it is away."""
    try:
        emptied = mailbox.empty()
    except MailboxIsAway as away:
        logger.warning("the functional mailbox could not be read: %s", away)
        return
    if emptied is not None:
        heartbeats.beat("mailbox")


@shared_task
def read_message(pk: int) -> None:
    """A message has been taken in and waits to be read."""
    reading.read(pk)


@shared_task
def sweep_messages() -> None:
    """Beat. Messages that still wait, whose worker died or was never woken."""
    reading.sweep()
