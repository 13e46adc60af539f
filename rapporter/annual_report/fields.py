"""Figures as fields in running text, `{{F11}}` or `{{F12|gånger}}`; and numbers typed by hand. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rapporter.annual_report import canonical, wording
from rapporter.annual_report.wording import NotSo, Said

FIELD = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*(?:\|\s*([^{}|]*?)\s*)?(?:\|\s*([^{}|]*?)\s*)?\}\}")
LOOSE = re.compile(r"\{\{|\}\}")
YEAR = re.compile(r"(?:19|20)\d\d")
WORDS = (
    "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv", "tretton",
    "fjorton", "femton", "sexton", "sjutton", "arton", "nitton", "tjugo", "trettio", "fyrtio",
    "femtio", "sextio", "sjuttio", "åttio", "nittio", "hundra", "tusen",
)  # fmt: skip
_OF_TEN = "(?:tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio)"
NUMBER = re.compile(
    rf"""(?<![\w.])(?:
        \d+(?:[\u00a0 .,/–-]?\d+)*(?:-tal\w*)?
        | (?:{_OF_TEN}(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio)
          | {"|".join(WORDS)})(?:tal\w*|faldig\w*)?
        | hälften | (?:en|två|tre)\s+(?:tredjedel|fjärdedel)\w* | dubbelt
        | (?:för|tre|fyr)dubbl\w* | halver\w* | dussin\w*
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Digits, number words, and words for how many times."""

Look = Callable[[str], Said | None]


@dataclass(frozen=True)
class Field:
    """One field: which figure, said how, and why so where it is the author's own word."""

    name: str
    variant: str
    written: str
    reason: str = ""

    @property
    def is_chosen(self) -> bool:
        """Whether it says a word of the author's own."""
        return self.variant.startswith(wording.CHOOSES)

    @property
    def word(self) -> str:
        """That word."""
        return self.variant.removeprefix(wording.CHOOSES).strip()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field: as it is written, and why."""

    written: str
    reason: str


@dataclass(frozen=True)
class Typed:
    """A number that somebody typed by hand: in which paragraph, what it says, and what names it."""

    paragraph: str
    text: str
    key: str
    is_year: bool


def of(text: str) -> list[Field]:
    """The fields of a text, in order."""
    return [_field(found) for found in FIELD.finditer(text)]


def chosen(text: str) -> list[Field]:
    """The fields that say a word of the author's own."""
    return [one for one in of(text) if one.is_chosen]


def filled(text: str, look: Look) -> str:
    """The text with its figures; a field that cannot be said stands as it was written."""

    def said(found: re.Match[str]) -> str:
        figure = look(found[1])
        if figure is None:
            return found[0]
        try:
            return say(_field(found), figure)
        except NotSo:
            return found[0]

    return FIELD.sub(said, text)


def say(field: Field, figure: Said) -> str:
    """The figure as the field has it said; refuses what it does not bear."""
    return wording.say(figure, field.variant, field.reason)


def pieces(text: str, look: Look) -> list[tuple[str, bool]]:
    """The text in pieces, and whether each is a figure: as `filled`, for a page that shows which."""
    found: list[tuple[str, bool]] = []
    at = 0
    for one in FIELD.finditer(text):
        found += [(text[at : one.start()], False), (filled(one[0], look), True)]
        at = one.end()
    found.append((text[at:], False))
    return [(piece, is_figure) for piece, is_figure in found if piece]


def faults(text: str, look: Look) -> list[Fault]:
    """What is wrong with the fields: unknown figures, words the numbers do not bear, half brackets."""
    found = []
    for one in of(text):
        figure = look(one.name)
        if figure is None:
            found.append(Fault(one.written, f"Det finns ingen siffra som heter {one.name}."))
            continue
        try:
            say(one, figure)
        except NotSo as refusal:
            found.append(Fault(one.written, str(refusal)))
    if LOOSE.search(FIELD.sub("", text)):
        found.append(Fault("{{ }}", "En siffra skrivs {{F11}} eller {{F12|gånger}}."))
    return found


def typed(text: str, *, years: Collection[int] = ()) -> list[Typed]:
    """The numbers typed by hand, paragraph by paragraph; the years named may stand without more."""
    found = []
    for paragraph in paragraphs(text):
        bare = FIELD.sub(lambda one: f" {one[3] or ''} ", paragraph)
        seen: dict[str, int] = {}
        for one in NUMBER.finditer(bare):
            said = one[0]
            is_year = bool(YEAR.fullmatch(said))
            if is_year and int(said) in years:
                continue
            nth = seen[said] = seen.get(said, 0) + 1
            key = canonical.digest([paragraph, said, nth])
            found.append(Typed(paragraph, said, key, is_year))
    return found


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what an empty line lies between, without blanks around."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [part.strip() for part in parts if part.strip()]


def mark(paragraph: str) -> str:
    """What a paragraph is known by; one letter changed, and it is another."""
    return canonical.digest(" ".join(paragraph.split()))


def _field(found: re.Match[str]) -> Field:
    return Field(found[1], (found[2] or "").lower(), found[0], found[3] or "")
