"""What somebody asks of a report that she builds, and whom she shares it with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.organisation.models import Person, Role, Unit
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, ShortText, Version
from rapporter import registry
from rapporter.builder.models import SavedReport
from rapporter.builder.questions import STEPS, Picture, Question, pictures_of
from rapporter.builder.spans import Span
from rapporter.registry import Measure

ROLES = [(value, label.capitalize()) for value, label in Role.choices]


def offered(person: Person) -> list[Measure]:
    """The measures that the person may build a report of.

    A sum that nothing divides may fall below nought, where no chart is drawn.
    """
    return [
        one
        for one in registry.every()
        if one.readable_by(person) and (one.weigh is None or one.reckon or one.breakdowns)
    ]


class MeasureForm(forms.Form):
    """Which measure the report is about."""

    measure = forms.ChoiceField(
        label="Vad vill du veta?",
        error_messages={
            "required": "Välj ett mått.",
            "invalid_choice": "Måttet finns inte, eller får inte läsas av dig.",
        },
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections: dict[str, list[tuple[str, str]]] = {}
        for one in offered(person):
            sections.setdefault(one.section, []).append((one.key, one.name))
        field: Any = self.fields["measure"]
        field.choices = [("", "Välj"), *sections.items()]


class QuestionForm(forms.Form):
    """How the measure is divided, over which days, for which unit, and how it is drawn."""

    breakdown = forms.ChoiceField(label="Dela upp efter")
    span = forms.ChoiceField(
        label="Period", choices=[(value, label.capitalize()) for value, label in Span.choices]
    )
    first = Day("Från dag", required=False)
    last = Day("Till dag", required=False)
    unit = UnitField("Enhet med dem under", required=False)
    picture = forms.ChoiceField(label="Diagram", required=False)

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        unit: Any = self.fields["unit"]
        unit.rows = Unit.objects.all()  # a unit that has closed has its past
        breakdown: Any = self.fields["breakdown"]
        content = [(one.key, one.name.capitalize()) for one in measure.breakdowns]
        times = [(str(step), name.capitalize()) for step, name in STEPS.items()]
        breakdown.choices = [("Tid", times), *([("Innehåll", content)] if content else [])]
        picture: Any = self.fields["picture"]
        picture.choices = [
            ("", "Det som passar"),
            *((value, label.capitalize()) for value, label in Picture.choices),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuses what the measure cannot answer, and chooses the usual chart where none is chosen."""
        told: dict[str, Any] = super().clean() or {}
        if self.errors:
            return told
        if told["span"] != Span.GIVEN:
            told["first"] = told["last"] = None
        question = self.question()
        if not told["picture"] and "breakdown" not in question.wrong(timezone.now()):
            told["picture"] = pictures_of(self.measure, question.step)[0]
        for name, sentence in self.question().wrong(timezone.now()).items():
            self.add_error(name, sentence)
        return told

    def question(self) -> Question:
        """What is asked, of a form whose fields can be read."""
        told = self.cleaned_data
        names = ("breakdown", "picture", "span", "first", "last", "unit")
        return Question(self.measure, **{name: told[name] for name in names})


class ReportForm(QuestionForm):
    """A report that is kept: its name, its question, and how often it is mailed."""

    version = Version()
    name = ShortText("Namn", max_length=120, empty="Ge rapporten ett namn.")
    schedule = forms.ChoiceField(
        label="Mejla en länk",
        required=False,
        choices=[
            ("", "Nej"),
            *((value, label.capitalize()) for value, label in SavedReport.Schedule.choices),
        ],
        help_text="Till dig och dem som du delar med. Mejlet har en länk, inga siffror.",
    )
    field_order = ("version", "name")


class ShareForm(forms.Form):
    """Whom a report is shared with: a person, or those with a role at a unit."""

    person = PersonField("Person", required=False)
    unit = UnitField("Eller enhet, med dem under", required=False)
    role = forms.ChoiceField(
        label="Roll där", required=False, choices=[("", "Alla roller"), *ROLES]
    )
