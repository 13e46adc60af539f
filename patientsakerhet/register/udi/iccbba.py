"""ICCBBA: ISBT 128, for products of human origin."""

from __future__ import annotations

import re
from datetime import date

from patientsakerhet.register.udi.code import Agency, NotUdi, Udi, day_of_year

_ISBT = re.compile(
    r"=/(?P<di>[A-Z0-9]{16})|=,(?P<serial>[A-Za-z0-9]{6})|=>(?P<expires>\d{6})|=\}(?P<made>\d{6})"
    r"|&,1(?P<lot>[A-Za-z0-9]{1,18})|=(?P<donation>[A-Z0-9]{5}\d{8}[A-Za-z0-9]{2})"
)


def read(text: str) -> Udi:
    """What the code says; the first sign is = or &."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = _ISBT.match(text, place)
        if match is None:
            raise NotUdi(f"ISBT 128-koden känns inte igen från {text[place : place + 6]}.")
        found.update({key: value for key, value in match.groupdict().items() if value})
        place = match.end()
    return Udi(
        Agency.ICCBBA,
        di=found.get("di", ""),
        lot=found.get("lot", "").lstrip("0"),
        serial=found.get("serial", ""),
        made_on=_seven(found["made"]) if "made" in found else None,
        expires_on=_seven(found["expires"]) if "expires" in found else None,
        other=(("=", found["donation"]),) if "donation" in found else (),
    )


def _seven(digits: str) -> date:
    """cYYJJJ: the last digit of the century, the year in it, the day of the year."""
    year = int(digits[:3])
    return day_of_year(year + (1000 if year >= 900 else 2000), int(digits[3:]), digits)
