"""Naming a view, and what acts on many cases ask for."""

from __future__ import annotations

from django import forms

from patientsakerhet.ui.choosing import PersonField
from patientsakerhet.ui.fields import ShortText


class SaveViewForm(forms.Form):
    """A name for a selection."""

    name = ShortText(
        "Namn på vyn",
        max_length=40,
        empty="Ge vyn ett namn.",
        help_text="Till exempel ”Pumpar i år”.",
    )


class AppointManyForm(forms.Form):
    """Who is to handle the marked cases."""

    handler = PersonField(
        "Handläggare",
        help_text="Namn eller e-postadress på någon som kan utreda hos enheterna.",
        empty="Skriv vem som ska handlägga.",
    )
