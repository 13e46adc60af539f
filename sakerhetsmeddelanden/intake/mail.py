"""A mail as it came over the wire, taken apart: who, when, words and files. Nothing in it is trusted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from sakerhetsmeddelanden.intake import authentication, html_text, tnef
from sakerhetsmeddelanden.intake.parsed import FoundFile, Reading

MOST_PARTS = 300
MOST_FILES = 50
DEEPEST = 8
LONGEST_TEXT = 400_000
LONGEST_HEADER = 998
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069"
    r"\ufeff\ud800-\udfff\ufffe\uffff]"
)
_LIGATURE = re.compile(r"[\ufb00-\ufb06\u00a0\u202f]")
"""Letters drawn as one (ﬁ), and blanks that do not break."""
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ALONE = re.compile(r'([^"<>@\s][^"<>@]*?) *<([^<>@\s]+@[^<>@\s]+)>')
"""One name with its address, and nobody beside."""
_AUTOMATIC = frozenset({"junk", "auto_reply"})
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def read(content: bytes, folder: Path, trusted: Collection[str]) -> Reading:
    """The message; its files lie in the folder, numbered as they stood in it."""
    message = message_from_bytes(content)
    reading = Reading()
    _heads(message, reading, trusted)
    if not reading.sender and not reading.subject and not reading.message_id:
        reading.problem = "Det som kom går inte att läsa som ett e-postmeddelande."
    _Body(reading, folder).take(message, 0)
    if len(reading.text) > LONGEST_TEXT:
        reading.text = reading.text[:LONGEST_TEXT]
        reading.remarks.append("Texten är mycket lång. Bara början har lästs.")
    return reading


def printable(text: str) -> str:
    """The text composed, with plain line breaks and letters, without signs that cannot be shown."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    plain = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), lines)
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", plain))


def header(message: Message, name: str) -> str:
    """A header in readable form on one line; what cannot be decoded is shown as it stands."""
    written = message.get(name)
    if written is None:
        return ""
    try:
        parts = decode_header(str(written))
    except (HeaderParseError, ValueError):
        parts = [(str(written), None)]
    text = "".join(
        part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts
    )
    return " ".join(printable(text).split())[:LONGEST_HEADER]


def decoded(content: bytes, charset: str) -> str:
    """Bytes as text: in the charset they claim, else as UTF-8, else as Windows wrote them."""
    for one in (charset, "utf-8"):
        try:
            return content.decode(one)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _heads(message: Message, reading: Reading, trusted: Collection[str]) -> None:
    reading.subject = header(message, "Subject")
    reading.sender_name, reading.sender = _address(message, "From")
    reading.reply_to = _address(message, "Reply-To")[1]
    reading.to = header(message, "To")
    reading.message_id = (_MESSAGE_ID.findall(header(message, "Message-ID")) or [""])[0]
    reading.answers = list(
        dict.fromkeys(
            _MESSAGE_ID.findall(header(message, "In-Reply-To"))
            + _MESSAGE_ID.findall(header(message, "References"))[::-1]
        )
    )[:50]
    try:
        sent_at = parsedate_to_datetime(header(message, "Date"))
    except (TypeError, ValueError, OverflowError):
        sent_at = None
    if sent_at is not None and sent_at.tzinfo is not None and 1990 <= sent_at.year <= 2100:
        reading.sent_at = sent_at.isoformat()
    automatic = header(message, "Auto-Submitted").casefold().partition(";")[0].strip()
    reading.is_automatic = (
        automatic not in {"", "no"}
        or header(message, "Precedence").casefold() in _AUTOMATIC
        or message.get_content_type() == "multipart/report"
    )
    found = authentication.read(
        [str(one) for one in message.get_all("Authentication-Results", [])], trusted
    )
    reading.authenticated_by = found.by
    reading.spf, reading.dkim, reading.dmarc = found.spf, found.dkim, found.dmarc


def _address(message: Message, name: str) -> tuple[str, str]:
    """Name and address of the first one written, the address in small letters.

    A name with a comma in it should stand in quotation marks, and often does not: "EBI, L.P. <…>".
    """
    written = header(message, name)
    if alone := _ALONE.fullmatch(written):
        return alone[1][:200], alone[2].casefold()[:254]
    for shown, address in getaddresses([written]):
        if "@" in address:
            return shown.strip()[:200], address.strip().casefold()[:254]
    return written[:200], ""


class _Body:
    """The parts of a message, one after the other, into words and files."""

    def __init__(self, reading: Reading, folder: Path) -> None:
        self.reading = reading
        self.folder = folder
        self.parts = 0

    def take(self, message: Message, depth: int) -> None:
        """The part and everything in it."""
        self.parts += 1
        if self.parts > MOST_PARTS or depth > DEEPEST:
            self.reading.problem = "Meddelandet har ovanligt många eller djupt inbäddade delar och har inte lästs helt."
            return
        kind = message.get_content_type()
        if kind == "message/rfc822":
            self._forwarded(message, depth)
        elif message.is_multipart():
            parts = list(_parts(message))
            for part in _chosen(parts) if kind == "multipart/alternative" else parts:
                self.take(part, depth + 1)
        else:
            self._leaf(message, kind)

    def _forwarded(self, message: Message, depth: int) -> None:
        """A mail in the mail: who wrote it and what, under a line of its own."""
        for inner in _parts(message):
            heads = [header(inner, name) for name in ("From", "Date", "Subject")]
            self._say("--- Vidarebefordrat meddelande ---")
            self._say(
                "\n".join(
                    f"{label}: {value}"
                    for label, value in zip(("Från", "Datum", "Ämne"), heads, strict=True)
                    if value
                )
            )
            self.take(inner, depth + 1)

    def _leaf(self, message: Message, kind: str) -> None:
        payload = message.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        name = _file_name(message)
        attached = "attachment" in str(message.get("Content-Disposition", "")).casefold()
        if kind in _TNEF_TYPES or name.casefold() == "winmail.dat":
            self._unwrap(content)
        elif kind in {"text/plain", "text/html"} and not attached and not name:
            text = decoded(content, message.get_content_charset() or "")
            self._say(html_text.text_of(text) if kind == "text/html" else text)
        elif content:
            self._keep(content, name, kind)

    def _unwrap(self, content: bytes) -> None:
        try:
            text, wrapped = tnef.unwrap(content)
        except tnef.Broken:
            self._keep(content, "winmail.dat", "application/ms-tnef")
            self.reading.remarks.append("winmail.dat är trasig och har inte packats upp.")
            return
        self._say(text)
        for one in wrapped:
            self._keep(one.content, one.name, "application/octet-stream")

    def _keep(self, content: bytes, name: str, kind: str) -> None:
        files = self.reading.files
        if len(files) >= MOST_FILES:
            if len(files) == MOST_FILES and not self.reading.problem:
                self.reading.problem = f"Meddelandet har fler än {MOST_FILES} filer."
            return
        place = f"{len(files):03d}"
        (self.folder / place).write_bytes(content)
        shown = " ".join(printable(name).split())[:300]
        files.append(FoundFile(place, shown, kind[:100], len(content)))

    def _say(self, text: str) -> None:
        if plain := printable(text).strip():
            self.reading.text = f"{self.reading.text}\n\n{plain}".strip()


def _parts(message: Message) -> Iterator[Message]:
    payload = message.get_payload()
    if isinstance(payload, list):
        yield from (part for part in payload if isinstance(part, Message))


def _chosen(parts: list[Message]) -> list[Message]:
    """Of the same words in several shapes the plainest that says something; files all the same."""
    plain = [
        p for p in parts if p.get_content_type() == "text/plain" and p.get_payload(decode=True)
    ]
    if not plain:
        return parts[-1:]
    return [plain[0], *(p for p in parts if p.get_content_maintype() not in {"text"})]


def _file_name(message: Message) -> str:
    """The name in either header, decoded although it should not have been encoded that way."""
    try:
        written = message.get_filename() or ""
        parts = decode_header(written) if written else []
    except (HeaderParseError, ValueError, LookupError, TypeError):
        return "bilaga"
    return "".join(
        part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts
    )
