"""What happens with safety notices without anyone asking. Each is safe to run late, twice or at once."""

import logging

from celery import shared_task

from patientsakerhet.notifications import heartbeats
from sakerhetsmeddelanden.actions import (
    arrivals,
    counting,
    distribution,
    mailbox,
    reading,
    reminding,
    resending,
)
from sakerhetsmeddelanden.intake.imap import MailboxIsAway
from sakerhetsmeddelanden.models import Distribution

logger = logging.getLogger(__name__)

WORK_SECONDS = 40.0
"""A task gives up its place after this long; the next one goes on where it stopped."""


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


@shared_task
def proceed_distribution(pk: int) -> None:
    """Woken when somebody has sent a notice out. Safe to run late, twice, or never: the sweep does it."""
    sending = Distribution.objects.get(pk=pk)
    distribution.proceed(sending, seconds=WORK_SECONDS)


@shared_task
def sweep_distributions() -> None:
    """Beat. Safe to run late, twice, or at the same time."""
    distribution.sweep(seconds=WORK_SECONDS)


@shared_task
def sweep_recipients() -> None:
    """Beat. Mails that bounced softly go again; silent units are reminded and lifted, as is true now."""
    resending.sweep()
    reminding.sweep()


@shared_task
def sweep_arrivals() -> None:
    """Beat. Affected devices that have come to a unit since the notice went out are found."""
    arrivals.sweep()


@shared_task
def sweep_figures() -> None:
    """Beat. Whom each notice reached and missed is counted, for the figures' pages."""
    counting.sweep()
