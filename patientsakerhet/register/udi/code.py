"""What a UDI says, whoever gave it out; and the days in it, whose years are two digits long."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from patientsakerhet.lib.refusal import Refused

GS = "\x1d"
"""What a scanner sends for FNC1 between fields of free length."""


class Agency(StrEnum):
    """Who gave out the number; the values are those of `DeviceIdentifier.Agency`."""

    GS1 = "gs1"
    HIBC = "hibc"
    ICCBBA = "iccbba"


class NotUdi(Refused):
    """This is no UDI, or one that was read or typed wrong; the sentence says what to do."""


@dataclass(frozen=True)
class Udi:
    """What the code says: UDI-DI for the model, the rest, UDI-PI, for this individual or lot."""

    agency: Agency
    di: str = ""
    """GTIN-14; or HIBC's labeler, product and unit without + and check; or ICCBBA's sixteen signs."""
    lot: str = ""
    serial: str = ""
    software: str = ""
    made_on: date | None = None
    expires_on: date | None = None
    quantity: int | None = None
    other: tuple[tuple[str, str], ...] = ()
    """What else stood in it, by its identifier there."""

    @property
    def pi(self) -> str:
        """What tells this individual or lot apart, in one form for all agencies: GS1's readable."""
        parts = [
            ("11", f"{self.made_on:%y%m%d}" if self.made_on else ""),
            ("17", f"{self.expires_on:%y%m%d}" if self.expires_on else ""),
            ("10", self.lot),
            ("21", self.serial),
            ("8012", self.software),
        ]
        return "".join(f"({key}){value}" for key, value in parts if value)


def six(digits: str, this_year: int) -> date:
    """YYMMDD; day 00 is the month's last."""
    year, month, number = century(int(digits[:2]), this_year), int(digits[2:4]), int(digits[4:])
    if not 1 <= month <= 12:
        raise NotUdi(f"Datumet {digits} finns inte.")
    return day(year, month, number or last_of(year, month), digits)


def century(year: int, this_year: int) -> int:
    """The year in full: in the century that brings it nearest to this one, GS1 7.12."""
    apart = year - this_year % 100
    began = this_year - this_year % 100
    if apart >= 51:
        began -= 100
    elif apart <= -50:
        began += 100
    return began + year


def last_of(year: int, month: int) -> int:
    """The number of days in the month."""
    return calendar.monthrange(year, month)[1]


def day(year: int, month: int, number: int, written: str) -> date:
    """The day; refuses one that no calendar has."""
    try:
        return date(year, month, number)
    except ValueError as fault:
        raise NotUdi(f"Datumet {written} finns inte.") from fault


def day_of_year(year: int, number: int, written: str) -> date:
    """A Julian date: the number of the day in its year."""
    if not 1 <= number <= 365 + calendar.isleap(year):
        raise NotUdi(f"Datumet {written} finns inte.")
    return date(year, 1, 1) + timedelta(days=number - 1)
