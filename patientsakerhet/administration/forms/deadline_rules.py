"""What a deadline rule says from a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.administration.actions.deadline_rules import FACTS
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.ui.fields import Day, LongText, ShortText

LONGEST = 1000


class DeadlineRuleForm(forms.Form):
    """How long a case may stay in the state, from when, and on what ground."""

    label = ShortText("Vad ska vara gjort?", empty="Skriv vad som ska vara gjort.", max_length=80)
    amount = forms.IntegerField(label="Inom", min_value=1, max_value=LONGEST)
    measured = forms.ChoiceField(label="Räknas i", choices=DeadlineRule.Measured.choices)
    remind_before = forms.IntegerField(
        label="Påminn före",
        help_text="I samma enhet. 0 för ingen påminnelse.",
        min_value=0,
        max_value=LONGEST,
    )
    escalate_after = forms.IntegerField(
        label="Lyft till chef efter",
        help_text="I samma enhet, räknat från tidsgränsen. 0 för att inte lyfta.",
        min_value=0,
        max_value=LONGEST,
    )
    standing = forms.ChoiceField(
        label="Hur säker är grunden?", choices=DeadlineRule.Standing.choices
    )
    basis = LongText(
        "Grund",
        help_text="Lagen, beslutet eller målet, så som det ska stå där tidsgränsen visas.",
        empty="Skriv vilken grund regeln har: lagen, beslutet eller målet.",
        max_length=4000,
    )
    since = Day(
        "Gäller från och med",
        help_text="Ärenden som kommer till läget från den dagen. Löpande tidsgränser står kvar.",
        empty="Välj från vilken dag regeln gäller.",
    )

    def __init__(self, rule: DeadlineRule | None, *args: Any, **kwargs: Any) -> None:
        standing = {name: getattr(rule, name) for name in FACTS} if rule else {}
        tomorrow = timezone.localdate() + timedelta(days=1)
        super().__init__(*args, **{**kwargs, "initial": {"since": tomorrow, **standing}})

    def clean(self) -> dict[str, Any]:
        """A reminder comes after the beginning."""
        told = super().clean() or {}
        amount, before = told.get("amount"), told.get("remind_before")
        if amount is not None and before is not None and before >= amount:
            self.add_error(
                "remind_before", "Påminnelsen skulle komma innan tiden börjar. Välj färre."
            )
        return told
