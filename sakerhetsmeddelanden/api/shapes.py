"""How notices and what belongs to them look in the API, field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patientsakerhet.cases.api.serializers import CaseRow
from sakerhetsmeddelanden.makers import likely_makers
from sakerhetsmeddelanden.models import (
    AffectedProduct,
    ConsideredUnit,
    Distribution,
    LateArrival,
    NoticeField,
    SafetyNotice,
    UndecidedDevice,
)


class FieldSerializer(serializers.ModelSerializer[NoticeField]):
    """One field of the template: what was read and where, what was confirmed."""

    confirmed_by = serializers.CharField(source="confirmed_by.email", default=None, read_only=True)

    class Meta:
        model = NoticeField
        fields = ("code", "proposed", "place", "value", "confirmed_by", "confirmed_at")


class ProductSerializer(serializers.ModelSerializer[AffectedProduct]):
    """A product as the supplier wrote it, what of it was understood, and what it is in the register."""

    manufacturer = serializers.CharField(source="manufacturer.name", default=None, read_only=True)
    models: Any = serializers.PrimaryKeyRelatedField(
        source="models_chosen", many=True, read_only=True
    )

    class Meta:
        model = AffectedProduct
        fields = (
            "id",
            "trade_name",
            "udi_dis",
            "manufacturer",
            "model_numbers",
            "family",
            "emdn_code",
            "range_text",
            "ranges",
            "unread",
            "models",
            "models_confirmed",
        )
        read_only_fields = fields


class LikelySerializer(serializers.Serializer[Any]):
    """A party of the register that a name may mean, and why."""

    name = serializers.CharField(source="party.name")
    why = serializers.CharField()


class NoticeSerializer(serializers.ModelSerializer[SafetyNotice]):
    """A notice, whole."""

    case = CaseRow(read_only=True)
    supplier = serializers.CharField(source="supplier.name", default=None, read_only=True)
    manufacturer = serializers.CharField(source="manufacturer.name", default=None, read_only=True)
    risk_class = serializers.CharField(source="risk_class.code", default=None, read_only=True)
    supersedes = serializers.CharField(
        source="supersedes.case.number", default=None, read_only=True
    )
    systems: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    template_fields = FieldSerializer(source="fields", many=True, read_only=True)
    products = ProductSerializer(many=True, read_only=True)
    missing = serializers.SerializerMethodField()
    likely_manufacturers = serializers.SerializerMethodField()

    class Meta:
        model = SafetyNotice
        fields = (
            "case",
            "channel",
            "sort",
            "received_at",
            "supplier",
            "supplier_text",
            "manufacturer",
            "manufacturer_text",
            "likely_manufacturers",
            "fsn_ref",
            "fsca_ref",
            "edition",
            "notice_version",
            "dated_on",
            "previous_ref",
            "language",
            "user_actions",
            "act_by",
            "manufacturer_actions",
            "reply_required",
            "reply_by",
            "risk_class",
            "urgency",
            "answer_by",
            "answer_basis",
            "instruction",
            "targeted_at",
            "devices_searched",
            "supersedes",
            "changes",
            "replied_at",
            "systems",
            "template_fields",
            "products",
            "missing",
        )

    @extend_schema_field(LikelySerializer(many=True))
    def get_likely_manufacturers(self, notice: SafetyNotice) -> Any:
        """Known parties that the manufacturer as it was written may be, each with why."""
        return LikelySerializer(likely_makers(notice), many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.ListField()))
    def get_missing(self, notice: SafetyNotice) -> dict[str, list[str]]:
        """Each step that can start here, with what stands in its way."""
        flow = notice.case.kind_row.workflow
        return {step.name: step.missing(notice) for step in flow.available(notice.case.status)}


class ConsideredSerializer(serializers.ModelSerializer[ConsideredUnit]):
    """A unit that was near and not chosen, and why."""

    unit = serializers.CharField(source="unit.code", read_only=True)

    class Meta:
        model = ConsideredUnit
        fields = ("id", "unit", "why", "reason", "device_count")


class UndecidedSerializer(serializers.ModelSerializer[UndecidedDevice]):
    """A device whose data do not allow a decision."""

    device = serializers.CharField(source="device.label", read_only=True)
    unit = serializers.CharField(source="unit.code", default=None, read_only=True)

    class Meta:
        model = UndecidedDevice
        fields = ("id", "device", "unit", "why", "decision", "decided_at", "decision_reason")


class ArrivalSerializer(serializers.ModelSerializer[LateArrival]):
    """A device that came to a unit after the notice had gone out, and what was decided."""

    device = serializers.CharField(source="device.label", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)

    class Meta:
        model = LateArrival
        fields = (
            "id",
            "device",
            "unit",
            "reason",
            "found_at",
            "outcome",
            "outcome_reason",
            "handled_at",
        )
        read_only_fields = fields


class DistributionSerializer(serializers.ModelSerializer[Distribution]):
    """One wave of mails to the units, and how far it has come."""

    class Meta:
        model = Distribution
        fields = ("id", "purpose", "total", "done", "begun_at", "finished_at")
        read_only_fields = fields
