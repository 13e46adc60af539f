"""What a reviewer of the log writes."""

from __future__ import annotations

from django import forms

from patientsakerhet.log_review.models import LogReview
from patientsakerhet.ui.choosing import UnitField
from patientsakerhet.ui.fields import LongText, ShortText


class LogReviewForm(forms.Form):
    """What came of looking at a part of the log."""

    unit = UnitField(
        "Enhet som kontrollen gäller",
        empty="Skriv vilken enhet kontrollen gäller.",
        help_text="Med de enheter som ligger under den. Årets berättelse räknar kontrollen där.",
    )
    outcome = forms.ChoiceField(
        label="Vad du fann",
        choices=[(value, label.capitalize()) for value, label in LogReview.Outcome.choices],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad kontrollen gav."},
    )
    note = LongText(
        "Anteckning",
        required=False,
        max_length=4000,
        help_text="Vad du såg på och vad som händer nu. Inga uppgifter om patienter.",
    )


class WithdrawForm(forms.Form):
    """Why a review is taken back."""

    reason = ShortText("Varför den återtas", empty="Skriv varför kontrollen återtas.")
