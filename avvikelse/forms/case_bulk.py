"""What handing over many deviations asks for."""

from __future__ import annotations

from django import forms

from avvikelse.forms.case_steps import BASES
from patientsakerhet.ui.choosing import ReceivingUnitField
from patientsakerhet.ui.fields import LongText


class HandOverManyForm(forms.Form):
    """Which unit gets the marked cases, on what ground, and why."""

    to = ReceivingUnitField(
        "Till enhet", help_text="Enhetens namn eller kod.", empty="Skriv vilken enhet."
    )
    basis = forms.ChoiceField(
        label="Grund för att lämna ut uppgifter",
        help_text="Behövs när enheten hör till en annan vårdgivare.",
        choices=BASES,
        required=False,
    )
    reason = LongText(
        "Skäl", rows=2, help_text="Samma skäl står i alla ärendena.", empty="Skriv varför."
    )
