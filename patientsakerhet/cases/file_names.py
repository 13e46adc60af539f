"""What a file may be called here: a name to read and to save under, never a path."""

from __future__ import annotations

import re
import unicodedata

from patientsakerhet.lib import personal_numbers

LONGEST = 120
_UNWANTED = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def plain(written: str) -> str:
    """The last part of what was written, printable, without personal numbers, with its ending."""
    name = re.split(r"[/\\]", written)[-1]
    name = unicodedata.normalize("NFC", _UNWANTED.sub("", name))
    name = " ".join(name.split()).strip(". ")
    name = personal_numbers.mask(name).text.replace("*", "x")
    if not name or _RESERVED.fullmatch(name):
        name = f"fil-{name}" if name else "fil"
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"
    return name[:LONGEST]


def ending(name: str) -> str:
    """What follows the last point, in small letters: "pdf"; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
