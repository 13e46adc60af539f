"""Days and months of manufacture in a text of ranges."""

from __future__ import annotations

import calendar
import re
from datetime import date

from sakerhetsmeddelanden.ranges.shape import Clause
from sakerhetsmeddelanden.template import MONTHS

_DAY = (
    r"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:0?[1-9]|[12]\d|3[01]))?"
    r"|(?:\d{1,2}\.?\s+)?[a-zåäö]{3,9}\.?\s+(?:19|20)\d\d|(?:19|20)\d\d)"
)
_UNDER = re.compile(
    rf"^(?:<|before|prior to|earlier than|older than|före|innan|tidigare än|äldre än)\s*({_DAY})$",
    re.I,
)
_DOWN = re.compile(
    rf"^(?:<=|≤|up to(?: and including)?|until|till och med|t\.?o\.?m\.?|till|senast|through)\s*({_DAY})$",
    re.I,
)
_OVER = re.compile(rf"^(?:>|after|later than|efter|senare än)\s*({_DAY})$", re.I)
_UP = re.compile(rf"^(?:>=|≥|since|from|sedan|från(?: och med)?|fr\.?o\.?m\.?)\s*({_DAY})$", re.I)
_BETWEEN = re.compile(
    rf"^(?:between\s+|mellan\s+|from\s+|från\s+)?({_DAY})\s*(?:–|\s-\s|and|och|to|till)\s*({_DAY})$",
    re.I,
)
_ONE = re.compile(rf"^(?:in|i|on|den|under)?\s*({_DAY})$", re.I)
_CLEAR = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}|[a-zåäö]{3,9}\.?\s+(?:19|20)\d\d", re.I)
_YEAR = re.compile(r"^(?:19|20)\d\d$")


def says_so(text: str) -> bool:
    """Whether the text compares with what can only be a day or a month."""
    return bool(_CLEAR.search(text) and any(one.match(text) for one in (_UNDER, _DOWN, _OVER, _UP)))


def could_be_day(text: str) -> bool:
    """Whether a number may be meant as a year or a month: 2021, 2021-03."""
    return bool(re.match(rf"^{_DAY}$", text.strip(), re.I))


def clause(text: str) -> Clause | None:
    """The condition on the day of manufacture; None when it is not understood."""
    text = text.strip(" .:,")
    for pattern, below, above in ((_UNDER, True, False), (_DOWN, False, False)):
        if (found := pattern.match(text)) and (ends := span(found[1])):
            high = ends[0] if below else ends[1]
            return Clause("made", high=high.isoformat(), below=below, above=above)
    for pattern, above in ((_OVER, True), (_UP, False)):
        if (found := pattern.match(text)) and (ends := span(found[1])):
            low = ends[1] if above else ends[0]
            return Clause("made", low=low.isoformat(), above=above)
    if found := _BETWEEN.match(text):
        first, last = span(found[1]), span(found[2])
        if first and last and first[0] <= last[1]:
            return Clause("made", first[0].isoformat(), last[1].isoformat())
        return None
    if (found := _ONE.match(text)) and (ends := span(found[1])):
        return Clause("made", ends[0].isoformat(), ends[1].isoformat())
    return None


def span(text: str) -> tuple[date, date] | None:
    """The first and the last day meant: of a year, a month or a day; None for what is no day."""
    text = text.strip(" .")
    parts = re.split(r"[-/.]", text)
    try:
        if _YEAR.match(text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
        if all(part.isdigit() for part in parts) and len(parts) in (2, 3):
            year, month = int(parts[0]), int(parts[1])
            if len(parts) == 3:
                return (day := date(year, month, int(parts[2]))), day
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        words = text.replace(".", "").split()
        month = MONTHS.get(words[-2].lower(), 0)
        if not month:
            return None
        year = int(words[-1])
        if len(words) == 3:
            return (day := date(year, month, int(words[0]))), day
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, IndexError):
        return None
