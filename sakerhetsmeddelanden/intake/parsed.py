"""What a reading has found, in shapes that can be handed from one process to another as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FoundFile:
    """A file that came with a message; its bytes lie in the folder of the reading, under `place`."""

    place: str
    name: str
    content_type: str
    size: int
    pages: list[str] = field(default_factory=list)
    """The text of each page, where it could be read."""
    problem: str = ""
    """Why its text could not be read, in Swedish."""


@dataclass
class Field:
    """A value proposed for one of the template's fields, and where it was read."""

    code: str
    value: str
    source: str = ""
    """The file's place; empty when it stood in the message itself."""
    page: int = 0
    """From 1; 0 in the message itself."""
    line: int = 0
    quote: str = ""


@dataclass
class Reading:
    """A message that has been read, as far as that went."""

    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    to: str = ""
    message_id: str = ""
    answers: list[str] = field(default_factory=list)
    """Message-IDs it answers or refers to, nearest first."""
    sent_at: str = ""
    is_automatic: bool = False
    """An automatic answer or a delivery report; never an answer from a person."""
    authenticated_by: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    text: str = ""
    files: list[FoundFile] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What was left out or could not be read, in Swedish; the rest stands."""
    problem: str = ""
    """Why it cannot be judged without a person opening the original; sends it to quarantine."""
