"""What whoever manages a notice fills in about one recipient."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.ui.fields import LongText, ShortText, Version
from sakerhetsmeddelanden.actions.answers import DeviceSaid, Said
from sakerhetsmeddelanden.actions.coordinating import Call
from sakerhetsmeddelanden.forms.answering import NOTHING, YES

NOBODY, NO = "", "no"


class SendAgainForm(forms.Form):
    """The notice once more, perhaps to another address."""

    address = forms.EmailField(
        label="Annan e-postadress",
        required=False,
        help_text="Tomt: samma mottagare som tidigare.",
        error_messages={"invalid": "Skriv en e-postadress, som namn@vard.example."},
    )
    version = Version()


class CallForm(forms.Form):
    """A telephone call, and what the unit answered in it."""

    spoke_with = ShortText(
        "Vem du talade med", max_length=120, empty="Skriv vem du talade med, eller ”ingen svarade”."
    )
    number = ShortText("Telefonnummer", max_length=40, required=False)
    said = LongText("Vad som sades", rows=2, max_length=2_000, empty="Skriv vad som sades.")
    answer = forms.ChoiceField(
        label="Svarade enheten?",
        choices=[
            (NOBODY, "Nej, inte än"),
            (YES, "Ja, de är berörda"),
            *((f"{NO}:{key}", f"Ja, inte berörda: {label}") for key, label in NOTHING),
        ],
        required=False,
        help_text="Gäller tills någon på enheten skriver under.",
    )
    version = Version()

    def call(self) -> Call:
        """The call, as the act takes it."""
        given = self.cleaned_data
        return Call(given["spoke_with"], given["said"], given["number"], self._answered(given))

    def _answered(self, given: dict[str, Any]) -> Said | None:
        told: str = given["answer"]
        if told == YES:
            return Said(affected=True, note=given["said"])
        if told.startswith(NO):
            why = told.partition(":")[2]
            return Said(affected=False, note=given["said"], all_devices=DeviceSaid(why))
        return None


class LinkForm(forms.Form):
    """A personal link for somebody without account."""

    name = ShortText("Namn", max_length=120, required=False)
    address = forms.EmailField(
        label="E-postadress",
        error_messages={
            "required": "Skriv vart länken ska skickas.",
            "invalid": "Skriv en e-postadress, som namn@vard.example.",
        },
    )


class WaiveForm(forms.Form):
    """Why nothing more is awaited from the unit."""

    reason = LongText(
        "Varför svaret inte behövs",
        rows=2,
        max_length=2_000,
        empty="Skriv varför svaret inte behövs.",
    )
    version = Version()
