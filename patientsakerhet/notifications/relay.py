"""Keeping the promises of the outbox: taking what is due, sending it, writing down how it went.

A message is taken by a short lease and no lock is held while the mail server is spoken to. A
relay that dies between sending and writing leads to a second mail with the same Message-ID,
never to none; one that wakes up late cannot overwrite what another has written since.
"""

from __future__ import annotations

import logging
import secrets
import smtplib
import time
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.db.models.functions import Now

from patientsakerhet.notifications import kinds, mails, unwritten
from patientsakerhet.notifications.models import Message

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
WORK_FOR = 40.0
"""Seconds of sending before the rest is left to the next run; a task may take sixty."""

# The fresh go first, so that one message that breaks its relay cannot stand in the others' way.
_CLAIM = """
    UPDATE notifications_message
    SET state = 'leased', lease_until = statement_timestamp() + %s,
        attempts = attempts + 1,
        first_tried_at = coalesce(first_tried_at, statement_timestamp())
    WHERE id = (
        SELECT id FROM notifications_message
        WHERE channel = 'mail' AND urgent AND (
            (state IN ('pending', 'failed') AND not_before <= statement_timestamp())
            OR (state = 'leased' AND lease_until <= statement_timestamp())
        )
        ORDER BY attempts, not_before, id
        FOR UPDATE SKIP LOCKED LIMIT 1
    )
    RETURNING *
"""

_dice = secrets.SystemRandom()


@dataclass
class Delivered:
    """How one run went, in messages."""

    sent: int = 0
    withdrawn: int = 0
    failed: int = 0
    dead: int = 0
    overtaken: int = field(default=0)
    """Settled by another relay while this one was slow."""


@dataclass(frozen=True)
class Fault:
    """Why a mail did not leave."""

    code: str
    is_final: bool = False
    """Another try would not help."""
    stops: bool = False
    """The server itself is away: no use going on with the others."""


def lease() -> timedelta:
    """How long a relay may keep a message: more than every answer of a slow server together."""
    return timedelta(seconds=max(60, 12 * (settings.EMAIL_TIMEOUT or 10)))


def deliver_due(*, work_for: float = WORK_FOR) -> Delivered:
    """Send what is due, one by one over one connection, until nothing is or the time is out."""
    told = Delivered(dead=_give_up())
    stop_at = time.monotonic() + work_for
    with _Post() as post:
        while time.monotonic() < stop_at and (message := _claim()):
            fault = _deliver(message, post, told)
            if fault and fault.stops:
                break
    return told


def _deliver(message: Message, post: _Post, told: Delivered) -> Fault | None:
    try:
        mail = unwritten.asked(message, _written)
    except unwritten.Unwritten as reason:
        told.dead += _settle(message, told, state=Message.State.DEAD, last_error=reason.code)
        return None
    if mail is None:
        told.withdrawn += _settle(message, told, state=Message.State.WITHDRAWN)
        return None
    fault = post.send(mail)
    if fault is None:
        told.sent += _settle(message, told, state=Message.State.SENT, sent_at=Now(), last_error="")
        return None
    logger.warning("message %s, attempt %s: %s", message.pk, message.attempts, fault.code)
    if fault.is_final:
        told.dead += _settle(message, told, state=Message.State.DEAD, last_error=fault.code)
    else:
        told.failed += _settle(
            message,
            told,
            state=Message.State.FAILED,
            last_error=fault.code,
            not_before=Now() + pause(message.attempts),
        )
    return fault


def pause(attempts: int) -> timedelta:
    """How long to wait after this many attempts: doubled each time, never quite the same."""
    doubled = min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10), LONGEST_PAUSE)
    return doubled * _dice.uniform(0.8, 1.2)


def judge(error: OSError | smtplib.SMTPException) -> Fault:
    """What the mail server's answer, or its silence, means for the message."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code = next(iter(error.recipients.values()))[0]
            return Fault(f"smtp_{code}", is_final=code >= 500, stops=code == 421)
        # What is said before any message is about the server or our account, not the message.
        case (
            smtplib.SMTPConnectError() | smtplib.SMTPHeloError() | smtplib.SMTPAuthenticationError()
        ):
            return Fault(f"smtp_{error.smtp_code}", stops=True)
        case smtplib.SMTPResponseException():
            code = error.smtp_code
            return Fault(f"smtp_{code}", is_final=code >= 500, stops=code == 421)
        case smtplib.SMTPNotSupportedError():
            return Fault("not_supported", is_final=True)
        # The library tells a server that fell silent from one that hung up by the cause alone.
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return Fault("timeout", stops=True)
        case smtplib.SMTPServerDisconnected():
            return Fault("disconnected")
        case TimeoutError():
            return Fault("timeout", stops=True)
        case ConnectionRefusedError():
            return Fault("refused", stops=True)
        case _:
            return Fault("connection", stops=True)


def _claim() -> Message | None:
    for message in Message.objects.raw(_CLAIM, [lease()]):
        return message
    return None


def _settle(message: Message, told: Delivered, **facts: object) -> bool:
    """Write down how it went, unless somebody else has taken the message since."""
    mine = Message.objects.filter(
        pk=message.pk, state=Message.State.LEASED, attempts=message.attempts
    )
    if mine.update(lease_until=None, **facts):
        return True
    told.overtaken += 1
    logger.warning("message %s, attempt %s: overtaken", message.pk, message.attempts)
    return False


def _give_up() -> int:
    """What has been tried for a day is laid before a person instead."""
    return (
        Message.objects.by_mail()
        .filter(
            Q(state=Message.State.FAILED) | Q(state=Message.State.LEASED, lease_until__lte=Now()),
            first_tried_at__lte=Now() - GIVE_UP_AFTER,
        )
        .update(state=Message.State.DEAD, lease_until=None)
    )


def _written(message: Message) -> EmailMessage | None:
    """The mail, or nothing when it has lost its point."""
    if not _is_still_due(message):
        return None
    mail = mails.compose(message)
    mail.message()  # refuses a header that would become two
    return mail


def _is_still_due(message: Message) -> bool:
    """Whether the recipient should still be told: she may have left, or the matter be settled."""
    if message.person and not message.person.is_active:
        return False
    return kinds.of(message.kind).still_due(message)


class _Post:
    """One connection to the mail server for as long as it holds, opened when first needed."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, mail: EmailMessage) -> Fault | None:
        """Nothing when the server has taken the mail over; otherwise why it has not."""
        try:
            self._hand_over(mail)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return judge(error)
        return None

    def _hand_over(self, mail: EmailMessage) -> None:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        self._connection.send_messages([mail])

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except (OSError, smtplib.SMTPException) as error:
            # What was sent is sent; a server that cannot say goodbye changes nothing.
            logger.info("mail server hung up: %s", type(error).__name__)
