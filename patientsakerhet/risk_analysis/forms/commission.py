"""Ordering an analysis, and saying better what was ordered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet

from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions.commissions import Commission
from patientsakerhet.risk_analysis.models import (
    AnalysisTemplate,
    Occasion,
    RiskAnalysis,
    ScoringMethod,
)
from patientsakerhet.ui.choosing import Chosen, PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version

OCCASIONS = [(value, str(label).capitalize()) for value, label in Occasion.choices]


class AnalysisField(Chosen[RiskAnalysis]):
    """An earlier analysis, by its number."""

    none = (
        "Det finns ingen riskanalys ”{}” som du får läsa. Skriv numret, till exempel RA-2025-00003."
    )
    several = "Flera kan vara menade: {}. Skriv numret."

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.person: Person | None = None

    def among(self) -> QuerySet[RiskAnalysis]:
        """Those she may read."""
        rows = RiskAnalysis.objects.select_related("case").annotate(name=F("case__title"))
        return rows.visible_to(self.person) if self.person else rows.none()

    def written(self, one: RiskAnalysis) -> str:
        """Number and title."""
        return f"{one.case.number} {one.case.title}"

    def alike(self, words: str) -> Q:
        """None but by number: a title is not enough to copy by."""
        return Q(pk__in=[])

    def exactly(self, words: str) -> Q:
        """The number, also as it is suggested."""
        return Q(case__number__iexact=words.split()[0])


class DescribeForm(forms.Form):
    """What is analysed and why."""

    version = Version()
    title = ShortText(
        "Rubrik", empty="Skriv en rubrik.",
        help_text="Förändringen i några ord, till exempel ”Byte av infusionspumpar på avdelning 4”.",
    )  # fmt: skip
    occasion = forms.ChoiceField(
        label="Anledning", choices=OCCASIONS, error_messages={"required": "Välj anledning."}
    )
    change = LongText(
        "Vad förändras?", rows=3, empty="Skriv vad som förändras.",
        help_text="Vad är nytt, för vem, och vad försvinner?",
    )  # fmt: skip
    scope = LongText(
        "Vad omfattar analysen?", rows=2, empty="Skriv vad analysen omfattar.",
        help_text="Från och till vilket steg, vilka enheter, vilka patienter.",
    )  # fmt: skip
    delimitation = LongText("Vad ingår inte?", rows=2, required=False)
    takes_effect_on = Day("Förändringen börjar gälla", required=False)
    report_by = Day("Slutrapporten ska vara klar", required=False)


class CommissionForm(DescribeForm):
    """A new analysis: what, for which unit, ordered by whom, led by whom, from what it starts."""

    unit = UnitField("Enhet som förändringen gäller", empty="Skriv vilken enhet det gäller.")
    commissioned_by = PersonField(
        "Uppdragsgivare", empty="Skriv vem som är uppdragsgivare.",
        help_text="Chef för verksamheten, eller chefläkaren. Beslutar om åtgärderna.",
    )  # fmt: skip
    commissioned_on = Day("Uppdraget gavs", empty="Välj vilken dag uppdraget gavs.")
    leader = PersonField(
        "Analysledare", empty="Skriv vem som leder analysen.", help_text="Namn eller e-postadress."
    )
    method = forms.ModelChoiceField(
        ScoringMethod.objects.none(), label="Metod", empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": "Välj metod."},
    )  # fmt: skip
    template = forms.ModelChoiceField(
        AnalysisTemplate.objects.none(), label="Börja från en mall", required=False,
        empty_label="Ingen mall", help_text="Mallens steg och risker följer med och kan ändras.",
    )  # fmt: skip
    copied_from = AnalysisField(
        "Eller kopiera en tidigare analys", required=False,
        help_text="Steg och risker följer med, inte bedömningar och åtgärder. Skriv numret.",
    )  # fmt: skip

    FIRST = (
        "title", "occasion", "unit", "change", "scope", "delimitation",
    )  # fmt: skip
    PEOPLE = ("commissioned_by", "commissioned_on", "leader", "takes_effect_on", "report_by")
    START = ("method", "template", "copied_from")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        method: Any = self.fields["method"]
        method.queryset = ScoringMethod.objects.current()
        template: Any = self.fields["template"]
        template.queryset = AnalysisTemplate.objects.filter(is_offered=True)
        copied: Any = self.fields["copied_from"]
        copied.person = person

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The inputs under their headings."""
        return [
            ("Uppdraget", [self[name] for name in self.FIRST]),
            ("Vem och när", [self[name] for name in self.PEOPLE]),
            ("Hur analysen görs", [self[name] for name in self.START]),
        ]

    def clean(self) -> dict[str, Any]:
        """One thing to start from at the most."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("template") and cleaned.get("copied_from"):
            self.add_error("copied_from", "Välj en mall eller en tidigare analys, inte båda.")
        return cleaned

    def commission(self, **more: Any) -> Commission:
        """What was written."""
        return Commission(**self.cleaned_data, **more)
