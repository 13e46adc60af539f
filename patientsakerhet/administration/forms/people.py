"""What is filled in about people: who they are, their roles, their absence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from patientsakerhet.administration.actions.people import FACTS
from patientsakerhet.administration.forms.marks import MarkedForm
from patientsakerhet.administration.forms.organisation import line
from patientsakerhet.organisation.models import Person, Role
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day


class PersonForm(MarkedForm):
    """Somebody who works with cases."""

    name = line("Namn", max_length=120, empty="Skriv personens namn.")
    email = forms.EmailField(
        label="E-post",
        help_text="Adressen som personen loggar in med.",
        error_messages={"required": "Skriv e-postadressen."},
    )
    title = line("Befattning", max_length=120, required=False)
    hsa_id = line("HSA-id", max_length=31, required=False, help_text="SE9999999999-A1B2")
    home_unit = UnitField(
        "Enhet",
        required=False,
        help_text="Där personen arbetar. Vad hon får göra bestäms av rollerna.",
    )

    def clean_hsa_id(self) -> str:
        """In capitals, as the catalogue has it."""
        return str(self.cleaned_data["hsa_id"]).upper()


class RoleForm(forms.Form):
    """A role at a unit, for a time."""

    role = forms.ChoiceField(
        label="Roll",
        choices=[("", "Välj roll"), *Role.choices],
        error_messages={"required": "Välj en roll."},
    )
    unit = UnitField(
        "Vid enheten", empty="Skriv enheten.", help_text="Gäller också enheterna under den."
    )
    valid_from = Day("Från", required=False, help_text="Tomt betyder i dag.")
    valid_to = Day("Till", required=False, help_text="Tomt betyder tills vidare.")


class EndRoleForm(forms.Form):
    """The last day of a role."""

    last_day = Day("Sista dagen", required=False, help_text="Tomt betyder att den slutar nu.")


class AbsenceForm(forms.Form):
    """The days somebody is away, and who gets what is addressed to her."""

    first_day = Day("Första dagen", empty="Skriv första dagen.")
    last_day = Day("Sista dagen", empty="Skriv sista dagen.")
    substitute = PersonField(
        "Ersättare",
        required=False,
        help_text="Får påminnelser och annat under tiden. Utan ersättare går det till personen själv.",
    )

    def clean(self) -> dict[str, Any]:
        """The days stand in their order."""
        told = super().clean() or {}
        first, last = told.get("first_day"), told.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last_day", "Sista dagen ligger före den första.")
        return told


class AbsenceOfForm(AbsenceForm):
    """As somebody else writes it."""

    person = PersonField("Vem är borta?", empty="Skriv vem som är borta.")
    field_order = ("person",)


def facts_of(person: Person) -> dict[str, Any]:
    """The person as her form shows her."""
    return {name: getattr(person, name) for name in FACTS}
