"""What is written about a message that could not be sent."""

from __future__ import annotations

from django import forms

from patientsakerhet.ui.fields import LongText


class CorrectForm(forms.Form):
    """The address it should have gone to."""

    address = forms.EmailField(
        label="Rätt e-postadress",
        error_messages={
            "required": "Skriv adressen som meddelandet ska till.",
            "invalid": "Skriv en hel e-postadress, till exempel anna.ek@region.example.",
        },
    )


class GiveUpForm(forms.Form):
    """Why nobody tries any more."""

    reason = LongText(
        "Hur fick mottagaren veta det i stället, eller varför behövs det inte?",
        empty="Skriv hur mottagaren fick veta det i stället, eller varför det inte behövs.",
        max_length=500,
    )
