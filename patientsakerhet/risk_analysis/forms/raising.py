"""A risk raised from a case: into which analysis, and in what words."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import RiskAnalysis
from patientsakerhet.risk_analysis.workflow import KIND, PLANNED
from patientsakerhet.ui.fields import LongText, ShortText

OFFERED = 100


class AnalysisChoice(forms.ModelChoiceField):
    """An analysis by number and title."""

    def label_from_instance(self, obj: Any) -> str:
        """ "RA-2026-00003 Byte av infusionspumpar"."""
        return f"{obj.case.number} {obj.case.title}"


class RaiseForm(forms.Form):
    """Into which analysis, and what can go wrong."""

    analysis = AnalysisChoice(
        RiskAnalysis.objects.none(), label="Riskanalys", empty_label="Välj riskanalys",
        error_messages={"required": "Välj vilken riskanalys risken ska till."},
    )  # fmt: skip
    title = ShortText("Vad kan gå fel?", empty="Skriv vad som kan gå fel.")
    cause = LongText("Orsaker", rows=2, required=False)
    consequence = LongText("Följder", rows=2, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = Case.objects.where_may(person, Can.LEAD_ANALYSIS).of_kind(KIND).in_status(*PLANNED)
        field: Any = self.fields["analysis"]
        field.queryset = (
            RiskAnalysis.objects.filter(case__in=led.order_by("-filed_at", "-pk")[:OFFERED])
            .select_related("case")
            .order_by("-pk")
        )
