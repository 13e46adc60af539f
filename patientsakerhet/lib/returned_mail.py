"""What comes back when mail has been sent: delivery reports (RFC 3464) and automatic answers.

Reads what a stranger wrote, so nothing in it is believed to be well made: whatever cannot be read
is told as such and never an error.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

LARGEST = 10 * 2**20
"""A report carries at most the mail it is about, and ours are short."""
MOST_PARTS = 100
MOST = 20
"""Failures, addresses and identities read from one mail; no mail of ours has more recipients."""

_IDENTITY = re.compile(r"<[^<>\s@]{1,250}@[^<>\s@]{1,250}>")
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BASIC = re.compile(r"(?<![\d.-])([45])\d\d(?![\d.])")
_BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
_REACHED = {"delivered", "relayed", "expanded"}


class Unreadable(ValueError):
    """Too large or too tangled to be taken apart."""


@dataclass(frozen=True)
class Failure:
    """One recipient whom a mail server could not reach, or not yet."""

    address: str
    status: str
    """The server's code, 5.1.1 or 550; "" when it gave none."""
    is_hard: bool
    """Another try would not help: 5.x except 5.4.4, a route that may be mended (RFC 3463)."""
    is_final: bool = True
    """The server has given up; otherwise it goes on trying."""


@dataclass(frozen=True)
class ReturnedMail:
    """A mail that has come in, as far as it is about one that was sent."""

    to: tuple[str, ...]
    """Every address of ours it may have come to."""
    about: tuple[str, ...]
    """Message-IDs of the mails it answers, refers to or returns."""
    is_report: bool
    """A mail server's report, or a mail from nobody, as those are sent."""
    is_automatic: bool
    """Nobody wrote it: an absence note, a receipt, a list."""
    failures: tuple[Failure, ...]
    reports_success: bool = False
    """A mail server's report that the mail has arrived, or was passed on."""


def read(raw: bytes) -> ReturnedMail:
    """What the mail says about one that was sent; refuses with `Unreadable` what is a trap."""
    if len(raw) > LARGEST:
        raise Unreadable("too large")
    # The standard reader calls itself once for each level, so the levels are counted first.
    if len(re.findall(rb"(?im)^content-type:", raw)) > MOST_PARTS:
        raise Unreadable("too many parts")
    mail = email.message_from_bytes(raw, policy=compat32)
    parts = list(mail.walk())
    returned = [part for part in parts[1:] if part.get_content_type() in _RETURNED]
    reports = [part for part in parts if part.get_content_type() in _REPORTS]
    is_automatic = _is_automatic(mail)
    # Servers that know no reports send back from nobody. So do absence notes, which say what they are.
    is_from_nobody = "".join(_words(mail, "Return-Path")) == "<>"
    is_report = bool(reports) or (is_from_nobody and not is_automatic)
    groups = [group for part in reports for group in _groups(part)]
    failures = [one for group in groups if (one := _failure(group))]
    return ReturnedMail(
        to=tuple(_addresses(mail))[:MOST],
        about=tuple(_identities(mail, returned))[:MOST],
        is_report=is_report,
        is_automatic=is_report or is_automatic,
        failures=tuple(failures[:MOST]),
        reports_success=any(_action(group) in _REACHED for group in groups) and not failures,
    )


def _is_automatic(mail: Message) -> bool:
    """RFC 3834, what older programs write instead, and receipts for reading (RFC 8098)."""
    submitted = _words(mail, "Auto-Submitted")
    if submitted and submitted[0].rstrip(";") != "no":
        return True
    if any(word in _BULK for word in _words(mail, "Precedence")):
        return True
    if any(name in mail for name in ("X-Autoreply", "X-Autorespond")):
        return True
    return mail.get_content_type() == "multipart/report"


def _failure(group: Message) -> Failure | None:
    """What one group of lines tells of a recipient; nothing when the mail has reached her.

    The first group of a report is about the mail as a whole and names no recipient.
    """
    address = _first(group, "Final-Recipient") or _first(group, "Original-Recipient")
    action = _action(group)
    if not (address or action) or action in _REACHED:
        return None
    status = _status(_first(group, "Status"), _first(group, "Diagnostic-Code"))
    if action not in {"failed", "delayed"} and not status.startswith(("4", "5")):
        return None
    is_final = action != "delayed"
    return Failure(
        address=address.rpartition(";")[2].strip(" <>")[:254],
        status=status,
        is_hard=is_final and status.startswith("5") and status != "5.4.4",
        is_final=is_final,
    )


def _action(group: Message) -> str:
    return _first(group, "Action").partition("(")[0].strip().casefold()


def _status(enhanced: str, diagnostic: str) -> str:
    """The status that the server gave, or the one in what it quotes."""
    for text in (enhanced, diagnostic):
        if found := _ENHANCED.search(text):
            return ".".join(found.groups())
    found = _BASIC.search(diagnostic)
    return found[0] if found else ""


def _groups(part: Message) -> list[Message]:
    """The groups of lines in a report, whether or not the reader has parted them."""
    payload = part.get_payload()
    if isinstance(payload, list) and part.get_content_type() == "message/delivery-status":
        return [group for group in payload if isinstance(group, Message)]
    text = _text(part)
    return [email.message_from_string(group) for group in re.split(r"\r?\n\s*\r?\n", text.strip())]


def _identities(mail: Message, returned: list[Message]) -> Iterator[str]:
    """Message-IDs, those of a returned mail first; each once."""
    seen: set[str] = set()
    heads: list[tuple[Message, tuple[str, ...]]] = []
    for part in returned:
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        head = inner if isinstance(inner, Message) else email.message_from_string(_text(part))
        heads.append((head, ("Message-ID",)))
    heads.append((mail, ("In-Reply-To", "References")))
    for head, names in heads:
        for name in names:
            for found in _IDENTITY.findall(" ".join(_all(head, name))):
                if found not in seen:
                    seen.add(found)
                    yield found


def _addresses(mail: Message) -> Iterator[str]:
    seen: set[str] = set()
    for name in _DELIVERED_TO:
        for _, address in getaddresses(_all(mail, name)[:MOST]):
            if "@" in address and len(address) <= 254 and address not in seen:
                seen.add(address)
                yield address


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload.decode("utf-8", "replace")
    inner = part.get_payload()
    return str(inner[0]) if isinstance(inner, list) and inner else ""


def _first(mail: Message, name: str) -> str:
    return next(iter(_all(mail, name)), "").strip()


def _words(mail: Message, name: str) -> list[str]:
    return _first(mail, name).casefold().split()


def _all(mail: Message, name: str) -> list[str]:
    return [str(value) for value in mail.get_all(name, [])]
