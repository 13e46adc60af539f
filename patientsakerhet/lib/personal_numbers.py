"""Swedish personal numbers in running text: finding them, and masking what identifies.

The rules are few and plain so that the browser can mirror them (`rules`):
every character is folded to a digit, "-", "+", " " or itself; a pattern finds six or eight digits
of a date and four more; the date must exist and not lie ahead; the last ten digits must pass Luhn.
What stands right before decides the doubtful ones: a letter, a digit group or a telephone label.
Finding is made to miss little; masking never loses a report, since the original is kept apart.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from patientsakerhet.lib import calendar

Kind = Literal["personal", "coordination", "reserve"]

# Dash-like signs that Unicode does not call dashes (minus, soft hyphen, low line) and blanks
# without width, which copied text carries between the digits.
_MORE_DASHES = "\u2212\u00ad\u02d7\u2043\u207b\u208b_~"
_MORE_BLANKS = "\u200b\u200c\u200d\u2060\ufeff\u180e\t\n\r"

_SEPARATOR = r"[-./]| {0,3}[-+]? {0,3}"
PATTERN = (
    r"((?:1[89]|20)?)(\d\d)([-./ ]?)(\d\d)\3(\d\d)"  # century, year, separator, month, day
    rf"({_SEPARATOR})"
    r"(\d{4})(?!\d|[-.+]\d)"
)
"""Read on folded text; the same in Python and JavaScript."""

_PERSON_LABEL = re.compile(
    r"(?:pnr|personnr|personnummer|nr|född|pat|patient|samordningsnr|samordningsnummer|p\.?nr)$"
)
_PHONE_LABEL = re.compile(
    r"(?:tel|telefon|telefonnummer|telefonnr|tfn|mobil|mobilnummer|mobilnr|mob|ring|ringer|sms|"
    r"fax|växel|sökare|phone)\b[^0-9a-zåäö]{0,3}(?:nr|nummer|på)?[^0-9a-zåäö]{0,3}$"
)
_LONGEST_LABEL = 32
_CLOCK_SPAN = timedelta(days=400)

_pattern = re.compile(PATTERN)


@dataclass(frozen=True)
class Found:
    """Where in the text a number stands (end exclusive), and what kind it is."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Masked:
    """The text with every found number masked, and where they stood in the original."""

    text: str
    found: tuple[Found, ...]


def find(text: str, *, on: date | None = None, reserve_patterns: Sequence[str] = ()) -> list[Found]:
    """Every personal and coordination number in the text, in order, without overlaps.

    `on` is the day it is, for telling a birth date from a future one. `reserve_patterns` are the
    region's own forms of reserve numbers, as expressions read on folded text.
    """
    folded = fold(text)
    on = on or calendar.today()
    found: list[Found] = []
    position = 0
    while match := _pattern.search(folded, position):
        kind = _kind(match, folded, on)
        if kind:
            found.append(Found(match.start(), match.end(), kind))
        # A number may begin inside what looked like one ("2085 0709-9805").
        position = match.end() if kind else match.start() + 1
    for pattern in reserve_patterns:
        found += [
            Found(match.start(), match.end(), "reserve")
            for match in re.finditer(pattern, folded, re.IGNORECASE)
            if match.end() > match.start()
        ]
    return _without_overlaps(found)


def mask(text: str, *, on: date | None = None, reserve_patterns: Sequence[str] = ()) -> Masked:
    """The text with each number as its six date digits and four stars: `850709-****`."""
    found = find(text, on=on, reserve_patterns=reserve_patterns)
    pieces: list[str] = []
    end = 0
    for number in found:
        pieces += [text[end : number.start], _masked(text[number.start : number.end], number.kind)]
        end = number.end
    return Masked("".join([*pieces, text[end:]]), tuple(found))


def fold(text: str) -> str:
    """The text with every sign made plain, one for one, so that positions stay the same."""
    return "".join(map(_plain, text))


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the ones before it (modulus 10)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def rules() -> dict[str, object]:
    """The rules as data for the browser, which warns while somebody writes."""
    folded: dict[str, str] = {}
    zeros: list[int] = []
    for code in range(0x1FBF9):
        sign, plain = chr(code), _plain(chr(code))
        if plain in "-+ ":
            folded[plain] = folded.get(plain, "") + sign
        elif plain == "0" and _plain(chr(code + 9)) == "9":
            zeros.append(code)
    return {
        "pattern": PATTERN,
        "personLabel": _PERSON_LABEL.pattern,
        "phoneLabel": _PHONE_LABEL.pattern,
        "longestLabel": _LONGEST_LABEL,
        "clockDays": _CLOCK_SPAN.days,
        "dashes": folded["-"],
        "pluses": folded["+"],
        "blanks": folded[" "],
        "zeros": zeros,
    }


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    if "0" <= sign <= "9" or sign in "-+ ./":
        return sign
    if sign in _MORE_DASHES or unicodedata.category(sign) == "Pd":
        return "-"
    if sign in _MORE_BLANKS or unicodedata.category(sign) == "Zs":
        return " "
    decimal = unicodedata.decimal(sign, None)
    if decimal is not None:
        return str(decimal)
    composed = unicodedata.normalize("NFKC", sign)
    plain = composed if len(composed) == 1 else sign
    lowered = plain.lower()
    return lowered if len(lowered) == 1 else plain


def _kind(match: re.Match[str], folded: str, on: date) -> Kind | None:
    century, year, parts, month, day, separator, serial = match.groups()
    ten = year + month + day + serial
    if serial.startswith("000") or not luhn(ten):
        return None
    before = folded[max(match.start() - _LONGEST_LABEL, 0) : match.start()]
    if _continues(before) or _is_telephone(before, parts, separator, century):
        return None
    coordination = int(day) >= 60
    born = _births(century, year, month, day, "+" in separator, on)
    if not born:
        return None
    if parts and parts != "." and not separator.strip() and _is_clock(serial, born, on):
        return None
    return "coordination" if coordination else "personal"


def _continues(before: str) -> bool:
    """Whether the digits belong to something longer that began earlier."""
    if not before:
        return False
    if before[-1].isdigit() or re.search(r"\d[-.+]$", before):
        return True
    return before[-1].isalpha() and not _PERSON_LABEL.search(before)


def _is_telephone(before: str, parts: str, separator: str, century: str) -> bool:
    """Ten digits in one go, or in pairs, after a word for a telephone."""
    together = not separator.strip() and not century
    return together and bool(_PHONE_LABEL.search(before))


def _births(
    century: str, year: str, month: str, day: str, centenarian: bool, on: date
) -> list[date]:
    """The birth dates the digits may mean, none later than today."""
    day_of_month = int(day) - 60 if int(day) >= 60 else int(day)
    # A coordination number may leave the day, or the month and the day, unknown.
    if int(day) == 60:
        day_of_month, month = 1, "01" if month == "00" else month
    born = []
    for hundreds in [int(century)] if century else [18, 19, 20]:
        try:
            birth = date(hundreds * 100 + int(year), int(month), day_of_month)
        except ValueError:
            continue
        # A plus is written from the year in which the person turns a hundred.
        if birth <= on and (century or not centenarian or on.year - birth.year >= 100):
            born.append(birth)
    return born


def _is_clock(serial: str, born: list[date], on: date) -> bool:
    """A recent day followed by a time of day: "2026-03-01 1405"."""
    recent = any(on - birth <= _CLOCK_SPAN for birth in born)
    return recent and int(serial[:2]) < 24 and int(serial[2:]) < 60


def _masked(written: str, kind: Kind) -> str:
    if kind == "reserve":
        return "****"
    folded = fold(written)
    digits = [sign for sign in folded if sign.isdigit()]
    return "".join(digits[-10:-4]) + ("+" if "+" in folded else "-") + "****"


def _without_overlaps(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for number in sorted(found, key=lambda number: (number.start, -number.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept
