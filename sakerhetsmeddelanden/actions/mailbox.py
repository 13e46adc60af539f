"""Emptying the functional mailbox: fetched, committed, and only then put away.

Whatever dies between two of these, the next round finds the message where it lay and goes on: a
message that has been committed is known by its number and its bytes, and is only put away.
"""

from __future__ import annotations

import logging
import tempfile
import time
from dataclasses import dataclass

from django.conf import settings

from sakerhetsmeddelanden.actions import intake
from sakerhetsmeddelanden.actions.intake import Place
from sakerhetsmeddelanden.intake import imap
from sakerhetsmeddelanden.intake.imap import Lying, MailboxIsAway, Opened
from sakerhetsmeddelanden.models import IncomingMessage, MailPlace

logger = logging.getLogger(__name__)

SECONDS = 40.0
"""A round ends well before the workers' time limit; the next one takes what is left."""
IN_MEMORY = 2**20


@dataclass
class Round:
    """What one round did."""

    taken_in: int = 0
    known: int = 0
    left: int = 0


def empty() -> Round | None:
    """What lies in the mailbox has been taken in; None when there is no mailbox to read.

    Raises `MailboxIsAway` when the server could not be reached, or vanished; what was taken in by
    then stays so.
    """
    if settings.IMAP is None:
        return None
    ends, done = time.monotonic() + SECONDS, Round()
    with imap.opened(settings.IMAP) as box:
        name = f"{settings.IMAP.user}@{settings.IMAP.host}/{settings.IMAP.folder}"
        # Messages that share a number are asked for by their order, which putting away changes.
        lying = sorted(box.lying(), key=lambda one: not one.shares_its_uid)
        places = MailPlace.objects.filter(mailbox=name, uid_validity=box.uid_validity)
        here = places.filter(uid__in=[one.uid for one in lying])
        known = set(here.values_list("uid", "size"))
        for message in lying:
            if time.monotonic() > ends:
                done.left += 1
                continue
            if (message.uid, message.size) in known and not message.shares_its_uid:
                done.known += 1
            elif _take(box, message, name):
                done.taken_in += 1
            else:
                done.known += 1
            if not box.put_away(message) and settings.IMAP.done_folder:
                logger.warning("message %s stays in the mailbox", message.uid)
    return done


def _take(box: Opened, message: Lying, mailbox: str) -> bool:
    """The message is taken in and committed; False when it was known by its bytes."""
    too_large = message.size > settings.IMAP_MAX_BYTES
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as raw:
        if too_large:
            size = message.size
        else:
            size = box.copy(message, raw, most=settings.IMAP_MAX_BYTES + 1)
            too_large = size > settings.IMAP_MAX_BYTES
            if size < message.size:
                raise MailboxIsAway("a message that ends too early")
        if too_large:
            raw.seek(0)
            raw.truncate()
            raw.write(box.head(message))
        raw.seek(0)
        taken = intake.take_in(
            raw,
            door=IncomingMessage.Door.MAIL,
            received_at=message.received_at,
            place=Place(mailbox, box.uid_validity, message.uid, message.size),
            size=size if too_large else None,
        )
    return taken.is_new
