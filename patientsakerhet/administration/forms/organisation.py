"""What is filled in about care providers and units."""

from __future__ import annotations

from typing import Any

from django import forms

from patientsakerhet.administration.forms.marks import MarkedForm
from patientsakerhet.organisation.models import PHONE, CareProvider, Unit
from patientsakerhet.ui.choosing import UnitField
from patientsakerhet.ui.fields import Day, ShortText


def line(label: str, **given: Any) -> ShortText:
    """A short line that is nobody's text about a patient."""
    return ShortText(label, widget=forms.TextInput(attrs={"autocomplete": "off"}), **given)


class ProviderForm(MarkedForm):
    """Whoever runs care."""

    name = line("Namn", max_length=120, empty="Skriv vårdgivarens namn.")
    kind = forms.ChoiceField(label="Slag", choices=CareProvider.Kind.choices)
    organisation_number = line("Organisationsnummer", max_length=11, required=False)


class UnitFacts(MarkedForm):
    """What holds of a unit from now on, without a history of its own."""

    hsa_id = line("HSA-id", max_length=31, required=False, help_text="SE9999999999-E1A2")
    mailbox = forms.EmailField(
        label="Funktionsbrevlåda",
        required=False,
        help_text="Dit skickas ärenden som ingen person har än.",
    )
    phone = forms.CharField(
        label="Telefon",
        required=False,
        max_length=30,
        validators=[PHONE],
        help_text="Numret man ringer när enheten inte svarar, till exempel 08-465 004 00.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    receives_cases = forms.BooleanField(label="Tar emot ärenden", required=False)
    coordinates = forms.BooleanField(
        label="Koordinerar",
        required=False,
        help_text="Nya avvikelser i samma träd hamnar här först.",
    )

    def clean_hsa_id(self) -> str:
        """In capitals, as the catalogue has it."""
        return str(self.cleaned_data["hsa_id"]).upper()


class NewUnitForm(UnitFacts):
    """A unit that is not there yet."""

    name = line("Namn", max_length=120, empty="Skriv enhetens namn.")
    code = forms.SlugField(
        label="Enhetskod",
        max_length=40,
        help_text="Kort kod i länken till formuläret, till exempel avd-4. Den ändras aldrig.",
        error_messages={
            "required": "Skriv en kod.",
            "invalid": "Skriv koden med bokstäver a till z, siffror och bindestreck.",
        },
    )
    parent = UnitField(
        "Ligger under", required=False, help_text="Tomt för en enhet överst i trädet."
    )
    provider = forms.ModelChoiceField(
        CareProvider.objects.all(),
        label="Vårdgivare",
        required=False,
        empty_label="Den överordnades",
    )
    valid_from = Day("Finns från", required=False, help_text="Tomt betyder i dag.")
    field_order = ("name", "code", "parent", "provider", "valid_from")


class UnitForm(UnitFacts):
    """A unit that is there, as it is or as somebody wants it."""

    care_provider = forms.ModelChoiceField(
        CareProvider.objects.all(), label="Vårdgivare", empty_label=None
    )
    valid_from = Day("Finns från", empty="Skriv från vilken dag enheten finns.")


class MoveForm(MarkedForm):
    """A name or a place that holds from a day."""

    name = line("Namn", max_length=120, empty="Skriv enhetens namn.")
    parent = UnitField(
        "Ligger under", required=False, help_text="Tomt för en enhet överst i trädet."
    )
    since = Day(
        "Gäller från",
        required=False,
        help_text="Tomt betyder i dag. Före den dagen heter enheten som förut.",
    )


class EndForm(forms.Form):
    """The last day of a unit."""

    last_day = Day("Sista dagen", empty="Skriv vilken dag som är den sista.")


UNIT_FACTS = ("care_provider", *UnitFacts.base_fields, "valid_from")
"""What the form of a unit shows, in words that are the row's own; `seen` apart."""


def facts_of(unit: Unit) -> dict[str, Any]:
    """The unit as its form shows it."""
    return {name: getattr(unit, name) for name in UNIT_FACTS if name != "seen"}
