"""What a document says, as data: built by whoever knows the facts, set by `pdf` and `word` alike.

Texts are plain: what somebody wrote can never become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

FIRST_LAYOUT, WHOLE_ROWS = 1, 2
"""Layouts: from the second on a label is never parted from what it says, and pages are numbered in Word too."""
SHORT = 8
"""A table of so many rows at most is not parted between pages."""


@dataclass(frozen=True)
class Heading:
    """A heading of a section, of level 1 to 3 below the document's title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; an empty line within it begins a new paragraph."""

    text: str


@dataclass(frozen=True)
class Note:
    """Something the reader must not miss: that the document is incomplete, say."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Labels and values side by side (form fields)."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Tick:
    """One box of a form: its text, whether it is ticked, and what is written beside it."""

    text: str
    is_ticked: bool
    detail: str = ""


@dataclass(frozen=True)
class Ticks:
    """The boxes of a form, in the form's own order."""

    boxes: Sequence[Tick]


@dataclass(frozen=True)
class Table:
    """Rows under headings; the caption is its name for whoever cannot see it."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()
    """Columns, counted from 0, that hold numbers and are set to the right."""

    @property
    def is_short(self) -> bool:
        """Whether it stands whole on one page."""
        return len(self.rows) <= SHORT


@dataclass(frozen=True)
class Drawing:
    """A picture as SVG with its caption; `alt` says the same to whoever cannot see it."""

    caption: str
    svg: str
    alt: str
    width_cm: float = 11
    lead: str = ""
    """What it shows, said in words above it; never parted from it."""


Block = Heading | Paragraph | Note | Facts | Ticks | Table | Drawing


@dataclass(frozen=True)
class Document:
    """One document: its title, what stands in its head and foot, and its parts in order."""

    title: str
    made_at: datetime
    """The moment the facts are from. Both files carry it, so that the same facts give the same bytes."""
    author: str
    language: str = "sv"
    subtitle: str = ""
    foot: str = ""
    blocks: Sequence[Block] = field(default=())
    layout: int = FIRST_LAYOUT
    """How it is set: what was set once is set the same way for ever."""
