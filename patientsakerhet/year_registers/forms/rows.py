"""What somebody writes in the registers of the year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from patientsakerhet.organisation.models import Role
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, ShortText, Version
from patientsakerhet.year_registers.models import RegisterTerm, State

ROLES = [(value, label[:1].upper() + label[1:]) for value, label in Role.choices]
MANY = 100_000


class TermField(forms.ModelChoiceField):
    """A choice of a list that is in force, or the one that stands there already."""

    def __init__(self, label: str, name: str, *, empty: str = "", **kwargs: Any) -> None:
        super().__init__(
            label=label,
            queryset=RegisterTerm.objects.none(),
            to_field_name="code",
            empty_label="Välj" if empty else "Inget",
            required=bool(empty),
            **kwargs,
        )
        self.list = name
        if empty:
            self.error_messages["required"] = empty

    def offer(self, standing: RegisterTerm | None) -> None:
        """Offers what is in force, and what the row holds although it has ended."""
        rows = RegisterTerm.objects.of(self.list)
        held = rows.filter(pk=standing.pk) if standing is not None else rows.none()
        self.queryset = (rows.current() | held).order_by("position", "name", "pk")


class RowForm(forms.Form):
    """A row of a register; given the row's values as `initial` when it is there already."""

    version = Version()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            standing = self.initial.get(name)
            if isinstance(field, TermField):
                field.offer(standing)
            elif isinstance(field, (PersonField, UnitField)) and standing is not None:
                # What a row holds may stay, although it is no longer to be chosen.
                rows: Any = field.among()
                field.rows = rows | rows.model.objects.filter(pk=standing.pk)


def _state() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Läge",
        choices=[(value, label.capitalize()) for value, label in State.choices],
        initial=State.PLANNED,
    )


def _how_many(label: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MANY, **kwargs)


def _reason() -> ShortText:
    return ShortText(
        "Varför det ställdes in", required=False, help_text="Fylls i bara när det är inställt."
    )


class MeetingForm(RowForm):
    """A meeting."""

    kind = TermField("Slag", RegisterTerm.List.MEETING_KIND, empty="Välj vad för slags möte.")
    topic = TermField("Ämne", RegisterTerm.List.MEETING_TOPIC)
    title = ShortText("Rubrik", empty="Skriv vad mötet handlade om.")
    held_on = Day("Dag", empty="Välj en dag.")
    unit = UnitField("Enhet", empty="Skriv vilken enhet som håller mötet.")
    state = _state()
    reason = _reason()
    participants = _how_many("Antal deltagare")
    notes = LongText("Anteckningar", required=False, help_text="Inga uppgifter om patienter.")


class TrainingForm(RowForm):
    """A training or an induction day."""

    kind = TermField(
        "Slag", RegisterTerm.List.TRAINING_KIND, empty="Välj vad för slags utbildning."
    )
    title = ShortText("Rubrik", empty="Skriv vad utbildningen gällde.")
    first_day = Day("Första dagen", empty="Välj en dag.")
    last_day = Day("Sista dagen", required=False, help_text="Tomt när den var en dag.")
    unit = UnitField("Enhet", empty="Skriv vilken enhet som håller utbildningen.")
    role = forms.ChoiceField(
        label="För rollen", required=False, choices=[("", "Ingen särskild"), *ROLES]
    )
    audience = ShortText("För vilka", required=False, help_text="Till exempel: alla nyanställda.")
    state = _state()
    reason = _reason()
    trained = _how_many("Antal utbildade")
    notes = LongText("Anteckningar", required=False, help_text="Inga uppgifter om patienter.")


class ResponsibilityForm(RowForm):
    """Who answers for something."""

    duty = ShortText("Vad ansvaret gäller", empty="Skriv vad ansvaret gäller.")
    function = ShortText(
        "Funktion eller roll", max_length=120, empty="Skriv funktionen, till exempel chefläkare."
    )
    unit = UnitField("Enhet", empty="Skriv vilken enhet det gäller.")
    person = PersonField("Person", required=False)
    post = ShortText(
        "Befattning",
        max_length=120,
        required=False,
        help_text="Fyll i person, befattning eller båda.",
    )
    basis = ShortText(
        "Grund",
        max_length=300,
        empty="Skriv vilken grund ansvaret har.",
        help_text="Lagen, föreskriften, delegationen eller beslutet.",
    )
    description = LongText("Beskrivning", required=False)
    valid_from = Day("Gäller från", empty="Välj från vilken dag.", initial=timezone.localdate)
    valid_to = Day("Gäller till", required=False, help_text="Tomt: tills vidare.")


class RoleShareForm(RowForm):
    """How much of a full post a role is."""

    person = PersonField("Person", empty="Skriv vem det gäller.")
    role = forms.ChoiceField(label="Roll", choices=ROLES)
    unit = UnitField("Enhet", empty="Skriv vid vilken enhet rollen finns.")
    percent = forms.IntegerField(
        label="Procent av heltid",
        min_value=1,
        max_value=100,
        error_messages={"required": "Skriv hur många procent av heltid."},
    )
    valid_from = Day("Gäller från", empty="Välj från vilken dag.")
    valid_to = Day(
        "Gäller till",
        required=False,
        help_text="Tomt: så länge rollen finns. Ändrad grad läggs in som en ny rad.",
    )
    note = ShortText("Kommentar", required=False)


class TermForm(forms.Form):
    """A choice of the registers."""

    version = Version()
    list = forms.ChoiceField(
        label="Lista",
        choices=[(value, label.capitalize()) for value, label in RegisterTerm.List.choices],
    )
    code = forms.SlugField(
        label="Kod",
        max_length=40,
        help_text="Små bokstäver utan å, ä och ö. Siffror räknas efter den; den ändras inte sedan.",
        error_messages={"required": "Skriv en kod.", "invalid": "Bara a–z, siffror, - och _."},
    )
    name = ShortText("Namn", max_length=80, empty="Skriv vad valet heter.")
    basis = LongText(
        "Grund",
        rows=2,
        max_length=2000,
        empty="Skriv var indelningen kommer från.",
        help_text="Skriv om det är regionens eget val.",
    )
    position = forms.IntegerField(
        label="Ordning",
        min_value=0,
        max_value=9999,
        initial=100,
        error_messages={"required": "Skriv ett tal. Lägst står först."},
    )
    valid_to = Day("Gäller till", required=False)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["list"], self.fields["code"]
