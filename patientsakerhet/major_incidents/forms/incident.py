"""Declaring an incident, saying what happened, whom it concerned, what was learnt."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.cases.forms.measures import MeasureForm
from patientsakerhet.cases.models import ExternalTicket
from patientsakerhet.major_incidents.actions.declaring import Declaration
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.register.forms.fields import SeveralSystems, SeveralUnits
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import LongText, Moment, ShortText, Version

SEVERITIES = [
    ("", "Inte bedömd än"),
    *((value, str(label).capitalize()) for value, label in MajorIncident.Severity.choices),
]


class ScopeForm(forms.Form):
    """Which systems and units the incident concerns."""

    prefix = "berorda"
    version = Version()
    systems = SeveralSystems("Berörda IT-system", help_text="Ett på varje rad, som i registret.")
    units = SeveralUnits(
        "Berörda enheter", help_text="En på varje rad. De får läsa om incidenten."
    )  # fmt: skip


class DeclareForm(forms.Form):
    """What has failed, since when, for whom, and who leads the work."""

    title = ShortText(
        "Rubrik", empty="Skriv en rubrik.", help_text="Vad fungerar inte, och för vem?"
    )
    what_happened = LongText("Vad har hänt?", rows=4, empty="Skriv vad som har hänt.")
    started_at = Moment("Började", empty="Skriv när det började, så nära ni vet.")
    noticed_at = Moment("Upptäcktes", empty="Skriv när det upptäcktes.")
    declared_at = Moment("Utlystes", empty="Skriv när den utlystes som stor incident.")
    systems = SeveralSystems("Berörda IT-system", help_text="Ett på varje rad, som i registret.")
    units = SeveralUnits(
        "Berörda enheter", help_text="En på varje rad. De får läsa om incidenten, och deras chefer får ett meddelande."
    )  # fmt: skip
    unit = UnitField(
        "Enhet som leder arbetet", empty="Skriv vilken enhet som leder arbetet.",
        help_text="Oftast den som förvaltar systemet.",
    )  # fmt: skip
    leader = PersonField(
        "Leder arbetet", required=False, help_text="Namn eller e-postadress. Tomt: du själv."
    )

    @property
    def declaration(self) -> Declaration:
        """What the act takes."""
        return Declaration(**self.cleaned_data)


class DescribeForm(forms.Form):
    """What happened, when, and what it meant for care."""

    version = Version()
    title = ShortText("Rubrik", empty="Skriv en rubrik.")
    what_happened = LongText("Vad hände?", rows=4, empty="Skriv vad som hände.")
    started_at = Moment("Började", empty="Skriv när det började.")
    noticed_at = Moment("Upptäcktes", empty="Skriv när det upptäcktes.")
    declared_at = Moment("Utlystes", empty="Skriv när den utlystes.")
    ended_at = Moment(
        "Driften återställd", required=False, empty="Fyll i både dag och klockslag, eller inget.",
        help_text="Tomt medan den pågår.",
    )  # fmt: skip
    workaround = LongText("Så klarade sig verksamheten", rows=2, required=False)
    severity = forms.ChoiceField(
        label="Allvarlighet för vården, som värst", choices=SEVERITIES, required=False
    )
    consequence = LongText(
        "Konsekvens för vården", rows=3, required=False,
        help_text="Vad blev inställt, försenat eller osäkert? Utan namn och personnummer.",
    )  # fmt: skip

    @classmethod
    def of(cls, row: MajorIncident) -> DescribeForm:
        """The form of an incident as it stands."""
        initial = {name: getattr(row, name, None) for name in cls.base_fields}
        return cls(initial={**initial, "title": row.case.title, "version": row.case.version})


class LearnForm(forms.Form):
    """Why it happened, and what was learnt."""

    prefix = "lardom"
    version = Version()
    cause = LongText("Orsak", rows=4, required=False)
    lessons = LongText(
        "Lärdomar", rows=4, required=False,
        help_text="Vad gick bra, vad gick mindre bra, och vad gör vi annorlunda nästa gång?",
    )  # fmt: skip


class LeaderForm(forms.Form):
    """Who leads the work."""

    prefix = "leder"
    version = Version()
    leader = PersonField(
        "Leder arbetet", empty="Skriv vem som tar över.", help_text="Namn eller e-postadress."
    )


class NumberForm(forms.Form):
    """The number of the incident, problem or change in the service-management system."""

    prefix = "extern"
    version = Version()
    kind = forms.ChoiceField(label="Slag", choices=ExternalTicket.Kind.choices)
    system = ShortText("System", max_length=60, empty="Skriv vilket system.")
    number = ShortText("Nummer", max_length=60, empty="Skriv numret i det andra systemet.")
    url = forms.URLField(label="Adress", required=False, max_length=200, assume_scheme="https")


class GatherForm(forms.Form):
    """Which deviation, by its number."""

    prefix = "samla"
    version = Version()
    number = ShortText(
        "Avvikelsens nummer", max_length=30, empty="Skriv avvikelsens nummer.",
        help_text="Till exempel AV-2026-00042.",
    )  # fmt: skip

    def clean_number(self) -> str:
        """In capitals, as numbers are written."""
        return str(self.cleaned_data["number"]).upper()


class IncidentMeasureForm(MeasureForm):
    """A measure decided because of the incident."""

    version = Version()

    def given(self) -> dict[str, Any]:
        """What the act takes beside the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class StepForm(forms.Form):
    """An act that asks nothing but which version somebody looked at."""

    version = Version()


class ReasonForm(StepForm):
    """A step that asks why."""

    reason = LongText("Varför?", rows=3, empty="Skriv varför.")
