"""A message and its files as numbered lines, each knowing where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sakerhetsmeddelanden.intake import labels
from sakerhetsmeddelanden.intake.parsed import Reading

_NOTICE = re.compile(r"field safety notice|säkerhetsmeddelande|fsca|recall|återkall", re.IGNORECASE)
_GAP = re.compile(r"\t+| {3,}| (?=FSCA[ -]Ref)")
_REPLY_FORM = re.compile(
    r"reply\s+form|response\s+form|acknowledgement\s+form|svarsformulär|svarsblankett|kvittensblankett",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A line of text; `page` is 0 in the message itself."""

    source: str
    page: int
    number: int
    text: str


def documents(reading: Reading) -> list[list[Line]]:
    """The texts in the order they are believed: the notice, other files, the mail, reply forms."""
    ranked: list[tuple[int, list[Line]]] = []
    for file in reading.files:
        lines = [
            line
            for page, content in enumerate(file.pages, start=1)
            for line in _lines(file.place, page, content)
        ]
        if lines:
            beginning = f"{file.name}\n" + "\n".join(line.text for line in lines[:25])
            if _REPLY_FORM.search(beginning[:300]):
                rank = 3
            else:
                rank = 0 if _NOTICE.search(beginning) else 1
            ranked.append((rank, lines))
    if reading.text:
        ranked.append((2, list(_lines("", 0, reading.text))))
    return [lines for _, lines in sorted(ranked, key=lambda one: one[0])]


def _lines(source: str, page: int, content: str) -> Iterator[Line]:
    """The text's lines; where a second label stands on a line, it begins a part of its own."""
    for number, text in enumerate(content.split("\n"), start=1):
        begin = 0
        for gap in _GAP.finditer(text):
            if labels.at_start(text[gap.end() :]) is not None:
                yield Line(source, page, number, text[begin : gap.start()])
                begin = gap.end()
        yield Line(source, page, number, text[begin:])
