"""A draft of a year that is not over: what of the year is still to come, and what may be said of the rest. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from patientsakerhet.lib import calendar
from patientsakerhet.ui import swedish

NOT_OVER = "året är inte slut"
WHOLE = "hela året"


@dataclass(frozen=True)
class SoFar:
    """How far a year had come when the numbers were taken."""

    until: str
    """What stands after the year in a heading: ` till 30 nov.`"""
    to_come: frozenset[str]
    """The months that had not begun, 01 to 12."""
    whole_months: tuple[str, ...]
    """The months that were over, 01 to 12."""


def so_far(year: int, as_of: datetime) -> SoFar | None:
    """How far the year had come; nothing when it was over."""
    begins = [calendar.start_of_day(date(year, n, 1)) for n in range(1, 13)]
    ends = [*begins[1:], calendar.start_of_day(date(year + 1, 1, 1))]
    if ends[-1] <= as_of:
        return None
    return SoFar(
        f" till {swedish.day_of_month(as_of)}",
        frozenset(f"{n:02}" for n, at in enumerate(begins, start=1) if at > as_of),
        tuple(f"{n:02}" for n, at in enumerate(ends, start=1) if at <= as_of),
    )
