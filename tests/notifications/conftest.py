"""A real mail server on loopback, that answers as each test tells it to."""

import asyncio
import contextlib
import email
import secrets
import socket
from collections.abc import Callable, Iterator
from email.message import Message as Mail

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

from patientsakerhet.notifications import kinds, outbox
from patientsakerhet.organisation.models import Person

Answer = Callable[[SMTP, Mail], str]


class Post:
    """What the server has received, and what it answers."""

    def __init__(self) -> None:
        self.received: list[Mail] = []
        self.recipients: list[str] = []
        self.envelope_senders: list[str] = []
        self.connections = 0
        self.to_sender = "250 OK"
        self.to_recipient = "250 OK"
        self.to_content: Answer = lambda server, mail: "250 OK"
        self.hangs = asyncio.Event()
        self.hang_at_content = False

    async def handle_EHLO(self, server, session: Session, envelope, hostname, responses):  # noqa: N802  aiosmtpd's own name
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope: Envelope, address, options):  # noqa: N802  aiosmtpd's own name
        envelope.mail_from = address
        self.envelope_senders.append(address)
        return self.to_sender

    async def handle_RCPT(self, server, session, envelope: Envelope, address, options):  # noqa: N802  aiosmtpd's own name
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.to_recipient

    async def handle_DATA(self, server, session, envelope: Envelope):  # noqa: N802  aiosmtpd's own name
        if self.hang_at_content:
            await self.hangs.wait()
        mail = email.message_from_bytes(envelope.original_content)
        answer = self.to_content(server, mail)
        self.received.append(mail)
        return answer

    @property
    def message_ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.received]


def free_port() -> int:
    """Below those that the kernel gives to whoever connects, so that it is free a while later too."""
    while True:
        port = secrets.randbelow(12_000) + 20_000
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture
def post() -> Iterator[Post]:
    server = Post()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=controller.port,
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
        EMAIL_HOST_USER="",
        EMAIL_TIMEOUT=5,
        DEFAULT_FROM_EMAIL="Varsam <varsam@region.example>",
    ):
        yield server
    controller.loop.call_soon_threadsafe(server.hangs.set)
    controller.stop()


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user(email="anna@example.org", name="Anna Ek")


@pytest.fixture
def promise(db: None):
    """Promise a message of a kind that is always due."""
    kinds.register(
        "test.reminder", subject="Påminnelse om {number}", template="notifications/reminder.txt"
    )
    made = iter(range(1, 10_000))

    def make(**given):
        number = next(made)
        if "person" not in given:
            given.setdefault("address", f"mottagare{number}@example.org")
        return outbox.promise(
            given.pop("kind", "test.reminder"),
            key=f"test:{number}",
            number=f"AV-2026-{number:05}",
            **given,
        )

    return make
