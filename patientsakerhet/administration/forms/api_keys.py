"""What is asked when a key to the API is given out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from patientsakerhet.access.models import Scope
from patientsakerhet.access.tokens import LONGEST
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, ShortText
from patientsakerhet.ui.forms import Hinted

HINTS = {
    Scope.REPORTS_WRITE: "Räcker för ett system som bara skickar in anmälningar. Läser ingenting.",
    Scope.REPORTS_READ: "Hur långt de egna anmälningarna har kommit, och frågor och svar i dem.",
    Scope.CASES_READ: "De ärenden som personen får läsa.",
    Scope.CASES_WRITE: "Det som personen får göra i ärenden.",
    Scope.REFERENCE_READ: "Det som formulär behöver fråga efter.",
    Scope.REGISTER_WRITE: "Lägga upp och ändra utrustning, produkter, IT-system och aktörer.",
}


class ApiKeyForm(forms.Form):
    """Whose key it is, what for, and how long."""

    name = ShortText(
        "Vad används nyckeln av?",
        help_text="Till exempel journalsystemets anmälningsknapp.",
        empty="Skriv vilket system nyckeln ska användas av.",
        max_length=80,
    )
    person = PersonField(
        "Nyckeln handlar som",
        help_text="Det nyckeln får göra stannar inom den personens behörighet och står på "
        "personen i loggen. Namn eller e-postadress.",
        empty="Skriv vilken person nyckeln handlar som.",
    )
    scopes = forms.MultipleChoiceField(
        label="Vad får nyckeln användas till?",
        choices=[(one.value, Hinted(one.label.capitalize(), HINTS[one])) for one in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj vad nyckeln ska få användas till."},
    )
    unit = UnitField(
        "Bara anmälningar från enheten",
        help_text="Och enheterna under den. Lämna tomt för alla enheter.",
        required=False,
    )
    until = Day(
        "Gäller till och med",
        help_text="Högst två år framåt.",
        empty="Välj när nyckeln ska sluta gälla.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        in_a_year = timezone.localdate() + timedelta(days=365)
        super().__init__(*args, **{"initial": {"until": in_a_year}, **kwargs})

    def clean_until(self) -> date:
        """A day ahead, within two years."""
        until: date = self.cleaned_data["until"]
        if not 1 <= self._days(until) <= LONGEST:
            raise ValidationError("Välj en dag framåt, högst två år bort.")
        return until

    def values(self) -> dict[str, Any]:
        """What the act takes."""
        told = dict(self.cleaned_data)
        until = told.pop("until")
        return {**told, "days": self._days(until)}

    def _days(self, until: date) -> int:
        return (until - timezone.localdate()).days
