"""The functional mailbox over IMAP: what lies there, one message at a time, and putting away.

imaplib of the standard library: what is needed is a handful of commands, and a large message must be
fetched in pieces. Only our own server is spoken to, but it is not taken for granted that it behaves:
it may vanish in the middle of a message, forget its numbering, or give two messages one number.
"""

from __future__ import annotations

import binascii
import imaplib
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from patientsakerhet.lib.env import Mailbox

SECONDS = 20
PIECE = 256 * 1024
MOST_HEAD = 256 * 1024
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")
_SEQUENCE = re.compile(rb"^(\d+) \(")
_WHEN = re.compile(rb'INTERNALDATE "([^"]{10,40})"')


class MailboxIsAway(Exception):
    """The server did not answer, or broke off; nothing that was not taken in is lost by that."""


@dataclass(frozen=True)
class Lying:
    """One message in the mailbox, by the server's numbers."""

    uid: int
    sequence: int
    size: int
    received_at: datetime
    shares_its_uid: bool = False


class Opened:
    """The mailbox, chosen; `uid_validity` says which numbering its UIDs belong to."""

    def __init__(self, server: imaplib.IMAP4, mailbox: Mailbox) -> None:
        self.server = server
        self.mailbox = mailbox
        # What may be done is told anew to whoever has signed in.
        told = _expect(server.capability())
        self.capabilities = frozenset(b" ".join(told).decode("ascii", "replace").upper().split())
        # A folder that cannot be made may be there already; what matters is that it can be used.
        if mailbox.done_folder:
            server.create(_quoted(mailbox.done_folder))
        _expect(server.select(_quoted(mailbox.folder)))
        validity = server.response("UIDVALIDITY")[1]
        if not validity or not validity[0]:
            raise MailboxIsAway("no UIDVALIDITY")
        self.uid_validity = int(validity[0])

    def lying(self) -> list[Lying]:
        """Every message in the mailbox, oldest first."""
        if not _first_number(_expect(self.server.search(None, "ALL"))):
            return []
        answer = _expect(self.server.fetch("1:*", "(UID RFC822.SIZE INTERNALDATE)"))
        found = [one for line in answer if isinstance(line, bytes) and (one := _lying(line))]
        times = Counter(one.uid for one in found)
        return [
            Lying(one.uid, one.sequence, one.size, one.received_at, times[one.uid] > 1)
            for one in found
        ]

    def copy(self, message: Lying, target: IO[bytes], *, most: int) -> int:
        """The message as the server has it is written to the target, piece by piece; its length.

        Stops after `most` bytes, whatever size the server had told.
        """
        written = 0
        while written < most:
            piece = self._piece(message, f"BODY.PEEK[]<{written}.{min(PIECE, most - written)}>")
            target.write(piece)
            written += len(piece)
            if len(piece) < PIECE:
                return written
        return written

    def head(self, message: Lying) -> bytes:
        """The head alone."""
        return self._piece(message, f"BODY.PEEK[HEADER]<0.{MOST_HEAD}>")

    def put_away(self, message: Lying) -> bool:
        """The message lies in the folder for what has been taken in; False where there is none.

        A message that shares its number with another stays, for the server cannot be told which.
        """
        folder = self.mailbox.done_folder
        if not folder or message.shares_its_uid:
            return False
        uid, name = str(message.uid), _quoted(folder)
        if "MOVE" in self.capabilities:
            return self.server.uid("MOVE", uid, name)[0] == "OK"
        if "UIDPLUS" not in self.capabilities:
            return False  # a plain EXPUNGE would take what others have marked
        if self.server.uid("COPY", uid, name)[0] != "OK":
            return False
        self.server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        return self.server.uid("EXPUNGE", uid)[0] == "OK"

    def _piece(self, message: Lying, part: str) -> bytes:
        if message.shares_its_uid:
            answer = _expect(self.server.fetch(str(message.sequence), f"({part})"))
        else:
            answer = _expect(self.server.uid("FETCH", str(message.uid), f"({part})"))
        for one in answer:
            if isinstance(one, tuple):
                return bytes(one[1])
        if any(b"{0}" in one or b'""' in one for one in answer if isinstance(one, bytes)):
            return b""
        raise MailboxIsAway("a message that is not there")


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Opened]:
    """The mailbox while it can be reached; raises `MailboxIsAway` when it cannot, whatever why."""
    try:
        server = _connected(mailbox)
        try:
            server.login(mailbox.user, mailbox.password)
            yield Opened(server, mailbox)
        finally:
            _leave(server)
    except (imaplib.IMAP4.error, OSError, EOFError) as fault:
        raise MailboxIsAway(type(fault).__name__) from fault


def _connected(mailbox: Mailbox) -> imaplib.IMAP4:
    """By TLS from the first byte, or by STARTTLS; without only inside the machine."""
    if mailbox.is_tls:
        return imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=ssl.create_default_context(), timeout=SECONDS
        )
    server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=SECONDS)
    if mailbox.host not in {"localhost", "127.0.0.1", "::1"}:
        server.starttls(ssl.create_default_context())
    return server


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        server.shutdown()


def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
    status, found = answer
    if status != "OK":
        raise MailboxIsAway(status)
    return found


def _first_number(answer: list[Any]) -> bytes:
    return bytes(answer[0] or b"").split(b" ")[0] if answer else b""


def _lying(line: bytes) -> Lying | None:
    uid, size, sequence = _UID.search(line), _SIZE.search(line), _SEQUENCE.match(line)
    if not uid or not size or not sequence:
        return None
    when = _WHEN.search(line)
    try:
        text = when[1].decode("ascii").strip() if when else ""
        received_at = datetime.strptime(text, "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        received_at = datetime.now(UTC)
    return Lying(int(uid[1]), int(sequence[1]), int(size[1]), received_at)


def _quoted(folder: str) -> str:
    """The folder's name as the protocol writes it: modified UTF-7 (RFC 3501 5.1.3) in quotes."""
    written = "".join(
        part if part.isascii() else f"&{_base64(part)}-"
        for part in re.split(r"([^\x20-\x7e]+)", folder.replace("&", "&-"))
    )
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _base64(part: str) -> str:
    return binascii.b2a_base64(part.encode("utf-16-be")).decode().rstrip("\n=").replace("/", ",")
