"""How the register's rows look in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.register.models import (
    Device,
    DeviceHolding,
    DeviceModel,
    ITSystem,
    Party,
)


class DeviceShape(serializers.ModelSerializer[Device]):
    """An individual device, with what it is."""

    model_name = serializers.CharField(source="model.name", read_only=True)
    manufacturer = serializers.CharField(source="model.manufacturer.name", read_only=True)
    holding_unit = serializers.CharField(source="holding_unit.code", default=None, read_only=True)

    class Meta:
        model = Device
        fields = (
            "id",
            "model",
            "model_name",
            "manufacturer",
            "inventory_number",
            "serial_number",
            "lot_number",
            "software_version",
            "udi_pi",
            "holding_unit",
            "status",
            "bought_on",
            "manufactured_on",
            "expires_on",
            "out_of_use_on",
            "source",
            "external_key",
            "last_seen_at",
            "is_stale",
            "version",
        )
        read_only_fields = fields


class ModelShape(serializers.ModelSerializer[DeviceModel]):
    """A make and model, with its identifiers."""

    manufacturer_name = serializers.CharField(source="manufacturer.name", read_only=True)
    emdn = serializers.CharField(source="emdn.code", default=None, read_only=True)
    managing_unit = serializers.CharField(source="managing_unit.code", read_only=True)
    udi_dis: Any = serializers.SlugRelatedField(
        source="identifiers", slug_field="udi_di", many=True, read_only=True
    )

    class Meta:
        model = DeviceModel
        fields = (
            "id",
            "manufacturer",
            "manufacturer_name",
            "name",
            "model_number",
            "catalogue_number",
            "udi_dis",
            "emdn",
            "family",
            "group",
            "managing_unit",
            "merged_into",
            "version",
        )
        read_only_fields = fields


class SystemShape(serializers.ModelSerializer[ITSystem]):
    """An IT system, with who answers for it and the units that depend on it now."""

    supplier_name = serializers.CharField(source="supplier.name", default=None, read_only=True)
    managing_unit = serializers.CharField(source="managing_unit.code", read_only=True)
    owner_unit = serializers.CharField(source="owner_unit.code", default=None, read_only=True)
    owner = serializers.CharField(source="owner.email", default=None, read_only=True)
    system_manager = serializers.CharField(
        source="system_manager.email", default=None, read_only=True
    )
    information_owner = serializers.CharField(
        source="information_owner.email", default=None, read_only=True
    )
    maintenance_group = serializers.CharField(
        source="maintenance_group.name", default=None, read_only=True
    )
    dependents = serializers.SerializerMethodField()

    class Meta:
        model = ITSystem
        fields = (
            "id",
            "name",
            "description",
            "aliases",
            "supplier",
            "supplier_name",
            "managing_unit",
            "owner_unit",
            "owner",
            "system_manager",
            "information_owner",
            "maintenance_group",
            "criticality",
            "on_call",
            "dependents",
            "in_use",
            "version",
        )
        read_only_fields = fields

    def get_dependents(self, one: ITSystem) -> list[str]:
        """The codes of the units whose need has not ended."""
        return sorted(need.unit.code for need in one.dependencies.all() if need.valid_to is None)


class HoldingShape(serializers.ModelSerializer[DeviceHolding]):
    """A unit that has held a device, from when and until when."""

    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.name", read_only=True)

    class Meta:
        model = DeviceHolding
        fields = ("unit", "unit_name", "since", "until")
        read_only_fields = fields


class EntryShape(serializers.Serializer[Any]):
    """One thing that happened, with the address of its page."""

    at = serializers.DateTimeField()
    title = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField()


class HappeningsShape(serializers.Serializer[Any]):
    """One sort of happenings, latest first: deviations, measures, safety notices."""

    key = serializers.CharField()
    title = serializers.CharField()
    entries = EntryShape(many=True)


class PartyShape(serializers.ModelSerializer[Party]):
    """A party, with every way its name is spelt."""

    aliases: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)

    class Meta:
        model = Party
        fields = (
            "id",
            "name",
            "aliases",
            "parts",
            "srn",
            "mail_domains",
            "contact_addresses",
            "contact_details",
            "merged_into",
            "version",
        )
        read_only_fields = fields
