"""A template of analyses: when it is used, its steps line by line, its risks one by one."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.register.forms.fields import SeveralLines
from patientsakerhet.risk_analysis.actions.templates import RISK_TEXTS
from patientsakerhet.risk_analysis.forms.commission import OCCASIONS
from patientsakerhet.ui.fields import LongText, ShortText, Version

BETWEEN = " – "
"""What stands between a step's name and what is done in it, on its line."""
MORE = 2
"""Empty risks to fill in."""
LONGEST = 400
"""Signs in a step's line."""


class TemplateRiskForm(forms.Form):
    """One risk that comes back; without a title it is left out."""

    title = ShortText("Vad kan gå fel?", required=False)
    step = forms.IntegerField(
        label="Stegets nummer", required=False, min_value=1, max_value=200,
        help_text="Tomt: hela processen.",
    )  # fmt: skip
    cause = LongText("Orsaker", rows=2, required=False)
    consequence = LongText("Följder", rows=2, required=False)
    existing_controls = LongText("Det som redan skyddar", rows=2, required=False)


Risks = forms.formset_factory(TemplateRiskForm, extra=MORE, max_num=200, validate_max=True)


class TemplateForm(forms.Form):
    """All of a template."""

    version = Version()
    name = ShortText("Namn", max_length=120, empty="Ge mallen ett namn.")
    occasion = forms.ChoiceField(
        label="Anledning", choices=OCCASIONS, error_messages={"required": "Välj anledning."}
    )
    text = LongText("När används den?", rows=2, empty="Skriv när mallen används.")
    steps = SeveralLines(
        "Processens steg", longest=LONGEST,
        help_text="Ett per rad. Vad som görs i steget kan stå efter ett tankstreck: Driftstart – Dygnet då systemet tas i bruk.",
    )  # fmt: skip
    is_offered = forms.BooleanField(label="Erbjuds när en ny analys öppnas", required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        content: dict[str, list[dict[str, Any]]] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        held = content or {"steps": [], "risks": []}
        lines = [
            BETWEEN.join(filter(None, (one["title"], one.get("description", ""))))
            for one in held["steps"]
        ]
        super().__init__(data, initial={"steps": lines, **(initial or {})})
        self.fields["steps"].required = True
        self.fields["steps"].error_messages["required"] = "Skriv minst ett processteg."
        self.risks = Risks(data, prefix="risk", initial=[_written(one) for one in held["risks"]])

    def is_valid(self) -> bool:
        """Each risk too."""
        return all([super().is_valid(), self.risks.is_valid()])

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        told = dict(self.cleaned_data)
        parts = [line.partition(BETWEEN) for line in told.pop("steps")]
        return {
            **told,
            "steps": [
                {"title": title.strip()[:120], "description": text.strip()}
                for title, _, text in parts
            ],
            "risks": [
                {
                    "step": None if one["step"] is None else one["step"] - 1,
                    **{name: one[name] for name in RISK_TEXTS},
                }
                for one in self.risks.cleaned_data
                if one.get("title")
            ],
        }


def _written(risk: dict[str, Any]) -> dict[str, Any]:
    place = risk.get("step")
    return {**risk, "step": None if place is None else place + 1}
