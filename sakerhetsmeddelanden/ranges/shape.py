"""What a text of ranges was read as: alternatives of conditions, exceptions, and what was not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

About = Literal["serial", "lot", "number", "software", "made", "all"]

WORDS: dict[str, str] = {
    "serial": "serienummer",
    "lot": "parti",
    "number": "serienummer eller parti",
    "software": "programversion",
    "made": "tillverkad",
    "all": "alla",
}


@dataclass(frozen=True)
class Clause:
    """One condition: from `low` to `high`, either of which may be absent or itself left out.

    `number` is a number without a word saying whether it is a serial number or a lot. A `prefix`
    stands alone. Days are written as 2021-03-01.
    """

    about: About
    low: str = ""
    high: str = ""
    above: bool = False
    """The low end is itself outside."""
    below: bool = False
    """The high end is itself outside."""
    prefix: str = ""

    @property
    def words(self) -> str:
        """The condition in Swedish."""
        name = WORDS[self.about]
        if self.about == "all":
            return name
        if self.prefix:
            return f"{name} som börjar med {self.prefix}"
        if self.low and self.low == self.high:
            return f"{name} {self.low}"
        if self.low and self.high and not (self.above or self.below):
            return f"{name} {self.low}–{self.high}"
        parts = []
        if self.low:
            parts.append(f"{'efter' if self.above else 'från och med'} {self.low}")
        if self.high:
            parts.append(f"{'före' if self.below else 'till och med'} {self.high}")
        return f"{name} {', '.join(parts)}"


Together = tuple[Clause, ...]
"""Conditions that must all hold."""


@dataclass(frozen=True)
class Ranges:
    """The alternatives, of which one is enough; the exceptions from them; and what could not be read.

    Without alternatives, and with everything read, nothing narrows the product: all are affected.
    """

    any: tuple[Together, ...] = ()
    but: tuple[Together, ...] = ()
    maybe: tuple[Together, ...] = ()
    """Alternatives that the text means in one of its two readings: "1, 2 med version 3"."""
    unread: tuple[str, ...] = ()
    """Text that may add devices."""
    unread_exceptions: tuple[str, ...] = ()
    """Text that may take devices away."""

    @property
    def is_whole(self) -> bool:
        """Whether every part of the text was understood."""
        return not self.unread and not self.unread_exceptions

    @property
    def words(self) -> str:
        """All of it in Swedish."""
        said = "; ".join(" och ".join(one.words for one in together) for together in self.any)
        without = "; ".join(" och ".join(one.words for one in together) for together in self.but)
        if not said:
            said = "inget som gick att tolka" if self.unread else "alla"
        said = f"{said}, utom {without}" if without else said
        perhaps = "; ".join(" och ".join(one.words for one in together) for together in self.maybe)
        return f"{said}. Kanske också {perhaps}" if perhaps else said

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def from_json(value: Mapping[str, Any] | None) -> Ranges:
    """The ranges that `as_json` gave; nothing narrows when there is nothing."""
    if not value:
        return Ranges()
    return Ranges(
        any=_together(value["any"]),
        but=_together(value["but"]),
        maybe=_together(value["maybe"]),
        unread=tuple(value["unread"]),
        unread_exceptions=tuple(value["unread_exceptions"]),
    )


def _together(rows: Sequence[Sequence[Mapping[str, Any]]]) -> tuple[Together, ...]:
    return tuple(tuple(Clause(**one) for one in row) for row in rows)
