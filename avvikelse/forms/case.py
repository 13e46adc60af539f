"""What is written in a case: messages, files, assessments, classes, secrecy."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from avvikelse.forms.fields import RiskField
from avvikelse.models import RiskScale
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Code, Comment
from patientsakerhet.ui.fields import LongText, Version
from patientsakerhet.ui.forms import Hinted

INTERNAL, PARTIES, REPORTER = Comment.Audience.values

PURPOSES = (
    ("note", "Meddelande"),
    ("question", "Fråga som vi väntar på svar på"),
    ("feedback", "Återkoppling: svaret på anmälan"),
)


def audiences(may: Collection[Can]) -> list[tuple[str, str]]:
    """Whom somebody who may do this can write to."""
    found = []
    if Can.READ in may:
        found.append((INTERNAL, "Internt"))
    found.append((PARTIES, "Parterna"))
    if Can.ANSWER_REPORTER in may:
        found.append((REPORTER, "Rapportören"))
    return found


class SayForm(forms.Form):
    """Something said in the case, to one of three audiences."""

    audience = forms.ChoiceField(
        label="Skriv till",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Välj vem du skriver till.",
            "invalid_choice": "Du kan inte skriva till dem i det här ärendet.",
        },
    )
    purpose = forms.ChoiceField(
        label="Gäller", choices=PURPOSES, widget=forms.RadioSelect, required=False
    )
    text = LongText("Meddelande", empty="Skriv något först.")

    def __init__(self, *args: Any, may: Collection[Can], **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "skriv")
        super().__init__(*args, **kwargs)
        choices = audiences(may)
        field: Any = self.fields["audience"]
        field.choices = choices
        self.initial.setdefault("audience", choices[0][0])
        self.initial.setdefault("purpose", "note")
        if Can.ANSWER_REPORTER not in may:
            del self.fields["purpose"]

    def clean(self) -> dict[str, Any]:
        """A purpose beyond a note is for the reporter alone."""
        given = super().clean() or {}
        if given.get("audience") != REPORTER or not given.get("purpose"):
            given["purpose"] = "note"
        return given


class FileForm(forms.Form):
    """A file added to the case, for one of three audiences."""

    file = forms.FileField(
        label="Fil", error_messages={"required": "Välj en fil.", "empty": "Filen är tom."}
    )
    audience = forms.ChoiceField(label="Ska kunna öppnas av", widget=forms.RadioSelect)

    def __init__(self, *args: Any, may: Collection[Can], **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "fil")
        super().__init__(*args, **kwargs)
        field: Any = self.fields["audience"]
        field.choices = audiences(may)
        self.initial.setdefault("audience", field.choices[0][0])


class AnswerForm(forms.Form):
    """The answer to the reporter, without which a case does not close."""

    text = LongText(
        "Återkoppling till rapportören",
        rows=6,
        help_text="Skriv vad ni kom fram till och vad som görs. Rapportören läser exakt det här.",
        empty="Skriv återkopplingen.",
    )


class AssessForm(forms.Form):
    """How bad it was, how bad it could have been, and how probable."""

    actual = forms.TypedChoiceField(
        label="Faktisk följd",
        help_text="Hur det faktiskt gick.",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj hur det faktiskt gick."},
    )
    risk = RiskField(
        label="Kunde ha blivit, och sannolikheten att det händer igen",
        error_messages={"required": "Välj en ruta i matrisen."},
    )
    reason = LongText(
        "Skäl",
        rows=2,
        required=False,
        help_text="Krävs när bedömningen är lägre än den förra. Chefläkaren läser skälet.",
    )
    version = Version()

    def __init__(self, *args: Any, scale: RiskScale, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "bedom")
        super().__init__(*args, **kwargs)
        severities = list(enumerate(scale.severity_labels, start=1))
        texts = [*scale.severity_texts, "", "", "", ""]
        actual: Any = self.fields["actual"]
        actual.choices = [(0, Hinted("Ingen skada (0)", ""))] + [
            (value, Hinted(f"{label} ({value})", texts[value - 1])) for value, label in severities
        ]
        risk: Any = self.fields["risk"]
        risk.offer(scale)

    def judged(self) -> dict[str, Any]:
        """What the action takes."""
        potential, probability = self.cleaned_data["risk"]
        return {
            "actual": self.cleaned_data["actual"],
            "potential": potential,
            "probability": probability,
            "reason": self.cleaned_data["reason"],
            "version": self.cleaned_data["version"],
        }


class CodeChoice(forms.ModelChoiceField):
    """A code in force from one tree, the twigs under their branch."""

    def __init__(self, label: str, system: str, **kwargs: Any) -> None:
        self.system = system
        super().__init__(
            Code.objects.none(), label=label, required=False, empty_label="Inte vald", **kwargs
        )

    def label_from_instance(self, obj: Any) -> str:
        """The twig with its branch before it."""
        return f"{obj.parent.label}: {obj.label}" if obj.parent_id else str(obj.label)

    def open(self, chosen: Code | None) -> None:
        """Offer the codes in force, and the chosen one although it is out of force."""
        current = Code.objects.current().of(self.system)
        kept = Code.objects.filter(pk=chosen.pk) if chosen else Code.objects.none()
        self.queryset = (current | kept).select_related("parent").order_by("position", "code")


class ClassifyForm(forms.Form):
    """What sort of deviation it is."""

    kind = CodeChoice("Typ", "deviation_kind")
    event_class = CodeChoice("Händelseklass", "event_class")
    cause_class = CodeChoice("Orsaksklass", "cause_class")
    version = Version()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "klass")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, CodeChoice):
                field.open(self.initial.get(name))


class SecrecyForm(forms.Form):
    """Who beyond the ordinary may read the case."""

    secrecy = forms.TypedChoiceField(
        label="Sekretessnivå",
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (0, Hinted("Normal", "De enheter som har ärendet läser det.")),
            (1, Hinted("Känslig", "Chefer, samordnare och den som handlägger läser det.")),
            (2, Hinted("Skyddad", "Bara chefläkaren och den som handlägger läser det.")),
        ],
    )
    reason = LongText("Varför ändras nivån?", rows=2, empty="Skriv varför nivån ändras.")
    version = Version()

    def clean_secrecy(self) -> int:
        """Another level than before."""
        chosen: int = self.cleaned_data["secrecy"]
        if chosen == self.initial.get("secrecy"):
            raise ValidationError("Ärendet har redan den nivån.")
        return chosen
