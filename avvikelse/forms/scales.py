"""What the risk scale says from a day: words, limits of the bands, when an event analysis is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone

from avvikelse.actions.scales import STEPS
from avvikelse.models import RiskScale
from patientsakerhet.ui.fields import Day, LongText, ShortText

AXES = (("severity", "Allvarlighet"), ("probability", "Sannolikhet"))
HIGHEST = STEPS * STEPS


class ScaleForm(forms.Form):
    """A whole scale; the steps stand as four rows of a word and what it means."""

    name = ShortText("Vad ska skalan heta?", empty="Ge skalan ett namn.", max_length=80)
    medium_from = forms.IntegerField(label="Medelhög risk från", min_value=2, max_value=HIGHEST)
    high_from = forms.IntegerField(label="Hög risk från", min_value=2, max_value=HIGHEST)
    analysis_from_score = forms.IntegerField(
        label="Händelseanalys från risktal", min_value=1, max_value=HIGHEST
    )
    analysis_from_severity = forms.IntegerField(
        label="Händelseanalys från allvarlighet", min_value=1, max_value=STEPS
    )
    basis = LongText(
        "Grund",
        help_text="Handboken, beslutet eller rutinen som skalan följer.",
        empty="Skriv vilken grund skalan har.",
        max_length=4000,
    )
    since = Day(
        "Gäller från och med",
        help_text="Bedömningar som redan är gjorda behåller sin skala.",
        empty="Välj från vilken dag skalan gäller.",
    )

    def __init__(self, scale: RiskScale | None, *args: Any, **kwargs: Any) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        super().__init__(*args, **{**kwargs, "initial": {"since": tomorrow, **_standing(scale)}})
        for axis, word in AXES:
            for step in range(1, STEPS + 1):
                self.fields[f"{axis}_label_{step}"] = ShortText(
                    f"{word} {step}", empty=f"Skriv ordet för {word.lower()} {step}.", max_length=40
                )
                self.fields[f"{axis}_text_{step}"] = ShortText(
                    f"Vad {word.lower()} {step} betyder",
                    empty=f"Skriv vad {word.lower()} {step} betyder.",
                )

    @property
    def axes(self) -> Iterator[tuple[str, list[tuple[BoundField, BoundField]]]]:
        """Each axis with its steps, a word and a meaning."""
        for axis, word in AXES:
            yield (
                word,
                [
                    (self[f"{axis}_label_{step}"], self[f"{axis}_text_{step}"])
                    for step in range(1, STEPS + 1)
                ],
            )

    def clean(self) -> dict[str, Any]:
        """High begins above medium."""
        told = super().clean() or {}
        medium, high = told.get("medium_from"), told.get("high_from")
        if medium is not None and high is not None and high <= medium:
            self.add_error("high_from", "Hög risk måste börja på ett högre risktal än medelhög.")
        return told

    def values(self) -> dict[str, Any]:
        """The scale, as the act takes it."""
        told = self.cleaned_data
        plain = {
            name: told[name]
            for name in (
                "name",
                "medium_from",
                "high_from",
                "analysis_from_score",
                "analysis_from_severity",
                "basis",
            )
        }
        for axis, _ in AXES:
            for part in ("label", "text"):
                plain[f"{axis}_{part}s"] = [
                    told[f"{axis}_{part}_{step}"] for step in range(1, STEPS + 1)
                ]
        return plain

    def since_day(self) -> date:
        """From which day."""
        day: date = self.cleaned_data["since"]
        return day


def _standing(scale: RiskScale | None) -> dict[str, Any]:
    if scale is None:
        return {}
    told: dict[str, Any] = {
        name: getattr(scale, name)
        for name in (
            "name",
            "medium_from",
            "high_from",
            "analysis_from_score",
            "analysis_from_severity",
            "basis",
        )
    }
    for axis, _ in AXES:
        for part in ("label", "text"):
            words = getattr(scale, f"{axis}_{part}s")
            told |= {f"{axis}_{part}_{step}": word for step, word in enumerate(words, start=1)}
    return told
