"""A new version of a scoring method: its limits, its scales line by line, its ground, from which day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.register.forms.fields import SeveralLines
from patientsakerhet.risk_analysis.actions.methods import LIMITS, WORDS
from patientsakerhet.risk_analysis.models import ScoringMethod
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version

HIGHEST = 1000
LABELS = {
    "severity_labels": "Allvarlighetsgrader, ett ord per rad",
    "severity_texts": "Vad allvarlighetsgraderna betyder",
    "probability_labels": "Sannolikheter, ett ord per rad",
    "probability_texts": "Vad sannolikheterna betyder",
    "detection_labels": "Upptäckt, ett ord per rad",
    "detection_texts": "Vad upptäckt betyder",
}


class MethodForm(forms.Form):
    """All that can be changed, as it stands."""

    version = Version()
    name = ShortText("Namn", max_length=80, empty="Ge metoden ett namn.")
    basis = LongText("Grund", rows=3, empty="Skriv vilken grund gränserna har.")
    since = Day(
        "Gäller från och med", empty="Välj från vilken dag.",
        help_text="Analyser som har börjat behåller sin version.",
    )  # fmt: skip

    def __init__(self, *args: Any, method: ScoringMethod, **kwargs: Any) -> None:
        initial = {
            **{name: getattr(method, name) for name in ("name", "basis", "version", *LIMITS)},
            **{name: getattr(method, name) for name in WORDS},
            "since": timezone.localdate() + timedelta(days=1),
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        for name in LIMITS:
            label = str(ScoringMethod._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a plain field
            self.fields[name] = forms.IntegerField(
                label=label[0].upper() + label[1:], min_value=1, max_value=HIGHEST
            )
        for name in WORDS:
            if getattr(method, name) or name.startswith(("severity", "probability")):
                self.fields[name] = SeveralLines(LABELS[name], longest=300)
                self.fields[name].required = True
        self.order_fields(["version", "name", *LIMITS, *WORDS, "basis", "since"])

    def given(self) -> dict[str, Any]:
        """What the action takes; a scale that the method does not have stays empty."""
        told = dict(self.cleaned_data)
        return {**{name: [] for name in WORDS}, **told}
