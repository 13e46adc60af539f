"""What is filled in once for many cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from avvikelse.actions.bulk import Arguments
from avvikelse.forms.coordination import BASIS
from avvikelse.forms.fields import ActualField, CodeField, RiskField, UnitField
from avvikelse.models import BulkAct
from avvikelse.scales import current_scale
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.fields import LongText, ShortText


class BulkForm(forms.Form):
    """Nothing to fill in."""

    def __init__(self, cases: Sequence[Case], by: Person, data: Any = None) -> None:
        super().__init__(data, auto_id="mass_%s")
        self.cases, self.by = cases, by

    def arguments(self) -> Arguments:
        """What was filled in, as the act takes it."""
        return Arguments()

    def said(self) -> list[tuple[str, str]]:
        """What was filled in, in words."""
        return []


class BulkCoordinateForm(BulkForm):
    """Which unit, and what those get that nobody has judged."""

    to = UnitField(label="Enhet")
    basis = forms.ChoiceField(
        label="Grund för att lämna ut uppgifterna",
        help_text="Behövs när enheten hör till en annan vårdgivare.",
        choices=[("", "Välj"), *BASIS],
        required=False,
    )
    note = LongText("Hälsning till enheten", required=False, rows=2)
    kind = CodeField("deviation_kind", label="Typ för dem som saknar", required=False)
    actual = ActualField(label="Faktisk följd för dem som inte är bedömda", required=False)
    risk = RiskField(label="Risk för dem som inte är bedömda", required=False)
    reason = LongText(
        "Skäl, om det är lägre än rapportörerna bedömde",
        help_text="Chefläkaren läser skälet.",
        required=False,
        rows=2,
    )

    def __init__(self, cases: Sequence[Case], by: Person, data: Any = None) -> None:
        super().__init__(cases, by, data)
        fields, scale = cast(dict[str, Any], self.fields), current_scale()
        fields["to"].offer(cases[0].owning_unit)
        fields["kind"].offer()
        fields["kind"].choices = [("", "Den föreslagna"), *fields["kind"].choices[1:]]
        fields["actual"].offer(scale)
        fields["risk"].offer(scale)

    def clean(self) -> dict[str, Any]:
        """A risk needs the actual outcome beside it."""
        told = super().clean() or {}
        if told.get("risk") is not None and told.get("actual") is None:
            self.add_error("actual", "Välj hur det blev.")
        return told

    def arguments(self) -> Arguments:
        """The unit, and what those get that nobody has judged."""
        told = self.cleaned_data
        potential, probability = told["risk"] or (None, None)
        return Arguments(
            unit=told["to"].pk,
            basis=told["basis"],
            note=told["note"],
            kind=told["kind"].pk if told["kind"] else None,
            suggested_kind=not told["kind"],
            actual=told["actual"],
            potential=potential,
            probability=probability,
            reason=told["reason"],
        )

    def said(self) -> list[tuple[str, str]]:
        """Where to, and how those are judged that nobody has."""
        told = self.cleaned_data
        risk = told["risk"]
        judged = f"{risk[0]} × {risk[1]} = {risk[0] * risk[1]} poäng" if risk else "ingen"
        return [
            ("Enhet", str(told["to"])),
            ("Typ för dem som saknar", str(told["kind"] or "den föreslagna")),
            ("Bedömning för dem som saknar", judged),
            *([("Hälsning", told["note"])] if told["note"] else []),
        ]


class BulkMergeForm(BulkForm):
    """Which case leads: one of the marked, or another by its number."""

    parent = forms.ChoiceField(label="Huvudärende", widget=forms.RadioSelect, required=False)
    other = ShortText(
        "Eller ett annat ärende",
        help_text="Skriv numret, till exempel AV-2026-00042.",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "short"}),
    )

    def __init__(self, cases: Sequence[Case], by: Person, data: Any = None) -> None:
        super().__init__(cases, by, data)
        field = cast(forms.ChoiceField, self.fields["parent"])
        field.choices = [(case.number, f"{case.number} {case.title}") for case in cases]
        field.initial = cases[0].number

    def clean(self) -> dict[str, Any]:
        """The leading case as a row."""
        told = super().clean() or {}
        number = (told.get("other") or told.get("parent") or "").upper()
        leading = Case.objects.visible_to(self.by).filter(number=number).first()
        if leading is None:
            missing = "Det finns inget sådant ärende som du kan läsa."
            self.add_error("other" if told.get("other") else "parent", missing)
        told["leading"] = leading
        return told

    def arguments(self) -> Arguments:
        """The leading case."""
        return Arguments(parent=self.cleaned_data["leading"].pk)

    def said(self) -> list[tuple[str, str]]:
        """The leading case."""
        leading = self.cleaned_data["leading"]
        return [("Huvudärende", f"{leading.number} {leading.title}")]


class BulkRejectForm(BulkForm):
    """The same reason and the same answer for all."""

    reason = LongText(
        "Varför är det inga avvikelser?",
        help_text="Syns för den som handlägger, inte för rapportörerna.",
        empty="Skriv varför det inte är avvikelser.",
        rows=2,
    )
    answer = LongText(
        "Svar till rapportörerna",
        help_text="Samma svar går till alla. Skriv inget som bara gäller ett av ärendena.",
        empty="Skriv ett svar till rapportörerna.",
        rows=4,
    )

    def arguments(self) -> Arguments:
        """Both texts."""
        return Arguments(reason=self.cleaned_data["reason"], answer=self.cleaned_data["answer"])

    def said(self) -> list[tuple[str, str]]:
        """Both texts."""
        return [
            ("Skäl", self.cleaned_data["reason"]),
            ("Svar till rapportörerna", self.cleaned_data["answer"]),
        ]


FORMS: Mapping[str, type[BulkForm]] = {
    BulkAct.Act.TAKE: BulkForm,
    BulkAct.Act.COORDINATE: BulkCoordinateForm,
    BulkAct.Act.MERGE: BulkMergeForm,
    BulkAct.Act.REJECT: BulkRejectForm,
}
