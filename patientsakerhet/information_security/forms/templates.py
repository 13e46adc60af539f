"""A template of classifications: when it is used, its texts, its risks one by one."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.information_security.actions.starting import RISK_FACTS
from patientsakerhet.information_security.forms.classification import LIKELIHOODS, SEVERITIES
from patientsakerhet.information_security.models import ASPECTS, SecurityRisk
from patientsakerhet.ui.fields import LongText, ShortText, Version

MORE = 2
"""Empty risks to fill in."""


class TemplateRiskForm(forms.Form):
    """One risk that comes back; without a title it is left out."""

    title = ShortText("Vad kan hända?", required=False)
    threatens = forms.ChoiceField(label="Hotar", choices=SecurityRisk.Threatens.choices)
    cause = LongText("Orsak", rows=2, required=False)
    consequence = LongText("Konsekvens", rows=2, required=False)
    controls = LongText("Skydd som redan finns", rows=2, required=False)
    severity = forms.TypedChoiceField(
        label="Allvarlighetsgrad, att bedöma på nytt", choices=SEVERITIES, coerce=int
    )
    likelihood = forms.TypedChoiceField(
        label="Sannolikhet, att bedöma på nytt", choices=LIKELIHOODS, coerce=int
    )


Risks = forms.formset_factory(TemplateRiskForm, extra=MORE, max_num=100, validate_max=True)


class TemplateForm(forms.Form):
    """All of a template."""

    version = Version()
    name = ShortText("Namn", max_length=120, empty="Ge mallen ett namn.")
    text = LongText("När används den?", rows=2, empty="Skriv när mallen används.")
    information = LongText("Vilken information", rows=2, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        content: dict[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        held = content or {"information": "", "reasons": {}, "risks": []}
        reasons = {f"{name}_reason": held["reasons"].get(name, "") for name, _ in ASPECTS}
        told = {**reasons, "information": held["information"], **(initial or {})}
        super().__init__(data, initial=told)
        for name, label in ASPECTS:
            self.fields[f"{name}_reason"] = LongText(
                f"Skäl eller fråga, {label}", rows=2, required=False
            )
        self.fields["is_offered"] = forms.BooleanField(
            label="Erbjuds när en klassning beställs", required=False
        )
        self.risks = Risks(data, prefix="risk", initial=held["risks"])

    def is_valid(self) -> bool:
        """Each risk too."""
        return all([super().is_valid(), self.risks.is_valid()])

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        told = dict(self.cleaned_data)
        reasons = {name: told.pop(f"{name}_reason") for name, _ in ASPECTS}
        return {
            **told,
            "reasons": reasons,
            "risks": [
                {name: one[name] for name in RISK_FACTS}
                for one in self.risks.cleaned_data
                if one.get("title")
            ],
        }
