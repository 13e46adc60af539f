"""What a page of charts is asked, and new limits for one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.ui.choosing import UnitField
from rapporter.actions.recalculations import CONDITIONS
from rapporter.dashboards.asking import Asking
from rapporter.dashboards.inflow import PER_DAY, SEASONLESS
from rapporter.forms.asking import FIRST_YEAR
from rapporter.measures import areas
from rapporter.models import Recalculation
from rapporter.registry import Asked

SCALES = (("", "som de är"), (PER_DAY, "per dag"), (SEASONLESS, "utan säsong"))


class DashboardForm(forms.Form):
    """The unit with those below it, and what the page's charts are narrowed to; its own unit without one."""

    unit = UnitField("Enhet med dem under", required=False)
    year = forms.IntegerField(label="År", required=False, min_value=FIRST_YEAR, max_value=2199)
    sort = forms.ChoiceField(label="Typ av avvikelse", required=False)
    scale = forms.ChoiceField(label="Tal", required=False, choices=SCALES)
    area = forms.ChoiceField(label="Område", required=False)

    def __init__(self, given: Mapping[str, str], *, by: Person, shown: Collection[str]) -> None:
        own = own_unit(by)
        usual = {
            "year": str(calendar.today().year),
            "unit": f"{own.name} ({own.code})" if own else "",
        }
        super().__init__({**usual, **{name: value for name, value in given.items() if value}})
        self.by = by
        unit: Any = self.fields["unit"]
        unit.rows = Unit.objects.all()  # a unit that has closed has its past
        for name in set(self.fields) - {"unit", *shown}:
            del self.fields[name]
        if "sort" in self.fields:
            sorts: Any = self.fields["sort"]
            sorts.choices = [("", "alla"), *((code, name) for code, name, _ in areas.sorts())]
        if "area" in self.fields:
            area: Any = self.fields["area"]
            area.choices = self._areas()

    @staticmethod
    def _areas() -> list[tuple[str, str]]:
        """The areas that have a chart of their own, by their measure's key."""
        families = (("it_area", areas.it_areas()), ("device_area", areas.device_areas()))
        return [(f"{family}.{code}", name) for family, found in families for code, name, _ in found]

    def _first_area(self) -> str:
        area: Any = self.fields.get("area")
        return area.choices[0][0] if area is not None and area.choices else ""

    def asking(self, *, without: bool = False) -> Asking:
        """What was asked, of a form that is valid; `without` leaves every recalculation out."""
        told: dict[str, Any] = self.cleaned_data
        now = timezone.now()
        today = calendar.local_day(now)
        unit: Unit | None = told.get("unit")
        found: dict[str, list[Recalculation]] = {}
        if unit is not None and not without:
            rows = Recalculation.objects.of(unit).in_force().select_related("decided_by")
            for row in rows:
                found.setdefault(row.measure, []).append(row)
        return Asking(
            asked=Asked(first=today, last=today, as_of=now, unit=unit, by=self.by),
            year=told.get("year") or today.year,
            sort=told.get("sort") or "",
            area=told.get("area") or self._first_area(),
            scale=told.get("scale") or "",
            recalculations=found,
        )


class RecalculationForm(forms.Form):
    """From which month, why, and that all that is needed is so."""

    month = forms.DateField(
        label="Nya gränser från månaden",
        help_text="Skriv den första dagen i månaden, till exempel 2026-03-01.",
    )
    reason = forms.CharField(
        label="Vad var det som ändrades?",
        max_length=200,
        help_text="Står i diagrammet, med ditt namn.",
    )
    confirmed = forms.MultipleChoiceField(
        label="Bekräfta att",
        choices=CONDITIONS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_month(self) -> date:
        """The first day of the month."""
        month: date = self.cleaned_data["month"]
        if month > calendar.today():
            raise forms.ValidationError("Månaden har inte börjat än.")
        return month.replace(day=1)


def own_unit(by: Person) -> Unit | None:
    """The highest of the units that the person has a role at; of a desk the one that it coordinates for."""
    held = [one.unit for one in policy.assignments_of(by)]
    found = min(held, key=lambda unit: (len(unit.path), unit.path), default=None)
    if found is None or not found.coordinates:
        return found
    above: Unit | None = Unit.objects.get_parent(found)
    return above or found
