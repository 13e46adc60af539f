"""Judging a notice, moving it on, and deciding by hand whom it concerns."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.ui.choosing import UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from patientsakerhet.ui.forms import Hinted
from sakerhetsmeddelanden.models import RiskClass, SafetyNotice, UndecidedDevice


class JudgeForm(forms.Form):
    """How grave it is, how soon, and by when the units answer."""

    version = Version()
    risk_class = forms.ModelChoiceField(
        queryset=RiskClass.objects.none(), label="Riskklass", widget=forms.RadioSelect,
        empty_label=None, error_messages={"required": "Välj riskklass."},
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label="Hur bråttom", choices=SafetyNotice.Urgency.choices, widget=forms.RadioSelect,
        error_messages={"required": "Välj hur bråttom det är."},
    )  # fmt: skip
    reason = LongText("Vad bedömningen grundas på", rows=3, empty="Skriv vad den grundas på.")
    answer_on = Day(
        "Enheterna svarar senast", required=False,
        help_text="Tomt: riskklassens tid, eller leverantörens dag om den är tidigare.",
    )  # fmt: skip
    instruction = LongText(
        "Till enheterna", rows=4, required=False,
        help_text="Det som enheterna läser först. Skriv vad de ska göra, i den ordning de gör det.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["risk_class"]
        field.queryset = RiskClass.objects.current()
        field.label_from_instance = lambda one: Hinted(one.label, one.help)


class ReasonForm(forms.Form):
    """Why."""

    version = Version()
    reason = LongText("Skäl", rows=2, empty="Skriv varför.")


class StepForm(forms.Form):
    """A step that asks for nothing."""

    version = Version()


class AddUnitForm(forms.Form):
    """One more unit, and why."""

    version = Version()
    unit = UnitField("Enhet", empty="Skriv vilken enhet.")
    reason = ShortText("Skäl", empty="Skriv varför enheten ska ha meddelandet.", max_length=500)


class TakeOutForm(forms.Form):
    """One unit less, and why."""

    version = Version()
    reason = ShortText(
        "Skäl", empty="Skriv varför enheten inte ska ha meddelandet.", max_length=500
    )


class DecideForm(forms.Form):
    """Devices whose data do not allow a decision."""

    version = Version()
    decision = forms.ChoiceField(
        label="Beslut", choices=UndecidedDevice.Decision.choices, widget=forms.RadioSelect,
        error_messages={"required": "Välj om de räknas som berörda."},
    )  # fmt: skip
    reason = ShortText("Skäl", empty="Skriv varför.", max_length=300)


class SupersedeForm(forms.Form):
    """Which notice this one stands in the place of."""

    version = Version()
    number = ShortText("Ersätter", max_length=20, empty="Skriv meddelandets nummer.")
