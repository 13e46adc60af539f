"""What a routing rule says."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from avvikelse.forms.fields import CodeField, UnitField
from avvikelse.models import RoutingRule
from avvikelse.preparation import words
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models import DeviceModel, ITSystem
from patientsakerhet.ui.fields import ShortText, Version

MOST_WORDS, LONGEST_WORD = 30, 60


class Words(forms.CharField):
    """Words or phrases with commas between them; the value is a list."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        """The list as somebody would write it."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Each word once; refuses what the search would not hear."""
        written = " ".join((super().clean(value) or "").split())
        found = list(dict.fromkeys(one.strip().lower() for one in written.split(",")))
        found = [one for one in found if one]
        if len(found) > MOST_WORDS:
            raise ValidationError(f"Skriv högst {MOST_WORDS} ord.")
        for one in found:
            if len(one) > LONGEST_WORD:
                raise ValidationError(
                    f"”{one[:20]}…” är för långt. Skriv högst {LONGEST_WORD} tecken."
                )
            if not words.stems_in(one):
                raise ValidationError(
                    f"”{one}” är för vanligt för att söka på. Välj ett annat ord."
                )
        return found


class RuleForm(forms.Form):
    """If a report is like this, suggest that unit."""

    version = Version()
    name = ShortText(
        "Vad ska regeln heta?",
        help_text="Namnet syns i skälet: regeln ”Pumpar till MT” gäller.",
        empty="Ge regeln ett namn.",
        max_length=80,
    )
    receiver = UnitField(label="Föreslå enhet")
    kind = CodeField("deviation_kind", label="Typ av avvikelse")
    system = forms.ModelChoiceField(
        ITSystem.objects.filter(in_use=True),
        label="IT-system",
        required=False,
        empty_label="Vilket som helst",
    )
    device_model = forms.ModelChoiceField(
        DeviceModel.objects.current(),
        label="Produkt",
        required=False,
        empty_label="Vilken som helst",
    )
    filing_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Rapporterande enhet",
        help_text="Enheterna under den räknas med.",
        required=False,
        empty_label="Vilken som helst",
    )
    words = Words(
        label="Ord i texten",
        help_text="Skriv komma mellan orden. Ett av dem räcker, i vilken böjning som helst.",
        required=False,
        max_length=2000,
    )
    position = forms.IntegerField(
        label="Ordning",
        help_text="Regeln med lägst tal prövas först.",
        min_value=1,
        max_value=9999,
        initial=100,
    )

    def __init__(self, rule: RoutingRule | None, near: Unit, *args: Any, **kwargs: Any) -> None:
        standing = {} if rule is None else _values(rule)
        super().__init__(*args, **{**kwargs, "initial": standing or {"position": 100}})
        fields = cast(dict[str, Any], self.fields)
        fields["receiver"].offer(near)
        fields["kind"].offer(rule.kind if rule else None)
        fields["kind"].choices = [("", "Vilken som helst"), *fields["kind"].choices[1:]]
        fields["filing_unit"].queryset = Unit.objects.current().order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        """At least one condition, or the rule would be about everything."""
        told = super().clean() or {}
        conditions = ("kind", "system", "device_model", "filing_unit", "words")
        if not self.errors and not any(told.get(name) for name in conditions):
            self.add_error(
                "words", "Välj minst ett villkor: typ, IT-system, produkt, enhet eller ord."
            )
        return told

    def values(self) -> dict[str, Any]:
        """What the rule is to say."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _values(rule: RoutingRule) -> dict[str, Any]:
    return {
        "version": rule.version,
        "name": rule.name,
        "receiver": str(rule.receiver_id),
        "kind": str(rule.kind_id or ""),
        "system": rule.system_id,
        "device_model": rule.device_model_id,
        "filing_unit": rule.filing_unit_id,
        "words": rule.words,
        "position": rule.position,
    }
