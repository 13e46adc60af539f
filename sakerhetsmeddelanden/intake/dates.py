"""Days as they are written in Swedish and English notices; a day that can be two is not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "januari january jan",
        "februari february feb febr",
        "mars march mar",
        "april apr",
        "maj may",
        "juni june jun",
        "juli july jul",
        "augusti august aug",
        "september sept sep",
        "oktober october okt oct",
        "november nov",
        "december dec",
    ),
    start=1,
):
    _MONTHS |= dict.fromkeys(_names.split(), _number)

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d-]){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])",
        rf"(?<!\d){_YEAR}[./](?P<month>\d\d?)[./](?P<day>\d\d?)(?!\d)",
        rf"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th|:e|\.)?[ \-/]?(?:of )?(?P<name>{_MONTH})(?![a-zåäö])\.?,?[ \-/]?"
        rf"(?:{_YEAR})?(?!\d)",
        rf"\b(?P<name>{_MONTH})\.?\s(?P<day>\d\d?)(?:st|nd|rd|th)?(?:,?\s{_YEAR})?(?!\d)",
        rf"(?<![\d./-])(?P<first>\d\d?)[./-](?P<second>\d\d?)[./-]{_YEAR}(?!\d)",
        rf"(?<![\d./-])(?P<first>\d\d?)/(?P<second>\d\d?) {_YEAR}(?!\d)",
        r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)",
    )
]


@dataclass(frozen=True)
class Day:
    """A day and where in the text it stood."""

    on: date
    start: int
    end: int


def first(text: str, *, near: date | None = None) -> Day | None:
    """The day that stands first in the text."""
    found = days(text, near=near)
    return found[0] if found else None


def days(text: str, *, near: date | None = None) -> list[Day]:
    """Every day in the text in its order.

    A day without a year is the next such day from `near` on, and nothing without that.
    """
    found: dict[int, Day] = {}
    for form in _FORMS:
        for match in form.finditer(text):
            on = _day(match.groupdict(), near)
            overlaps = any(d.start < match.end() and match.start() < d.end for d in found.values())
            if on is not None and not overlaps:
                found[match.start()] = Day(on, match.start(), match.end())
    return [found[start] for start in sorted(found)]


def _day(parts: dict[str, str | None], near: date | None) -> date | None:
    year, name = parts.get("year"), parts.get("name")
    if "first" in parts:
        return _either(int(parts["first"] or 0), int(parts["second"] or 0), int(year or 0))
    month = _MONTHS[name.lower()] if name else int(parts["month"] or 0)
    day = int(parts["day"] or 0)
    if year:
        return _valid(int(year), month, day)
    if near is None:
        return None
    this_year = _valid(near.year, month, day)
    if this_year is not None and this_year >= near:
        return this_year
    return _valid(near.year + 1, month, day)


def _either(first: int, second: int, year: int) -> date | None:
    """Day and month in the order that is possible; in neither when both are."""
    possible = {_valid(year, second, first), _valid(year, first, second)} - {None}
    return possible.pop() if len(possible) == 1 else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
