"""Who takes part, how the patient is heard, the process step by step."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.risk_analysis.models import AnalysisMember
from patientsakerhet.ui.choosing import PersonField
from patientsakerhet.ui.fields import LongText, ShortText, Version
from patientsakerhet.ui.forms import Hinted

Part = AnalysisMember.Part
PARTS = [
    (Part.PROCESS, Hinted("Känner processen", "Arbetar i det som analyseras.")),
    (Part.EXPERT, Hinted("Sakkunnig", "Till exempel medicinteknik, läkemedel, IT.")),
    (Part.PATIENT, Hinted("Patient eller närstående", "Har egen erfarenhet av vården.")),
    (Part.SECRETARY, Hinted("Dokumenterar", "Skriver under arbetet.")),
]


class MemberForm(forms.Form):
    """Somebody who takes part: with an account, or by name."""

    prefix = "deltagare"
    version = Version()
    person = PersonField(
        "Person i Varsam", required=False,
        help_text="Får läsa analysen. Lämna tomt för den som inte har konto.",
    )  # fmt: skip
    name = ShortText("Namn på den som inte har konto", required=False, max_length=120)
    title = ShortText("Befattning eller erfarenhet", required=False, max_length=120)
    part = forms.ChoiceField(
        label="Roll i analysen", choices=PARTS, widget=forms.RadioSelect,
        error_messages={"required": "Välj vilken roll hon eller han har."},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("person")) == bool(cleaned.get("name")):
            self.add_error("person", "Välj en person, eller skriv namnet på någon utan konto.")
        return cleaned


class LeaderForm(forms.Form):
    """Who leads it from now on."""

    prefix = "ledare"
    version = Version()
    leader = PersonField("Ny analysledare", empty="Skriv vem som leder analysen.")


class PatientViewForm(forms.Form):
    """How the patient's view is taken care of."""

    prefix = "patient"
    version = Version()
    patient_view = LongText(
        "Så tas patientens perspektiv tillvara", rows=3, required=False,
        help_text="Till exempel intervjuer, patientråd, klagomål som teamet har läst.",
    )  # fmt: skip


class ProcessStepForm(forms.Form):
    """A step of the process."""

    prefix = "steg"
    version = Version()
    title = ShortText("Steg", max_length=120, empty="Skriv vad steget heter.")
    description = LongText("Vad som görs", rows=2, required=False)
