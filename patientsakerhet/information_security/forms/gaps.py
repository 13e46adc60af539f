"""Ordering for many systems, planning and recording follow-ups, programmes."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.information_security.models import (
    InformationClassification,
    Programme,
    SystemStanding,
)
from patientsakerhet.register.forms.fields import SystemField
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version


class OrderManyForm(forms.Form):
    """What is ticked in the gap list, and why it is classified."""

    ticked = forms.ModelMultipleChoiceField(
        queryset=SystemStanding.objects.none(), label="Ikryssade",
        error_messages={"required": "Kryssa i minst ett system i listan."},
    )  # fmt: skip
    occasion = forms.ChoiceField(
        label="Anledning", choices=InformationClassification.Occasion.choices, initial="existing"
    )
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label="Program", required=False,
        empty_label="Inget program",
    )  # fmt: skip

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked: Any = self.fields["ticked"]
        ticked.queryset = among
        programme: Any = self.fields["programme"]
        programme.queryset = Programme.objects.current()


class RequestManyForm(forms.Form):
    """What is ticked in the gap list, and why it should be classified."""

    ticked = forms.ModelMultipleChoiceField(
        queryset=SystemStanding.objects.none(), label="Ikryssade",
        error_messages={"required": "Kryssa i minst ett system i listan."},
    )  # fmt: skip
    why = LongText("Varför behövs klassningen?", rows=2, empty="Skriv varför klassningen behövs.")

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked: Any = self.fields["ticked"]
        ticked.queryset = among


class PlanForm(forms.Form):
    """A follow-up that is planned."""

    title = ShortText("Vad ska följas upp?", empty="Skriv vad som ska följas upp.")
    unit = UnitField("Enhet", empty="Skriv vilken enhet det gäller.")
    system = SystemField("IT-system", required=False)
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(), label="Program", required=False,
        empty_label="Inget program",
    )  # fmt: skip
    responsible = PersonField("Ansvarig", empty="Skriv vem som ansvarar.")
    planned_on = Day("Planerad till", empty="Välj en dag.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme: Any = self.fields["programme"]
        programme.queryset = Programme.objects.current()


class RecordForm(forms.Form):
    """What a follow-up showed."""

    version = Version()
    done_on = Day("Genomfördes", empty="Välj dagen.")
    result = LongText("Vad den visade", rows=3, empty="Skriv vad uppföljningen visade.")


class ProgrammeForm(forms.Form):
    """A programme as it is to be."""

    version = Version()
    code = forms.SlugField(
        label="Kod", max_length=20, help_text="Kort, till exempel sdv. Ändras inte sedan.",
        error_messages={"required": "Skriv en kod.", "invalid": "Skriv bokstäver, siffror och bindestreck."},
    )  # fmt: skip
    name = ShortText("Namn", max_length=120, empty="Skriv vad programmet heter.")
    description = LongText("Vad det gäller", rows=2, required=False)
    counted_apart = forms.BooleanField(
        label="Räknas för sig i årets berättelse", required=False, initial=True
    )
    valid_to = Day("Avslutas", required=False)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
