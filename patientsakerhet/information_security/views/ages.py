"""How long ago something was done, in words: 9 d, 5 mån., 3 år."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from patientsakerhet.ui import swedish

NEVER = "aldrig"
DAYS_UNTIL_MONTHS, DAYS_UNTIL_YEARS = 60, 730


def age_of(day: date | None) -> str:
    """How long ago the day was; when there is none, that it never happened."""
    if day is None:
        return NEVER
    days = (timezone.localdate() - day).days
    if days < DAYS_UNTIL_MONTHS:
        return f"{swedish.number(days)}{swedish.HARD_SPACE}d"
    if days < DAYS_UNTIL_YEARS:
        return f"{days // 30}{swedish.HARD_SPACE}mån."
    return f"{days // 365}{swedish.HARD_SPACE}år"
