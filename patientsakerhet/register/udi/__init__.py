"""A device's UDI as it is scanned or typed, split into what names the model and what names this one.

No rows and no clock: the year is given, since two digits of a year mean a century only beside it.
"""

from __future__ import annotations

import re

from patientsakerhet.register.udi import gs1, hibc, iccbba
from patientsakerhet.register.udi.code import GS, Agency, NotUdi, Udi

__all__ = ("GS", "Agency", "NotUdi", "Udi", "looks_like", "read")


def read(written: str, *, this_year: int) -> Udi:
    """The UDI in what a scanner sent or somebody typed; refuses what is none, and says why."""
    text = _without_wedge(written)
    if not text:
        raise NotUdi("Läs av eller skriv UDI-koden.")
    if text.startswith("+"):
        return hibc.read(text, this_year)
    if text.startswith(("=", "&")):
        return iccbba.read(text)
    if text.startswith("("):
        return gs1.read(gs1.readable(text), this_year)
    if re.fullmatch(r"[\d ]+", text) and len(bare := text.replace(" ", "")) in (8, 12, 13, 14):
        return Udi(Agency.GS1, di=gs1.gtin(bare.zfill(14)))
    if re.match(r"\d{2}", text):
        return gs1.read(gs1.elements(text), this_year)
    raise NotUdi(
        "Koden är ingen UDI. En UDI börjar med (01), 01, + eller =. "
        "Läs av den igen, eller skriv siffrorna under streckkoden."
    )


def looks_like(written: str) -> bool:
    """True when the text can only be meant for a UDI, so that a fault in it is worth telling."""
    text = _without_wedge(written)
    return bool(
        re.match(r"\(\d{2,4}\)|01\d{14}|\+(?:[A-Za-z]\w{3}|\$|\d{5})|=[/,A-Z]", text)
        or (text != written.strip() and re.match(r"[\d+=]", text))
    )


def _without_wedge(written: str) -> str:
    """The code alone: without the scanner's own prefix, with one sign for every spelling of FNC1."""
    text = re.sub(r"<GS>|\{GS\}|\[GS\]|␝|\\x1d|\\u001d", GS, written.strip(" \t\r\n"))
    return re.sub(r"^\][A-Za-z]\d", "", text).lstrip(GS).rstrip(GS)
