"""What each step of a deviation asks for before it is taken."""

from __future__ import annotations

from typing import Any

from django import forms

from avvikelse.models import Handover
from patientsakerhet.cases.actions import appointing
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.choosing import PersonField, ReceivingUnitField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version

BASES = [("", "Samma vårdgivare, ingen grund behövs")] + [
    choice for choice in Handover.Basis.choices if choice[0] != Handover.Basis.SAME_PROVIDER
]


class StepForm(forms.Form):
    """A step that asks for nothing."""

    version = Version()

    def __init__(self, *args: Any, case: Case, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.by = case, by


class ReasonForm(StepForm):
    """A step that asks why."""

    reason = LongText("Skäl", rows=3, empty="Skriv varför.")


class ReceiveForm(StepForm):
    """Receiving a case: who is to investigate it."""

    handler = PersonField(
        "Handläggare",
        required=False,
        help_text="Lämnas tomt om du själv utreder. Annars namn eller e-postadress.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handler: Any = self.fields["handler"]
        handler.suggest(appointing.candidates(self.case))


class AppointForm(StepForm):
    """Who is to handle the case from now on."""

    handler = PersonField(
        "Handläggare", help_text="Namn eller e-postadress.", empty="Skriv vem som ska handlägga."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handler: Any = self.fields["handler"]
        handler.suggest(appointing.candidates(self.case))


class HandOverForm(StepForm):
    """Which unit gets the case, on what ground, and why."""

    to = ReceivingUnitField(
        "Till enhet",
        help_text="Enhetens namn eller kod.",
        empty="Skriv vilken enhet som ska ha ärendet.",
    )
    basis = forms.ChoiceField(
        label="Grund för att lämna ut uppgifter",
        help_text="Behövs när enheten hör till en annan vårdgivare.",
        choices=BASES,
        required=False,
    )
    reason = LongText(
        "Skäl", rows=3, empty="Skriv varför.", help_text="Den nya enheten läser det här."
    )


class CoordinateForm(HandOverForm):
    """Which unit gets the case from the desk; a note is welcome."""

    reason = LongText("Till enheten", rows=3, required=False, help_text="Något de bör veta.")


class ShareForm(StepForm):
    """Which unit reads an extract, until when, and on what ground."""

    prefix = "dela"
    unit = UnitField("Enhet", help_text="Enhetens namn eller kod.", empty="Skriv vilken enhet.")
    until = Day("Till och med", empty="Välj till och med vilken dag.")
    ground = LongText(
        "Grund",
        rows=2,
        help_text="På vilken grund uppgifterna får delas, eller att de är avidentifierade.",
        empty="Skriv på vilken grund uppgifterna får delas.",
    )


class AskForm(StepForm):
    """A question that the case waits for the answer to."""

    question = LongText(
        "Fråga till rapportören",
        rows=3,
        help_text="Rapportören läser exakt det här. Ärendet väntar tills svaret kommer.",
        empty="Skriv frågan.",
    )


class RejectForm(ReasonForm):
    """Why it is no deviation, and what the reporter is told."""

    reason = LongText("Skäl", rows=3, help_text="Internt, för historiken.", empty="Skriv varför.")
    answer = LongText(
        "Svar till rapportören",
        rows=4,
        help_text="Rapportören läser exakt det här.",
        empty="Skriv svaret till rapportören.",
    )


class MergeForm(StepForm):
    """Which case it is a duplicate of."""

    into = ShortText(
        "Huvudärendets nummer",
        max_length=20,
        help_text="Till exempel AV-2026-00042.",
        empty="Skriv huvudärendets nummer.",
    )
