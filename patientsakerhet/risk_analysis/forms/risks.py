"""A risk in words and in numbers, struck out, lived with, or judged again."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.register.forms.fields import SeveralModels, SeveralSystems
from patientsakerhet.risk_analysis.models import ProcessStep, Risk, RiskAnalysis, ScoringMethod
from patientsakerhet.ui.fields import LongText, ShortText, Version

FACTORS = (
    ("severity", "Allvarlighetsgrad"),
    ("probability", "Sannolikhet"),
    ("detection", "Upptäckt"),
)


class RiskForm(forms.Form):
    """What can go wrong, why, what it would lead to, what holds it back, what to watch."""

    version = Version()
    title = ShortText(
        "Vad kan gå fel?", empty="Skriv vad som kan gå fel.",
        help_text="En mening, till exempel ”Larmet uppfattas inte på natten”.",
    )  # fmt: skip
    step = forms.ModelChoiceField(
        ProcessStep.objects.none(), label="Processteg", required=False,
        empty_label="Hela processen",
    )  # fmt: skip
    cause = LongText("Orsaker", rows=3, required=False, help_text="Varför kan det hända?")
    consequence = LongText(
        "Följder", rows=2, required=False, help_text="Vad händer patienten, eller personalen?"
    )
    existing_controls = LongText("Det som redan skyddar", rows=2, required=False)
    systems = SeveralSystems("IT-system som risken gäller", help_text="Ett per rad.")
    products = SeveralModels("Produkter som risken gäller", help_text="En per rad.")
    watched_words = ShortText(
        "Ord att bevaka", required=False,
        help_text="Nya avvikelser på enheten med de orden visas vid risken. Till exempel: pump larm.",
    )  # fmt: skip

    WORDS = ("title", "step", "cause", "consequence", "existing_controls")
    WATCH = ("systems", "products", "watched_words")

    def __init__(self, *args: Any, analysis: RiskAnalysis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step: Any = self.fields["step"]
        step.queryset = ProcessStep.objects.filter(analysis=analysis).order_by("position")

    @classmethod
    def of(cls, risk: Risk, *, version: int) -> RiskForm:
        """The form as the risk stands."""
        names = (*cls.WORDS, "watched_words")
        return cls(
            analysis=risk.analysis,
            initial={
                **{name: getattr(risk, name) for name in names},
                "systems": list(risk.systems.all()),
                "products": list(risk.products.all()),
                "version": version,
            },
        )

    @property
    def words(self) -> list[forms.BoundField]:
        """What is written about it."""
        return [self[name] for name in self.WORDS]

    @property
    def watch(self) -> list[forms.BoundField]:
        """By what deviations about it are found."""
        return [self[name] for name in self.WATCH]


class FactorsForm(forms.Form):
    """One step on each of the method's scales."""

    required_factors = True

    def __init__(self, *args: Any, method: ScoringMethod, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FACTORS:
            words = getattr(method, f"{name}_labels")
            if not words:
                continue
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=[
                    ("", "Välj"),
                    *((step, f"{step} – {word}") for step, word in enumerate(words, start=1)),
                ],
                coerce=int,
                empty_value=None,
                required=self.required_factors,
                error_messages={"required": f"Välj {label.lower()}."},
            )
        self.order_fields([name for name, _ in FACTORS])

    @property
    def factors(self) -> list[forms.BoundField]:
        """The scales beside each other."""
        return [self[name] for name, _ in FACTORS if name in self.fields]


class ScoreForm(FactorsForm):
    """How grave it is, before measures or after them."""

    version = Version()
    reason = LongText("Skäl till bedömningen", rows=2, required=False)


class ReviewForm(FactorsForm):
    """What looking at the risk again came to; a new number only when it has changed."""

    required_factors = False
    prefix = "ompröva"
    version = Version()
    note = LongText(
        "Vad omprövningen kom fram till", rows=3, empty="Skriv vad omprövningen kom fram till.",
        help_text="Vad har hänt, och gäller bedömningen fortfarande? Välj nya steg bara om den ändras.",
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why the risk is struck out."""

    prefix = "stryk"
    version = Version()
    reason = LongText("Varför stryks risken?", rows=2, empty="Skriv varför risken stryks.")


class AcceptRiskForm(forms.Form):
    """Why the risk is lived with; nothing takes it back."""

    prefix = "godta"
    version = Version()
    reason = LongText(
        "Varför godtas risken utan åtgärd?", rows=2, required=False,
        help_text="Tomt: risken godtas inte, utan ska få en åtgärd.",
    )  # fmt: skip
