"""What the register's acts take in the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from patientsakerhet.lib.refusal import Refused
from patientsakerhet.register import udi
from patientsakerhet.register.forms.fields import MOST, read_di
from patientsakerhet.register.models import (
    Device,
    DeviceModel,
    EmdnTerm,
    ITSystem,
    MaintenanceGroup,
    Party,
)
from patientsakerhet.register.models.parties import SRN
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode

MOST_ROWS = 1000
LONGEST_CODE = 200
DOMAIN = r"^(?:[a-z0-9åäö-]+\.)+[a-zåäö]{2,}$"


class Code(serializers.CharField):
    """A UDI as a scanner sends it, read; the separator no text may hold stands as <GS>."""

    def to_internal_value(self, data: Any) -> Any:
        written = str(super().to_internal_value(data)).replace(udi.GS, "<GS>")
        if len(written) > LONGEST_CODE:
            raise serializers.ValidationError(f"Koden är för lång, högst {LONGEST_CODE} tecken.")
        try:
            return self.read(written)
        except Refused as refusal:
            raise serializers.ValidationError(list(refusal.reasons)) from refusal

    def read(self, written: str) -> udi.Udi:
        """The whole code."""
        return udi.read(written, this_year=timezone.localdate().year)


class Identifier(Code):
    """A UDI-DI by itself or in a whole code."""

    def read(self, written: str) -> udi.Udi:
        """What names the model in it."""
        return read_di(written)


def _text(at_most: int) -> Text:
    return Text(max_length=at_most, required=False, allow_blank=True)


def _day() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True)


def _several(child: serializers.Field[Any, Any, Any, Any]) -> serializers.ListField:
    return serializers.ListField(child=child, required=False, max_length=MOST)


class DeviceGiven(serializers.Serializer[Any]):
    """An individual device; what is left out of a change stays."""

    model = serializers.PrimaryKeyRelatedField(
        queryset=DeviceModel.objects.current().select_related("managing_unit")
    )
    inventory_number = _text(40)
    serial_number = _text(80)
    lot_number = _text(80)
    software_version = _text(40)
    udi_pi = _text(200)
    holding_unit = UnitByCode(required=False, allow_null=True)
    status = serializers.ChoiceField(Device.Status.choices, required=False)
    bought_on = _day()
    manufactured_on = _day()
    expires_on = _day()
    out_of_use_on = _day()


class ModelGiven(serializers.Serializer[Any]):
    """A make and model; `udi_dis` are all the identifiers it has."""

    manufacturer = serializers.PrimaryKeyRelatedField(queryset=Party.objects.current())
    name = Text(max_length=120)
    model_number = _text(80)
    catalogue_number = _text(80)
    udi_dis = _several(Identifier())
    emdn = serializers.SlugRelatedField(
        slug_field="code",
        queryset=EmdnTerm.objects.filter(is_current=True),
        required=False,
        allow_null=True,
    )
    family = _text(120)
    group = _text(120)
    managing_unit = UnitByCode()


class SystemGiven(serializers.Serializer[Any]):
    """An IT system; `dependents` are all the units that depend on it."""

    name = Text(max_length=120)
    description = _text(300)
    aliases = _several(Text(max_length=80))
    supplier = serializers.PrimaryKeyRelatedField(
        queryset=Party.objects.current(), required=False, allow_null=True
    )
    managing_unit = UnitByCode()
    owner_unit = UnitByCode(required=False, allow_null=True)
    owner = PersonByEmail(required=False, allow_null=True)
    system_manager = PersonByEmail(required=False, allow_null=True)
    information_owner = PersonByEmail(required=False, allow_null=True)
    maintenance_group = serializers.SlugRelatedField(
        slug_field="name",
        queryset=MaintenanceGroup.objects.all(),
        required=False,
        allow_null=True,
    )
    criticality = serializers.ChoiceField(
        ITSystem.Criticality.choices, required=False, allow_blank=True
    )
    on_call = serializers.ChoiceField(ITSystem.OnCall.choices, required=False, allow_blank=True)
    dependents = _several(UnitByCode())
    in_use = serializers.BooleanField(required=False)


class PartyGiven(serializers.Serializer[Any]):
    """A party; `aliases` are all its spellings beside the name."""

    name = Text(max_length=160)
    aliases = _several(Text(max_length=160))
    parts = _several(serializers.ChoiceField(Party.Part.choices))
    srn = Text(max_length=20, required=False, allow_blank=True, validators=[SRN])
    mail_domains = _several(serializers.RegexField(DOMAIN, max_length=120))
    contact_addresses = _several(serializers.EmailField())
    contact_details = _text(1000)


class IntoModel(serializers.Serializer[Any]):
    """The product this one is the same as."""

    into = serializers.PrimaryKeyRelatedField(
        queryset=DeviceModel.objects.current().select_related("managing_unit")
    )


class IntoParty(serializers.Serializer[Any]):
    """The party this one is the same as."""

    into = serializers.PrimaryKeyRelatedField(queryset=Party.objects.current())


class RowGiven(serializers.Serializer[Any]):
    """A device as its source calls it; what is left out stays as it stands."""

    external_key = _text(80)
    inventory_number = _text(40)
    serial_number = _text(80)
    lot_number = _text(80)
    software_version = _text(40)
    udi = Code(required=False)
    manufacturer = _text(160)
    name = _text(120)
    model_number = _text(80)
    catalogue_number = _text(80)
    emdn = _text(20)
    group = _text(120)
    holding_unit = Text(max_length=64, required=False)
    """A unit's code; one that is none stops its own row alone."""
    status = serializers.ChoiceField(Device.Status.choices, required=False)
    bought_on = serializers.DateField(required=False)
    manufactured_on = serializers.DateField(required=False)
    expires_on = serializers.DateField(required=False)
    out_of_use_on = serializers.DateField(required=False)


class RowsGiven(serializers.Serializer[Any]):
    """Devices from one source; `managing_unit` manages the products that are new."""

    source = Text(max_length=60)  # type: ignore[assignment]  # a field's own word
    managing_unit = UnitByCode()
    devices = serializers.ListField(child=RowGiven(), min_length=1, max_length=MOST_ROWS)


class RowTaken(serializers.Serializer[Any]):
    """What became of one row: `added`, `changed`, `unchanged`, or `error` and why."""

    number = serializers.IntegerField()
    outcome = serializers.ChoiceField(["added", "changed", "unchanged", "error"])
    label = serializers.CharField()  # type: ignore[assignment]  # a field's own word
    text = serializers.CharField()
    device = serializers.IntegerField(allow_null=True)


class RowsTaken(serializers.Serializer[Any]):
    """How many rows became what, and each row; `at` is when, to say what is gone from the source."""

    at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField())
    rows = RowTaken(many=True)


class SourceGiven(serializers.Serializer[Any]):
    """A source of which all has been taken in; `since` is when its first rows were."""

    source = Text(max_length=60)  # type: ignore[assignment]  # a field's own word
    since = serializers.DateTimeField()
    is_trial = serializers.BooleanField(default=False)
    """Tells what would be marked, and marks nothing."""


class GoneTold(serializers.Serializer[Any]):
    """How many devices the source has no longer, and the first thousand of them."""

    gone = serializers.IntegerField()
    devices = serializers.ListField(child=serializers.IntegerField())
