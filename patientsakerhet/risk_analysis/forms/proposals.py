"""Proposing measures against risks, deciding about them, saying what it comes to."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.cases.forms.measures import MeasureForm
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis
from patientsakerhet.risk_analysis.workflow import risks_of
from patientsakerhet.ui.fields import LongText, Version


class AimForm(forms.Form):
    """Which risks a measure is to lower."""

    risks = forms.ModelMultipleChoiceField(
        Risk.objects.none(), label="Risker som åtgärden ska minska",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj vilken risk åtgärden ska minska."},
    )  # fmt: skip
    version = Version()

    def __init__(self, *args: Any, analysis: RiskAnalysis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        risks: Any = self.fields["risks"]
        standing = Risk.objects.filter(analysis=analysis, withdrawn_at=None)
        risks.queryset = standing.order_by("serial")
        risks.choices = [(one.pk, str(one)) for one in risks_of(analysis)]  # they are fetched


class ProposalForm(AimForm, MeasureForm):
    """A measure that the team proposes."""

    field_order = ["title", "risks", "description", "strength", "owner", "owner_is_told"]

    def given(self) -> dict[str, Any]:
        """What the action takes beside the risks and the version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"risks", "version"}
        }


class DecisionForm(forms.Form):
    """Yes or no to a proposal; no asks why."""

    YES, NO = "accept", "reject"

    version = Version()
    measure_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="Beslut", choices=[(YES, "Genomför åtgärden"), (NO, "Avslå åtgärden")],
        widget=forms.RadioSelect, error_messages={"required": "Välj vad du beslutar."},
    )  # fmt: skip
    reason = LongText("Skäl", rows=2, required=False, help_text="Krävs när åtgärden avslås.")


class ConclusionForm(forms.Form):
    """What the analysis comes to."""

    prefix = "slutsats"
    version = Version()
    conclusion = LongText(
        "Slutsats", rows=5, empty="Skriv vad analysen kommer fram till.",
        help_text="Kan förändringen genomföras, och under vilka villkor? Står först i slutrapporten.",
    )  # fmt: skip


class SignForm(forms.Form):
    """Signing takes nothing but the version somebody has read."""

    version = Version()


class ReasonForm(forms.Form):
    """Why a step is taken."""

    version = Version()
    reason = LongText("Varför?", rows=3, empty="Skriv varför.")


class StepForm(forms.Form):
    """A step that asks nothing."""

    version = Version()
