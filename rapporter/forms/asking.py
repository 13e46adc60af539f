"""For which year, for which unit, and as of when figures are asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import swedish
from patientsakerhet.ui.choosing import UnitField
from patientsakerhet.ui.fields import Day
from rapporter.registry import Asked

FIRST_YEAR = 1950


class AskingForm(forms.Form):
    """What figures are asked for; nothing is this year, everything, as it is known now."""

    unit = UnitField("Enhet med dem under", required=False)
    year = forms.IntegerField(label="År", required=False, min_value=FIRST_YEAR, max_value=2199)
    known = Day("Som det var känt", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.rows = Unit.objects.all()  # a unit that has closed has its past

    def asked(self, by: Person | None) -> Asked:
        """What was asked, of a form that is valid."""
        told: dict[str, Any] = self.cleaned_data
        now = timezone.now()
        year = told.get("year") or calendar.local_day(now).year
        first = calendar.today().replace(year=year, month=1, day=1)
        until = calendar.end_of_day(told["known"]) if told.get("known") else now
        return Asked(
            first=first,
            last=first.replace(month=12, day=31),
            as_of=min(until, now),
            unit=told.get("unit"),
            by=by,
        )


def described(asked: Asked) -> list[tuple[str, str]]:
    """What was asked in words, as every file says on its cover."""
    return [
        ("År", str(asked.first.year)),
        ("Enhet", asked.unit.name if asked.unit else "alla"),
        ("Som det var känt", swedish.moment(asked.as_of)),
    ]
