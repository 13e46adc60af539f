"""GS1: element strings with FNC1 between fields of free length, or with parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patientsakerhet.register.udi.code import GS, Agency, NotUdi, Udi, six

_FIXED = {
    "00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "11": 6, "12": 6, "13": 6, "14": 6, "15": 6,
    "16": 6, "17": 6, "18": 6, "19": 6, "20": 2, "41": 13,
}  # fmt: skip
"""First two digits of an identifier -> length of its value; GS1 General Specifications 7.8.5."""

_FREE = {
    "10": 20, "21": 20, "22": 20, "235": 28, "240": 30, "241": 30, "242": 6, "243": 20, "250": 30,
    "251": 30, "30": 8, "37": 8, "400": 30, "710": 20, "711": 20, "712": 20, "713": 20, "714": 20,
    "715": 20, "716": 20, "8008": 12, "8012": 20, "8013": 25, "90": 30,
    **{str(key): 90 for key in range(91, 100)},
}  # fmt: skip
"""Identifiers met on devices whose value is as long as it is, up to this."""

_MEASURES = re.compile(r"3[1-6]\d\d")
_IDENTIFIER = re.compile(r"\((\d{2,4})\)")
_CHARACTERS = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
_NUMERIC = frozenset({*_FIXED, "30", "37", "242"})


def _length(key: str) -> tuple[int, bool] | None:
    """How long the value may be, and whether it is exactly that; nothing for an unknown one."""
    if key in _FREE:
        return _FREE[key], False
    if len(key) == 2 and key in _FIXED and key != "41":
        return _FIXED[key], True
    if len(key) == 3 and key.startswith("41") and key[2] in "01234567":
        return _FIXED["41"], True
    if len(key) == 4 and _MEASURES.fullmatch(key):
        return 6, True
    return None


def elements(text: str) -> Iterator[tuple[str, str]]:
    """Identifier and value in turn out of an element string."""
    place = 0
    while place < len(text):
        key = next(
            (k for size in (2, 3, 4) if _length(k := text[place : place + size]) is not None), ""
        )
        if not key:
            raise NotUdi(
                f"Fältet som börjar med {text[place : place + 4]} känns inte igen. Läs av koden "
                "igen, eller skriv den med parenteser som den står under streckkoden."
            )
        length, is_fixed = _length(key) or (0, True)
        began = place + len(key)
        if is_fixed:
            ends = min(began + length, len(text))
        else:
            ends = text.find(GS, began)
            ends = len(text) if ends < 0 else ends
        yield key, text[began:ends]
        place = ends + 1 if text[ends : ends + 1] == GS else ends


def readable(text: str) -> Iterator[tuple[str, str]]:
    """Identifier and value in turn out of the text under a bar code; spaces between them are air."""
    marks = [mark for mark in _IDENTIFIER.finditer(text) if _length(mark[1]) is not None]
    if not marks or marks[0].start() != 0:
        raise NotUdi(f"{text[:6]} är inget fält i en UDI. Den börjar oftast med (01).")
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark[1], text[mark.end() : end].strip(f" {GS}")


def read(elements: Iterator[tuple[str, str]], this_year: int) -> Udi:
    found: dict[str, str] = {}
    for key, value in elements:
        length, is_fixed = _length(key) or (0, True)
        if not value or (is_fixed and len(value) != length):
            raise NotUdi(f"Fältet ({key}) är avklippt. Läs av hela koden.")
        if len(value) > length:
            raise NotUdi(
                f"Fältet ({key}) är längre än {length} tecken: skiljetecknet efter det saknas. "
                "Skriv koden med parenteser, eller ställ in läsaren på att sända FNC1."
            )
        if not _CHARACTERS.fullmatch(value) or (key in _NUMERIC and not value.isdigit()):
            raise NotUdi(f"Fältet ({key}) innehåller tecken som inte får stå där: {value}.")
        if found.get(key, value) != value:
            raise NotUdi(f"Fältet ({key}) står två gånger med olika värden.")
        found[key] = value
    if "01" in found:
        gtin(found["01"])
    elif not found.keys() & {"10", "11", "17", "21", "8012"}:
        raise NotUdi("Koden säger varken vilken produkt det är eller vilket exemplar.")
    known = {"01", "10", "11", "17", "21", "8012", "30"}
    return Udi(
        Agency.GS1,
        di=found.get("01", ""),
        lot=found.get("10", ""),
        serial=found.get("21", ""),
        software=found.get("8012", ""),
        made_on=six(found["11"], this_year) if "11" in found else None,
        expires_on=six(found["17"], this_year) if "17" in found else None,
        quantity=int(found["30"]) if "30" in found else None,
        other=tuple((key, value) for key, value in found.items() if key not in known),
    )


def check_digit(body: str) -> str:
    """The last digit of a GTIN whose other digits these are: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def gtin(digits: str) -> str:
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise NotUdi(
            f"Kontrollsiffran stämmer inte: {digits} skulle ha slutat på {expected}. "
            "Läs av koden igen."
        )
    return digits
