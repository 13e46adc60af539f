"""For which year, for which unit, and as of when figures are asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui import swedish
from patientsakerhet.ui.choosing import UnitField
from patientsakerhet.ui.fields import Day
from rapporter import periods
from rapporter.breakdowns import Narrowed
from rapporter.registry import Asked, Measure

FIRST_YEAR = 1950
APART = ("first", "last")
"""Days that links ask for; they stand in no field, and go before the year."""
PARTS = (
    ("", "hela året"),
    ("Kvartal", [(f"k{number}", f"kvartal {number}") for number in range(1, 5)]),
    ("Månad", [(f"m{number}", name) for number, name in enumerate(periods.LONG, start=1)]),
    ("Vecka", [(f"v{number}", f"vecka {number}") for number in range(1, 54)]),
)


class AskingForm(forms.Form):
    """What figures are asked for; nothing is this year, everything, as it is known now."""

    unit = UnitField("Enhet med dem under", required=False)
    year = forms.IntegerField(label="År", required=False, min_value=FIRST_YEAR, max_value=2199)
    part = forms.ChoiceField(label="Del av året", required=False, choices=PARTS)
    known = Day("Som det var känt", required=False)
    first = Day("Från", required=False)
    last = Day("Till", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in APART:
            self.fields[name].widget = forms.HiddenInput()
        unit: Any = self.fields["unit"]
        unit.rows = Unit.objects.all()  # a unit that has closed has its past

    def clean(self) -> dict[str, Any]:
        """Refuses a week that the year does not have."""
        told: dict[str, Any] = super().clean() or {}
        if "year" in told and "part" in told and self._period(told) is None:
            self.add_error("part", f"Vecka 53 finns inte {told['year']}.")
        first, last = (told.get(name) for name in APART)
        if (first or last) and not (first and last and first <= last):
            raise forms.ValidationError(
                "En period mellan två dagar har en första och en sista dag."
            )
        return told

    def asked(self, by: Person | None) -> Asked:
        """What was asked, of a form that is valid."""
        told: dict[str, Any] = self.cleaned_data
        now = timezone.now()
        period = self._period(told) or periods.of(calendar.local_day(now), periods.Step.YEAR)
        first, last = told.get("first") or period.first, told.get("last") or period.last
        until = calendar.end_of_day(told["known"]) if told.get("known") else now
        return Asked(
            first=first,
            last=last,
            as_of=min(until, now),
            unit=told.get("unit"),
            by=by,
        )

    def _period(self, told: dict[str, Any]) -> periods.Period | None:
        return periods.within(told.get("year") or calendar.today().year, told.get("part") or "")


class OneForm(AskingForm):
    """As what one measure is asked; a link can ask for one part of a breakdown alone."""

    breakdown = forms.CharField(required=False, widget=forms.HiddenInput)
    value = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure

    def clean_breakdown(self) -> str:
        """Refuses a breakdown that the measure does not have."""
        key: str = self.cleaned_data["breakdown"]
        if key and self.measure.breakdown(key) is None:
            raise forms.ValidationError("Måttet kan inte delas upp så.")
        return key

    def asked(self, by: Person | None) -> Asked:
        """What was asked, of a form that is valid; with a part of it, that part alone."""
        asked, told = super().asked(by), self.cleaned_data
        breakdown = self.measure.breakdown(told["breakdown"])
        if breakdown is None or not told["value"]:
            return asked
        rows = self.measure.rows_for(asked)
        name = breakdown.name_of(told["value"], rows, asked.unit)
        return replace(asked, narrowed=Narrowed(breakdown, told["value"], name))


def described(asked: Asked) -> list[tuple[str, str]]:
    """What was asked in words, as every file says on its cover."""
    return [
        ("Period", period_of(asked)),
        ("Enhet", asked.unit.name if asked.unit else "alla"),
        ("Som det var känt", swedish.moment(asked.as_of)),
        *(
            [(one.breakdown.name.capitalize(), one.name)]
            if (one := asked.narrowed) is not None
            else []
        ),
    ]


def period_of(asked: Asked) -> str:
    """The period in words: 2026, kvartal 4 2026, oktober 2026, or its first and last day."""
    for step in periods.Step:
        found = periods.of(asked.last, step)
        if (found.first, found.last) == (asked.first, asked.last):
            return found.name
    return f"{swedish.day(asked.first)} till {swedish.day(asked.last)}"
