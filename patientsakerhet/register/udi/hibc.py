"""HIBC (ANSI/HIBC 2.6): a primary code, a secondary, both as one, or one after the other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from patientsakerhet.register.udi.code import (
    Agency,
    NotUdi,
    Udi,
    century,
    day,
    day_of_year,
    last_of,
)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_PRIMARY = re.compile(r"([A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9])")
_DATED = {
    # flag -> what the date is written with, and how many signs that is
    "2": ("MMDDYY", 6),
    "3": ("YYMMDD", 6),
    "4": ("YYMMDD", 8),
    "5": ("YYJJJ", 5),
    "6": ("YYJJJ", 7),
    "7": ("", 0),
}


def check_character(text: str) -> str:
    """HIBC's last sign: the sum of the signs' places in its alphabet, modulo 43."""
    return _ALPHABET[sum(_ALPHABET.index(sign) for sign in text) % 43]


def read(text: str, this_year: int) -> Udi:
    """What the code or the two codes say; the first letter is +."""
    parts = re.split(r"\s+(?=\+)", text.upper())
    if len(parts) > 2:
        raise NotUdi("Läs av en produkt i taget: det är fler än två HIBC-koder.")
    first = _one_hibc(parts[0], this_year)
    if len(parts) == 1:
        return first
    if not first.di:
        raise NotUdi("Läs av produktens kod först, sedan koden med parti eller serienummer.")
    second = _one_hibc(parts[1], this_year, link=_check_of(parts[0]))
    if second.di:
        raise NotUdi("Det är två produkters koder. Läs av en produkt i taget.")
    return replace(second, di=first.di)


def _check_of(text: str) -> str:
    """The check character of a code that was found right; a blank may have been lost."""
    return text[-1] if check_character(text[:-1]) == text[-1] else " "


def _one_hibc(text: str, this_year: int, link: str = "") -> Udi:
    text = f"{text[:-1]} " if text.endswith("_") else text  # how a blank is drawn under the code
    if len(text) < 4 or any(sign not in _ALPHABET for sign in text):
        raise NotUdi("HIBC-koden är avklippt eller innehåller tecken som inte får stå där.")
    body, check = text[:-1], text[-1]
    if check_character(body) != check and check_character(text) == " ":
        body, check = text, " "  # it was taken for air at the end of the line
    if check_character(body) != check:
        raise NotUdi(
            f"Kontrolltecknet {check} stämmer inte: det skulle ha varit {check_character(body)}. "
            "Läs av koden igen."
        )
    body = body[1:]
    if body[0] == "$" or body[0].isdigit():
        if link and body[-1] != link:
            raise NotUdi("De två HIBC-koderna hör till olika produkter.")
        return _secondary(body[:-1], Udi(Agency.HIBC), this_year)
    primary, *fields = body.split("/")
    if not _PRIMARY.fullmatch(primary):
        raise NotUdi("HIBC-koden säger inte vilken produkt det är. Läs av hela koden.")
    udi = Udi(Agency.HIBC, di=primary)
    for number, one in enumerate(fields):
        if number == 0 and (one[:1] == "$" or (one[:1].isdigit() and not one.startswith("1"))):
            udi = _secondary(one, udi, this_year)
        else:
            udi = _supplement(one, udi, this_year, first=number == 0)
    return udi


def _secondary(text: str, udi: Udi, this_year: int) -> Udi:
    """Quantity, expiry, then lot or serial number, as the flags say."""
    if not text.startswith("$"):
        return replace(udi, expires_on=_written("YYJJJ", text[:5], this_year), lot=text[5:])
    is_dated, rest = text.startswith("$$"), text.lstrip("$")
    is_serial, rest = rest.startswith("+"), rest.removeprefix("+")
    if is_dated:
        udi, rest = _dated(rest, udi, this_year)
    return replace(udi, serial=rest) if is_serial else replace(udi, lot=rest)


def _dated(rest: str, udi: Udi, this_year: int) -> tuple[Udi, str]:
    if rest[:1] in ("8", "9"):
        size = 2 if rest[0] == "8" else 5
        if not rest[1 : 1 + size].isdigit():
            raise NotUdi("HIBC-kodens antal är avklippt. Läs av koden igen.")
        udi, rest = replace(udi, quantity=int(rest[1 : 1 + size])), rest[1 + size :]
        if not rest or not rest[0].isdigit():
            return udi, rest
    if rest[:1] in ("0", "1"):
        return replace(udi, expires_on=_written("MMYY", rest[:4], this_year)), rest[4:]
    form, size = _DATED.get(rest[:1], ("", -1))
    if size < 0:
        raise NotUdi("HIBC-kodens datum är skrivet på ett sätt som inte känns igen.")
    if form:
        udi = replace(udi, expires_on=_written(form, rest[1 : 1 + size], this_year, size))
    return udi, rest[1 + size :]


def _supplement(text: str, udi: Udi, this_year: int, *, first: bool) -> Udi:
    """A field after a slash, by its data identifier."""
    if match := re.fullmatch(r"(14D|16D)(\d{4})(\d{2})(\d{2})", text):
        when = day(int(match[2]), int(match[3]), int(match[4]), text[3:])
        return replace(udi, expires_on=when) if match[1] == "14D" else replace(udi, made_on=when)
    if text.startswith("S") and len(text) > 1:
        return replace(udi, serial=text[1:])
    if re.fullmatch(r"Q\d{1,9}", text):
        return replace(udi, quantity=int(text[1:]))
    if first and text[:1].isdigit():
        return _secondary(text, udi, this_year)
    if not text:
        raise NotUdi("HIBC-koden slutar med ett tomt fält. Läs av hela koden.")
    return replace(udi, other=(*udi.other, ("", text)))


def _written(form: str, digits: str, this_year: int, size: int = 0) -> date:
    """A day in the form; a month alone is its last day. Hours after the day are left out."""
    if len(digits) != (size or len(form)) or not digits.isdigit():
        raise NotUdi("HIBC-kodens datum är avklippt. Läs av koden igen.")
    place = {part: form.find(part) for part in ("YY", "MM", "DD", "JJJ")}
    year = century(int(digits[place["YY"] : place["YY"] + 2]), this_year)
    if place["JJJ"] >= 0:
        return day_of_year(year, int(digits[place["JJJ"] : place["JJJ"] + 3]), digits)
    month = int(digits[place["MM"] : place["MM"] + 2])
    if not 1 <= month <= 12:
        raise NotUdi(f"Datumet {digits} finns inte.")
    if place["DD"] < 0:
        return date(year, month, last_of(year, month))
    return day(year, month, int(digits[place["DD"] : place["DD"] + 2]), digits)
