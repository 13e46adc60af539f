"""The forms of a product, a device, an IT system and a party."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from patientsakerhet.register import udi
from patientsakerhet.register.forms.fields import (
    ModelField,
    PartyField,
    Several,
    SeveralAddresses,
    SeveralDomains,
    SeveralLines,
    SeveralUdiDi,
    SeveralUnits,
    TermField,
)
from patientsakerhet.register.models import (
    Device,
    DeviceModel,
    ITSystem,
    MaintenanceGroup,
    Party,
)
from patientsakerhet.register.models.parties import SRN
from patientsakerhet.ui.choosing import PersonField, UnitField
from patientsakerhet.ui.fields import Day, LongText, Scanned, ShortText, Version


def _short(label: str, **more: Any) -> ShortText:
    return ShortText(label, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more)


class ThingForm(forms.Form):
    """What is written about one thing of the register, and the version that was read."""

    version = Version()

    def values(self) -> dict[str, Any]:
        """What was written, for the act."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ModelForm(ThingForm):
    """A make and model."""

    manufacturer = PartyField("Tillverkare", empty="Skriv vem som tillverkar produkten.")
    name = _short("Handelsnamn", empty="Skriv vad produkten heter.", max_length=120)
    model_number = _short("Modellbeteckning", required=False, max_length=80)
    catalogue_number = _short("Artikelnummer", required=False, max_length=80)
    udi_dis = SeveralUdiDi(
        "UDI-DI",
        longest=120,
        help_text="En på varje rad. Läs av koden eller skriv siffrorna under streckkoden.",
    )
    emdn = TermField("EMDN-term", required=False, help_text="Koden eller en del av namnet.")
    family = _short("Produktfamilj", required=False, max_length=120)
    group = _short("Produktgrupp", required=False, max_length=120)
    managing_unit = UnitField("Förvaltas av", empty="Skriv vilken enhet som förvaltar produkten.")

    @staticmethod
    def standing(one: DeviceModel) -> dict[str, Any]:
        """What stands in the register."""
        names = ModelForm.base_fields.keys() - {"udi_dis"}
        udi_dis = list(one.identifiers.values_list("udi_di", flat=True))
        return {**{name: getattr(one, name) for name in names}, "udi_dis": udi_dis}


class DeviceForm(ThingForm):
    """An individual. A scanned UDI fills in what is left empty."""

    scanned = Scanned(
        "Läs av UDI",
        required=False,
        help_text="Sätt markören här och läs av koden. Tomma fält nedanför fylls i när du sparar.",
    )
    model = ModelField("Produkt", required=False)
    inventory_number = _short("Inventarienummer", required=False, max_length=40)
    serial_number = _short("Serienummer", required=False, max_length=80)
    lot_number = _short("Partinummer", required=False, max_length=80)
    software_version = _short("Programversion", required=False, max_length=40)
    holding_unit = UnitField("Finns hos", required=False)
    status = forms.ChoiceField(label="Läge", choices=Device.Status.choices)
    bought_on = Day("Inköpt", required=False)
    manufactured_on = Day("Tillverkad", required=False)
    expires_on = Day("Bäst före", required=False)
    out_of_use_on = Day("Tagen ur bruk", required=False)

    @staticmethod
    def standing(one: Device) -> dict[str, Any]:
        """What stands in the register."""
        names = DeviceForm.base_fields.keys() - {"scanned"}
        return {name: getattr(one, name) for name in names}

    def clean(self) -> dict[str, Any]:
        """What the scanned code says goes where nothing was written; what differs is asked about."""
        data = super().clean() or {}
        if data.get("scanned"):
            self._fill_in(data)
        if not data.get("model") and not self.errors:
            self.add_error("model", "Skriv vilken produkt det är, eller läs av UDI.")
        return data

    def values(self) -> dict[str, Any]:
        """What was written, with the individual part of the code."""
        told = super().values()
        told.pop("scanned", None)
        return told

    def _fill_in(self, data: dict[str, Any]) -> None:
        try:
            code = udi.read(data["scanned"], this_year=timezone.localdate().year)
        except udi.NotUdi as refusal:
            self.add_error("scanned", ValidationError(refusal.reasons))
            return
        data["udi_pi"] = code.pi
        if code.di and not data.get("model"):
            found = DeviceModel.objects.identified(code.di).select_related("managing_unit").first()
            if found is None:
                self.add_error(
                    "scanned", f"Ingen produkt har UDI-DI {code.di}. Lägg upp produkten först."
                )
            data["model"] = found
        for name, value in (
            ("serial_number", code.serial),
            ("lot_number", code.lot),
            ("software_version", code.software),
            ("manufactured_on", code.made_on),
            ("expires_on", code.expires_on),
        ):
            if value and not data.get(name):
                data[name] = value
            elif value and data[name] != value:
                self.add_error(name, f"Koden säger {value}. Kontrollera vilket som gäller.")


class MoveForm(ThingForm):
    """Where a device stands from now on."""

    holding_unit = UnitField("Finns hos", empty="Skriv vilken enhet den flyttas till.")


class SystemForm(ThingForm):
    """An IT system."""

    name = _short("Namn", empty="Skriv vad systemet heter.", max_length=120)
    description = _short("Beskrivning", required=False, max_length=300)
    aliases = Several("Kallas också", longest=80, help_text="Ett namn på varje rad.")
    supplier = PartyField("Leverantör", required=False)
    criticality = forms.ChoiceField(
        label="Kritikalitet",
        choices=[("", "Inte bedömd"), *ITSystem.Criticality.choices],
        required=False,
    )
    on_call = forms.ChoiceField(
        label="Jourklass", choices=[("", "Inte känd"), *ITSystem.OnCall.choices], required=False
    )
    managing_unit = UnitField("Förvaltas av", empty="Skriv vilken enhet som förvaltar systemet.")
    owner_unit = UnitField("Ägande enhet", required=False)
    owner = PersonField("Systemägare", required=False)
    system_manager = PersonField("Systemansvarig", required=False)
    information_owner = PersonField("Informationsägare", required=False)
    maintenance_group = forms.ModelChoiceField(
        MaintenanceGroup.objects.all(),
        label="Förvaltningsgrupp",
        required=False,
        empty_label="Ingen",
    )
    dependents = SeveralUnits(
        "Enheter som är beroende", help_text="En på varje rad, med namn eller kod."
    )
    in_use = forms.BooleanField(label="I drift", required=False, initial=True)

    @staticmethod
    def standing(one: ITSystem) -> dict[str, Any]:
        """What stands in the register."""
        names = SystemForm.base_fields.keys() - {"dependents"}
        open_ones = one.dependencies.filter(valid_to=None).select_related("unit")
        units = [row.unit for row in open_ones.order_by("unit__name", "unit")]
        return {**{name: getattr(one, name) for name in names}, "dependents": units}


class PartyForm(ThingForm):
    """A party and all its spellings."""

    name = _short("Namn", empty="Skriv vad företaget heter.", max_length=160)
    aliases = SeveralLines(
        "Skrivs också",
        help_text="En stavning på varje rad. Punkter, mellanslag, AB och GmbH spelar ingen roll.",
    )
    parts = forms.MultipleChoiceField(
        label="Är",
        choices=Party.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    srn = _short(
        "SRN",
        required=False,
        max_length=20,
        validators=[SRN],
        help_text="Till exempel SE-MF-000012345.",
    )
    mail_domains = SeveralDomains("E-postdomäner", help_text="En på varje rad.")
    contact_addresses = SeveralAddresses("Kontaktadresser", help_text="En på varje rad.")
    contact_details = LongText("Kontaktuppgifter", required=False, max_length=1000)

    @staticmethod
    def standing(one: Party) -> dict[str, Any]:
        """What stands in the register."""
        names = PartyForm.base_fields.keys() - {"aliases"}
        others = one.aliases.exclude(name=one.name).values_list("name", flat=True)
        return {**{name: getattr(one, name) for name in names}, "aliases": list(others)}


class MergePartyForm(ThingForm):
    """Which party this one is the same as."""

    into = PartyField("Är samma som", empty="Skriv vilken aktör det är samma som.")


class MergeModelForm(ThingForm):
    """Which product this one is the same as."""

    into = ModelField("Är samma som", empty="Skriv vilken produkt det är samma som.")
