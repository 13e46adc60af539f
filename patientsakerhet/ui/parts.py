"""What views hand to components: small values with their defaults, so that templates meet no missing name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Tone = Literal["", "info", "good", "warn", "bad", "accent"]
Audience = Literal["", "internal", "parties", "reporter"]


@dataclass(frozen=True)
class Act:
    """A deed as a button: a POST of its own with `fields`, a link (`post=False`), or with `missing`
    sentences a button that says why it cannot be pressed."""

    label: str
    url: str
    post: bool = True
    kind: Literal["", "primary", "quiet", "danger"] = ""
    key: str = ""
    fields: Mapping[str, str | int] = field(default_factory=dict)
    missing: Sequence[str] = ()
    dialog: str = ""

    @property
    def id(self) -> str:
        """Names the reasons for the button that points at them."""
        return "saknas-" + "".join(sign if sign.isalnum() else "-" for sign in self.url)


@dataclass(frozen=True)
class Tab:
    """A saved view, or a part of the same thing; the one shown is current."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Step:
    """A state on a case's way, with what to say under it."""

    label: str
    note: str = ""
    state: Literal["", "done", "now", "skipped"] = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Block:
    """Something that must be done before the case can close, with the way there; or that is done."""

    text: str
    url: str = ""
    note: str = ""
    done: bool = False


@dataclass(frozen=True)
class Event:
    """Something said to an audience, or (without one) something that happened by itself."""

    at: datetime
    text: str
    who: str = ""
    title: str = ""
    to: Audience = ""
    to_label: str = ""


@dataclass(frozen=True)
class Column:
    """A table's column; numbers stand at its end; `sort_url` makes the heading a link."""

    label: str
    end: bool = False
    sort_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a table's cell; with a tone, as a chip."""

    text: str
    url: str = ""
    tone: Tone = ""
    end: bool = False
    label: str = ""


def table_rows(columns: Sequence[Column], rows: Sequence[Sequence[Cell | str]]) -> list[list[Cell]]:
    """The rows with every cell knowing its column, as `components/table.html` wants them."""
    return [
        [
            _in_column(cell if isinstance(cell, Cell) else Cell(cell), column)
            for cell, column in zip(row, columns, strict=True)
        ]
        for row in rows
    ]


def _in_column(cell: Cell, column: Column) -> Cell:
    return Cell(cell.text, cell.url, cell.tone, column.end, column.label)


@dataclass(frozen=True)
class Square:
    """One field of the risk matrix."""

    score: int
    band: int
    was: bool
    now: bool


@dataclass(frozen=True)
class Matrix:
    """The risk matrix: likelihood across, severity down from the worst."""

    likelihoods: Sequence[tuple[int, str]]
    rows: Sequence[tuple[str, int, Sequence[Square]]]


def matrix(
    severities: Sequence[tuple[int, str]],
    likelihoods: Sequence[tuple[int, str]],
    *,
    band: Callable[[int], int],
    was: tuple[int, int] | None = None,
    now: tuple[int, int] | None = None,
) -> Matrix:
    """The matrix of a region's scales: `band` says 1, 2 or 3 of a score, `was` and `now` are
    (severity, likelihood) of the first assessment and the one that holds."""
    return Matrix(
        likelihoods,
        [
            (
                name,
                severity,
                [
                    Square(
                        severity * likelihood,
                        band(severity * likelihood),
                        was=was == (severity, likelihood),
                        now=now == (severity, likelihood),
                    )
                    for likelihood, _ in likelihoods
                ],
            )
            for severity, name in sorted(severities, reverse=True)
        ],
    )


@dataclass(frozen=True)
class Part:
    """One part of a whole, with its place in the bar in per cent."""

    label: str
    count: int
    url: str
    kind: int
    x: str
    width: str


GAP = 0.35
"""Per cent of the bar between two parts."""


def cover(parts: Sequence[tuple[str, int, str]]) -> list[Part]:
    """At most five parts (label, count, url) of a whole, as `components/cover.html` wants them."""
    if len(parts) > 5:
        raise ValueError("A coverage bar has five parts at most; more cannot be told apart.")
    total = sum(count for _, count, _ in parts) or 1
    laid: list[Part] = []
    before = 0
    for kind, (label, count, url) in enumerate(parts, start=1):
        width = max(100 * count / total - GAP, 0)
        laid.append(Part(label, count, url, kind, f"{100 * before / total:.2f}%", f"{width:.2f}%"))
        before += count
    return laid
