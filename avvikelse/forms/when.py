"""When something happened, as people know it: a day and a shift, a time, or only that it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from avvikelse.models import Deviation
from patientsakerhet.lib import calendar
from patientsakerhet.lib.calendar import AmbiguousTime, NonexistentTime

EARLIEST = date(1950, 1, 1)
TODAY_LASTS = timedelta(days=2)
"""A form that was opened one day may be sent the next; the words keep their first meaning."""

Precision = Deviation.Precision


class Day(models.TextChoices):
    """Which day it was, in the reporter's words."""

    TODAY = "today", "I dag"
    YESTERDAY = "yesterday", "I går"
    OTHER = "other", "Annan dag"
    UNKNOWN = "unknown", "Vet ej"


class Shift(models.TextChoices):
    """Which part of the day."""

    NIGHT = "night", "Natten 00–07"
    MORNING = "morning", "Förmiddagen 07–12"
    AFTERNOON = "afternoon", "Eftermiddagen 12–17"
    EVENING = "evening", "Kvällen 17–24"


BEGINS = {
    Shift.NIGHT: time(0),
    Shift.MORNING: time(7),
    Shift.AFTERNOON: time(12),
    Shift.EVENING: time(17),
}
ENDS = {Shift.NIGHT: time(7), Shift.MORNING: time(12), Shift.AFTERNOON: time(17)}


@dataclass(frozen=True)
class When:
    """From when, until when at the latest, and how well that is known."""

    occurred_at: datetime | None
    occurred_until: datetime | None
    precision: str


def when(
    day: str,
    *,
    on: date | None = None,
    shift: str = "",
    clock: time | None = None,
    summer_time: bool | None = None,
    said_on: date | None = None,
) -> When:
    """The moments the answers mean.

    `said_on` is the day on which "today" was said. Refuses, on the field concerned, a missing or
    impossible day, what lies ahead, and a local time that occurred twice or never.
    """
    if day == Day.UNKNOWN:
        return When(None, None, Precision.UNKNOWN)
    chosen = _day(day, on, said_on)
    now = timezone.now()
    if clock is not None:
        at = moment(chosen, clock, summer_time)
        if at > now:
            raise ValidationError({"clock": "Klockslaget har inte varit än."})
        return When(at, None, Precision.EXACT)
    if shift:
        part = Shift(shift)
        begins = calendar.moment(chosen, BEGINS[part])
        ends = calendar.moment(chosen, ENDS[part]) if part in ENDS else calendar.end_of_day(chosen)
        if begins > now:
            raise ValidationError({"shift": "Den delen av dagen har inte börjat än."})
        return When(begins, min(ends, now), Precision.SHIFT)
    return When(calendar.start_of_day(chosen), min(calendar.end_of_day(chosen), now), Precision.DAY)


def moment(day: date, clock: time, summer_time: bool | None, field: str = "clock") -> datetime:
    """The moment a clock in Sweden showed this; asks, on its field, where it did so twice or never."""
    try:
        return calendar.moment(day, clock, summer_time=summer_time)
    except AmbiguousTime as twice:
        raise ValidationError({"summer_time": twice.reasons}) from None
    except NonexistentTime as never:
        raise ValidationError({field: never.reasons}) from None


def _day(day: str, on: date | None, said_on: date | None) -> date:
    today = timezone.localdate()
    if day in {Day.TODAY, Day.YESTERDAY}:
        if said_on is None or not today - TODAY_LASTS <= said_on <= today:
            said_on = today
        return said_on if day == Day.TODAY else said_on - timedelta(days=1)
    if on is None:
        raise ValidationError({"date": "Skriv vilken dag det hände, eller välj ”Vet ej”."})
    if on > today:
        raise ValidationError({"date": "Dagen har inte varit än. Kontrollera datumet."})
    if on < EARLIEST:
        raise ValidationError({"date": "Kontrollera året."})
    return on
