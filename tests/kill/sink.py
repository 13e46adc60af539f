"""A real mail server on loopback that keeps the Message-ID of everything it has taken over."""

import asyncio
import email
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.notifications.conftest import free_port

SLOWNESS = 0.03
"""Seconds between taking a mail over and saying so: where a killed relay does not hear the answer."""


class Sink:
    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.recipients: dict[str, str] = {}
        self.port = free_port()

    @property
    def duplicates(self) -> int:
        return self.taken.total() - len(self.taken)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's own name
        mail = email.message_from_bytes(envelope.original_content)
        self.taken[mail["Message-ID"]] += 1
        self.recipients[mail["Message-ID"]] = envelope.rcpt_tos[0]
        await asyncio.sleep(SLOWNESS)
        return "250 OK"


@contextmanager
def sink() -> Iterator[Sink]:
    kept = Sink()
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
