"""What coordinators fill in: the decision, questions and refusals, where to, what to merge."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from avvikelse.actions.decision import Codes, Judgement
from avvikelse.forms.fields import ActualField, CodeField, RiskField, UnitField, codes_of
from avvikelse.models import Assessment, Deviation, Handover, Preparation, RiskScale
from avvikelse.scales import current_scale
from avvikelse.workflow import KIND_MISSING, NOT_ASSESSED, QUEUE
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Unit
from patientsakerhet.ui.fields import LongText, ShortText, Version

BASIS = [
    (value, label.capitalize())
    for value, label in Handover.Basis.choices
    if value != Handover.Basis.SAME_PROVIDER
]


class DecisionForm(forms.Form):
    """What a deviation is and how bad; the coordinator's half of it."""

    version = Version()
    kind = CodeField("deviation_kind", label="Typ av avvikelse")
    event_class = CodeField("event_class", label="Händelseklass")
    cause_class = CodeField("cause_class", label="Trolig orsaksklass")
    actual = ActualField(label="Faktisk följd", required=False)
    risk = RiskField(
        label="Kunde ha blivit, och hur sannolikt är det att det händer igen", required=False
    )
    reason = LongText(
        "Varför sänker du bedömningen?",
        help_text="Chefläkaren läser skälet.",
        required=False,
        rows=2,
    )
    basis = forms.ChoiceField(
        label="Grund för att lämna ut uppgifterna",
        choices=[("", "Välj"), *BASIS],
        required=False,
    )

    def __init__(
        self,
        deviation: Deviation,
        *args: Any,
        moves: bool = False,
        scale: RiskScale | None = None,
        **kwargs: Any,
    ):
        self.deviation, self.moves = deviation, moves
        self.last = max(deviation.assessments.all(), key=lambda one: (one.at, one.pk), default=None)
        prepared: Preparation | None = getattr(deviation, "preparation", None)
        kwargs.setdefault("auto_id", "beslut_%s")
        kwargs["initial"] = {**self._standing(deviation, prepared), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        scale, fields = scale or current_scale(), cast(dict[str, Any], self.fields)
        codes = codes_of("deviation_kind", "event_class", "cause_class")
        for name in ("kind", "event_class", "cause_class"):
            fields[name].offer(getattr(deviation, name), codes)
        fields["actual"].offer(scale)
        told = self.last.potential if self.last and self.last.stage == "reporter" else None
        fields["risk"].offer(scale, told=told)

    def _standing(self, deviation: Deviation, prepared: Preparation | None) -> dict[str, Any]:
        """What is chosen already, and what is suggested where nothing is."""
        kind = deviation.kind_id or (prepared.kind_id if prepared else None)
        event_class = deviation.event_class_id or (prepared.event_class_id if prepared else None)
        last = self.last
        risk = f"{last.potential}-{last.probability}" if last and last.probability else ""
        return {
            "version": deviation.case.version,
            "kind": str(kind or ""),
            "event_class": str(event_class or ""),
            "cause_class": str(deviation.cause_class_id or ""),
            "actual": "" if last is None else str(last.actual),
            "risk": risk,
        }

    @property
    def lowers(self) -> list[str]:
        """The squares of the matrix that are lower than the last assessment."""
        last = self.last
        if last is None:
            return []
        return [
            f"{severity}-{probability}"
            for severity in range(1, 5)
            for probability in range(1, 5)
            if severity < last.potential
            or (last.score is not None and severity * probability < last.score)
        ]

    def clean(self) -> dict[str, Any]:
        """Says about each field what the act would refuse for, in the act's own words."""
        told = super().clean() or {}
        risk, actual = told.get("risk"), told.get("actual")
        if risk is not None and actual is None and "actual" not in self.errors:
            self.add_error("actual", "Välj hur det blev.")
        if risk is not None and actual is not None and risk[0] < actual:
            self.add_error(
                "risk", "Det kunde inte ha blivit lindrigare än det blev. Höj ”kunde ha blivit”."
            )
        if self.moves and not told.get("kind") and "kind" not in self.errors:
            self.add_error("kind", KIND_MISSING)
        assessed = self.last is not None and self.last.stage != Assessment.Stage.REPORTER
        if self.moves and risk is None and not assessed and "risk" not in self.errors:
            self.add_error("risk", NOT_ASSESSED)
        return told

    def codes(self) -> Codes:
        """What was chosen of kinds and classes."""
        told = self.cleaned_data
        return Codes(told["kind"], told["event_class"], told["cause_class"])

    def judgement(self) -> Judgement | None:
        """The assessment that was made, if one was."""
        risk = self.cleaned_data["risk"]
        if risk is None:
            return None
        actual, reason = self.cleaned_data["actual"], self.cleaned_data["reason"]
        return Judgement(actual, risk[0], risk[1], reason)


class UnitForm(DecisionForm):
    """The decision with another unit than the suggested one."""

    to = UnitField(label="Enhet")
    note = LongText("Hälsning till enheten", required=False, rows=2)
    field_order = ("to", "basis", "note")

    def __init__(self, deviation: Deviation, *args: Any, first: list[Unit], **kwargs: Any):
        super().__init__(deviation, *args, **{"moves": True, "auto_id": "akt_%s", **kwargs})
        cast(UnitField, self.fields["to"]).offer(deviation.case.owning_unit, first)

    def send_with(self, form_id: str) -> None:
        """The fields of its own stand outside the form with this id and are sent with it."""
        for name in ("to", "basis", "note"):
            self.fields[name].widget.attrs["form"] = form_id


class HandOverForm(forms.Form):
    """Another unit for a case that has already been given to one."""

    version = Version()
    to = UnitField(label="Enhet")
    basis = forms.ChoiceField(
        label="Grund för att lämna ut uppgifterna", choices=[("", "Välj"), *BASIS], required=False
    )
    reason = LongText("Varför?", empty="Skriv varför.")

    def __init__(self, case: Case, *args: Any, first: list[Unit], **kwargs: Any):
        kwargs["initial"] = {"version": case.version, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        cast(UnitField, self.fields["to"]).offer(case.owning_unit, first)


class AskForm(forms.Form):
    """A question to the reporter."""

    version = Version()
    question = LongText(
        "Vad behöver du veta?",
        help_text="Rapportören får ett mejl med en länk, eller läser frågan med sin kvittokod. "
        "Fråga en sak i taget.",
        empty="Skriv din fråga.",
        rows=4,
    )


class RejectForm(forms.Form):
    """Why it is no deviation, and what the reporter is told."""

    version = Version()
    reason = LongText(
        "Varför är det ingen avvikelse?",
        help_text="Syns för den som handlägger, inte för rapportören.",
        empty="Skriv varför det inte är en avvikelse.",
        rows=2,
    )
    answer = LongText(
        "Svar till rapportören",
        help_text="Tacka, förklara och säg vart hen kan vända sig i stället.",
        empty="Skriv ett svar till rapportören.",
        rows=4,
    )


class ReasonForm(forms.Form):
    """A reason and nothing else."""

    version = Version()
    reason = LongText("Varför?", empty="Skriv varför.")


class MergeForm(forms.Form):
    """Which of two, or which other, is to lead."""

    version = Version()
    parent = forms.ChoiceField(label="Huvudärende", widget=forms.RadioSelect)

    def __init__(self, one: Case, other: Case, *args: Any, **kwargs: Any):
        first = min((one, other), key=lambda case: (case.status in QUEUE, case.filed_at))
        kwargs["initial"] = {"version": one.version, "parent": first.number}
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["parent"]).choices = [
            (case.number, f"{case.number} {case.title}") for case in (one, other)
        ]


class OtherForm(forms.Form):
    """The number of the case to merge with."""

    med = ShortText(
        "Ärendets nummer",
        help_text="Till exempel AV-2026-00042.",
        empty="Skriv ett ärendenummer.",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "short"}),
    )


class SaveViewForm(forms.Form):
    """A name for a selection."""

    name = ShortText(
        "Vad ska vyn heta?",
        help_text="Syns bara för dig.",
        empty="Ge vyn ett namn.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
