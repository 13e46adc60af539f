"""Numbers that name devices and notices, as they stand in running text."""

from __future__ import annotations

import re

_GTIN = re.compile(r"(?:\(01\)\s*)?(?<!\d)(\d{14})(?!\d)")
_GTIN_SHORT = re.compile(r"(?<![\d-])(\d{12,13})(?![\d-])")
_HIBC = re.compile(r"(?<![\w+])\+([A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}\d)(?![A-Z0-9])")
_REFERENCE = re.compile(
    r"(?<![\w/-])((?:FSN|FSCA|FA|FCA|FCO|SN|CAPA|RA|MFA|PFA|IMM|IT|TB|FN|R)"
    r"[-_/ ]?(?=[A-Z0-9./_-]*\d)[A-Z0-9][A-Z0-9./_-]{2,38}[A-Z0-9])(?![\w-])"
)
_LOOSE_REFERENCE = re.compile(r"(?=\S*\d)[A-Za-z0-9][A-Za-z0-9./_-]{1,38}")
_VERSION = re.compile(
    r"(?:\b(?:version|revision|rev|update|uppdatering|utg[åa]va)|(?<=[\s_-])v)"
    r"[.:\s#-]{0,3}(?:nr\.?\s|no\.?\s)?0*(\d{1,3}|[A-Z])(?!\w|[.]\d)",
    re.IGNORECASE,
)


def udi_dis(text: str, *, labelled: bool = False) -> list[str]:
    """UDI-DIs in the text: GTINs whose check digit is right, HIBC labels; each once.

    The shorter GTIN-12 and GTIN-13 are only taken where a label says what they are.
    """
    found = [one for one in _GTIN.findall(text) if is_gtin(one)]
    if labelled:
        found += [one.zfill(14) for one in _GTIN_SHORT.findall(text) if is_gtin(one)]
    found += [f"+{one}" for one in _HIBC.findall(text)]
    return list(dict.fromkeys(found))


def is_gtin(digits: str) -> bool:
    """True when the last digit is the GS1 check digit of the others."""
    *body, check = (int(one) for one in digits)
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return (10 - total % 10) % 10 == check and any(body)


def reference(text: str) -> str:
    """The first notice reference that shows itself as one; empty when there is none."""
    found = _REFERENCE.search(text)
    return found[1].rstrip("./_-") if found else ""


def labelled_reference(text: str) -> str:
    """What a label calls a reference: letters and digits of any form, at least one digit."""
    text = text.strip(" .:;#")
    found = reference(text)
    if found and text.startswith(found):
        return found
    loose = _LOOSE_REFERENCE.match(text)
    return loose[0].rstrip("./_-,") if loose else ""


def version(text: str) -> str:
    """The version written in the text, in capitals; empty when none is."""
    found = _VERSION.search(text)
    return found[1].upper() if found else ""


def plain_reference(written: str) -> str:
    """A reference as it is compared: without case, blanks, signs, and the version hung on to it."""
    text = re.sub(r"[\s_]+", "-", written.strip().casefold())
    text = re.sub(r"[-./]?\(?(?:v|ver|version|rev|revision|update)[-. ]?0*\d{1,3}\)?$", "", text)
    return re.sub(r"[^0-9a-zåäö]", "", text)[:60]
