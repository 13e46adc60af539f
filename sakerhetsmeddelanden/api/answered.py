"""How a recipient and its devices look in the API, to those who follow it and to the unit itself."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from rest_framework import serializers

from sakerhetsmeddelanden.models import Recipient, RecipientDevice


class RecipientSerializer(serializers.ModelSerializer[Recipient]):
    """A unit that was chosen, why, how far it has come, and what it has answered."""

    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.name", read_only=True)
    devices = serializers.IntegerField(source="devices_count", read_only=True)
    devices_handled = serializers.IntegerField(source="handled_count", read_only=True)
    waived_by = serializers.CharField(source="waived_by.name", default=None, read_only=True)

    class Meta:
        model = Recipient
        fields: tuple[str, ...] = (
            "id",
            "unit",
            "unit_name",
            "status",
            "status_since",
            "ground",
            "reason",
            "asked",
            "asked_again",
            "devices",
            "devices_handled",
            "address",
            "sent_at",
            "due_at",
            "next_step_at",
            "reminders",
            "answer",
            "answer_note",
            "answered_at",
            "answered_name",
            "answered_via",
            "done_at",
            "waived_at",
            "waived_by",
            "waived_reason",
            "version",
        )
        read_only_fields = fields

    @staticmethod
    def rows(found: QuerySet[Recipient]) -> Any:
        """These recipients with what their shape counts and names, those to answer first before the rest."""
        return (
            found.select_related("unit", "waived_by", "notice__case")
            .annotate(
                devices_count=Count("devices"),
                handled_count=Count("devices", filter=~Q(devices__outcome="")),
            )
            .order_by("unit__path", "pk")
        )


class AnsweredDeviceSerializer(serializers.ModelSerializer[RecipientDevice]):
    """A device that a unit is asked about, and what it has said of it."""

    device = serializers.SerializerMethodField()
    inventory_number = serializers.CharField(
        source="device.inventory_number", default="", read_only=True
    )
    serial_number = serializers.CharField(source="device.serial_number", default="", read_only=True)
    lot_number = serializers.CharField(source="device.lot_number", default="", read_only=True)

    class Meta:
        model = RecipientDevice
        fields = (
            "id",
            "device",
            "inventory_number",
            "serial_number",
            "lot_number",
            "ground",
            "reason",
            "outcome",
            "outcome_on",
            "quantity",
            "note",
            "answered_at",
            "answered_name",
        )
        read_only_fields = fields

    def get_device(self, row: RecipientDevice) -> str:
        """As the register calls it, or as the unit wrote it."""
        return str(row)
