"""Fields that several of the deviation's forms have: codes from a tree, units, the risk matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from avvikelse.models import RiskScale
from patientsakerhet.cases.models import Code
from patientsakerhet.organisation.models import Unit

HARMLESS = "Ingen skada"
Choices = list[tuple[str, Any]]


def codes_of(*systems: str) -> list[Code]:
    """The codes of these trees that may be chosen today, each with its tree and its heading."""
    return list(
        Code.objects.current().filter(system__key__in=systems).select_related("system", "parent")
    )


class CodeField(forms.ChoiceField):
    """A code that may be chosen today, or the one that stands already; its value is the code's row."""

    def __init__(self, system: str, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.system = system
        self.codes: dict[str, Code] = {}

    def offer(self, standing: Code | None = None, among: Sequence[Code] | None = None) -> None:
        """Fill in today's codes, under the headings of their tree where it has any; `among` spares
        the asking where several fields are filled in at once."""
        if among is None:
            among = codes_of(self.system)
        codes = [code for code in among if code.system.key == self.system]
        if standing is not None and standing not in codes:
            codes.append(standing)
        self.codes = {str(code.pk): code for code in codes}
        headings = {code.parent_id for code in codes if code.parent_id}
        flat: Choices = [("", "Välj")]
        grouped: dict[str, list[tuple[str, str]]] = {}
        for code in codes:
            if code.parent is not None:
                grouped.setdefault(code.parent.label, []).append((str(code.pk), code.label))
            elif code.pk not in headings:
                flat.append((str(code.pk), code.label))
        self.choices = [*flat, *grouped.items()]

    def clean(self, value: Any) -> Code | None:
        """The row, or None."""
        chosen = super().clean(value)
        return self.codes[chosen] if chosen else None


class UnitField(forms.ChoiceField):
    """A unit that receives cases today, other providers' last; its value is the unit's row."""

    default_error_messages = {
        "invalid_choice": "Enheten tar inte emot ärenden längre. Välj en annan."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units: dict[str, Unit] = {}
        self.elsewhere: list[str] = []

    def offer(self, near: Unit, first: Sequence[Unit] = ()) -> None:
        """Fill in the units, those in `first` on top; `near` says which provider is one's own."""
        units = list(
            Unit.objects.current()
            .filter(receives_cases=True)
            .select_related("care_provider")
            .order_by("name", "pk")
        )
        self.units = {str(unit.pk): unit for unit in units}
        self.elsewhere = [
            str(unit.pk) for unit in units if unit.care_provider_id != near.care_provider_id
        ]
        suggested = [(str(unit.pk), unit.name) for unit in first if str(unit.pk) in self.units]
        own = [(str(u.pk), u.name) for u in units if str(u.pk) not in self.elsewhere]
        others = [
            (str(u.pk), f"{u.name}, {u.care_provider}")
            for u in units
            if str(u.pk) in self.elsewhere
        ]
        self.choices = [
            ("", "Välj enhet"),
            *([("Dit brukar liknande gå", suggested)] if suggested else []),
            (near.care_provider.name, own),
            *([("Andra vårdgivare", others)] if others else []),
        ]

    def clean(self, value: Any) -> Unit | None:
        """The row, or None where the field is not required."""
        chosen = super().clean(value)
        return self.units[chosen] if chosen else None


class RiskPicker(forms.RadioSelect):
    """The risk matrix as sixteen radio buttons, worst severity first."""

    template_name = "components/risk_picker.html"

    def __init__(self) -> None:
        super().__init__()
        self.scale: RiskScale | None = None
        self.told: int | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the rows and columns of the matrix."""
        context = super().get_context(name, value, attrs)
        scale = self.scale
        if scale is None:
            return context
        chosen = str(value or "")
        identity = context["widget"]["attrs"].get("id", name)
        places = [f"{s}-{p}" for s in range(4, 0, -1) for p in range(1, 5)]
        context["columns"] = list(enumerate(scale.probability_labels, start=1))
        context["rows"] = [
            {
                "label": scale.severity_labels[severity - 1],
                "value": severity,
                "told": severity == self.told,
                "cells": [
                    {
                        "id": f"{identity}_{places.index(place)}",
                        "value": place,
                        "checked": place == chosen,
                        "score": severity * probability,
                        "band": scale.band(severity * probability),
                        "spoken": _spoken(scale, severity, probability),
                    }
                    for probability in range(1, 5)
                    for place in [f"{severity}-{probability}"]
                ],
            }
            for severity in range(4, 0, -1)
        ]
        return context


class RiskField(forms.ChoiceField):
    """How bad it could have been and how probable, chosen in the matrix; its value is the pair."""

    widget = RiskPicker

    def offer(self, scale: RiskScale, *, told: int | None = None) -> None:
        """Fill in the region's scale; `told` is how bad the reporter thought it could have been."""
        picker: Any = self.widget
        picker.scale, picker.told = scale, told
        self.choices = [
            (f"{severity}-{probability}", _spoken(scale, severity, probability))
            for severity in range(4, 0, -1)
            for probability in range(1, 5)
        ]

    def clean(self, value: Any) -> tuple[int, int] | None:
        """(potential, probability), or None."""
        chosen = super().clean(value)
        if not chosen:
            return None
        potential, _, probability = chosen.partition("-")
        return int(potential), int(probability)


class ActualField(forms.TypedChoiceField):
    """How bad it was, 0 to 4."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"coerce": int, "empty_value": None, **kwargs})

    def offer(self, scale: RiskScale) -> None:
        """Fill in the region's words."""
        words = [HARMLESS, *scale.severity_labels]
        self.choices = [(str(n), f"{word} {n}") for n, word in enumerate(words)]


def _spoken(scale: RiskScale, severity: int, probability: int) -> str:
    """One square of the matrix as a sentence."""
    score = severity * probability
    band = ("låg", "medel", "hög")[scale.band(score) - 1]
    return (
        f"Kunde ha blivit {scale.severity_labels[severity - 1].lower()} ({severity}), sannolikhet "
        f"{scale.probability_labels[probability - 1].lower()} ({probability}): {score} poäng, {band}"
    )
