"""How notices look in the API, field by field, and what each act takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.register.models import ITSystem, Party
from patientsakerhet.rest.shapes import Text, UnitByCode
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.models import (
    AffectedProduct,
    ConsideredUnit,
    NoticeField,
    Recipient,
    RiskClass,
    SafetyNotice,
    UndecidedDevice,
)


class Nothing(serializers.Serializer[Any]):
    """An act that takes nothing."""


class FieldSerializer(serializers.ModelSerializer[NoticeField]):
    """One field of the template: what was read and where, what was confirmed."""

    confirmed_by = serializers.CharField(source="confirmed_by.email", default=None, read_only=True)

    class Meta:
        model = NoticeField
        fields = ("code", "proposed", "place", "value", "confirmed_by", "confirmed_at")


class ProductSerializer(serializers.ModelSerializer[AffectedProduct]):
    """A product as the supplier wrote it, and what of it was understood."""

    class Meta:
        model = AffectedProduct
        fields = (
            "id",
            "trade_name",
            "udi_dis",
            "model_numbers",
            "family",
            "emdn_code",
            "range_text",
            "ranges",
            "unread",
        )
        read_only_fields = ("id", "ranges", "unread")


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

    @extend_schema_field(serializers.DictField(child=serializers.ListField()))
    def get_missing(self, notice: SafetyNotice) -> dict[str, list[str]]:
        """Each step that can start here, with what stands in its way."""
        flow = notice.case.kind_row.workflow
        return {step.name: step.missing(notice) for step in flow.available(notice.case.status)}


class RecipientSerializer(serializers.ModelSerializer[Recipient]):
    """A unit that was chosen, why, and how far it has come."""

    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.name", read_only=True)
    devices = serializers.IntegerField(source="devices_count", read_only=True)

    class Meta:
        model = Recipient
        fields = (
            "id",
            "unit",
            "unit_name",
            "status",
            "status_since",
            "ground",
            "reason",
            "devices",
            "sent_at",
            "due_at",
            "answer",
            "answered_at",
            "done_at",
            "version",
        )


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


class Fields(serializers.DictField):
    """The template's fields by code."""

    child = serializers.CharField(max_length=20_000, allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        told = super().to_internal_value(data)
        if unknown := sorted(set(told) - set(template.FIELDS)):
            raise serializers.ValidationError(f"Okända fält: {', '.join(unknown)}.")
        return told


class NewNoticeSerializer(serializers.Serializer[Any]):
    """A notice that comes in. With `confirmed` its fields count as looked at by whoever sends it."""

    title = Text(max_length=200)
    received_at = serializers.DateTimeField()
    fields_by_code = Fields()
    products = ProductSerializer(many=True, required=False)
    sort = serializers.ChoiceField(SafetyNotice.Sort.choices, default=SafetyNotice.Sort.DEVICE)
    language = serializers.ChoiceField(
        SafetyNotice.Language.choices, default=SafetyNotice.Language.SWEDISH
    )
    manufacturer = Text(max_length=200)
    supplier = Text(max_length=200, required=False, allow_blank=True, default="")
    reply_address = serializers.EmailField(required=False, allow_blank=True, default="")
    systems = serializers.SlugRelatedField(
        slug_field="name", queryset=ITSystem.objects.all(), many=True, required=False
    )
    confirmed = serializers.BooleanField(default=False)


class ConfirmFields(serializers.Serializer[Any]):
    """The fields as looked at."""

    values = Fields()


class Judge(serializers.Serializer[Any]):
    """How grave, how soon, by when."""

    risk_class = serializers.SlugRelatedField(slug_field="code", queryset=RiskClass.objects.none())
    urgency = serializers.ChoiceField(SafetyNotice.Urgency.choices)
    reason = Text(max_length=5_000)
    instruction = Text(max_length=20_000, required=False, allow_blank=True, default="")
    answer_on = serializers.DateField(required=False, allow_null=True, default=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["risk_class"]
        chosen.queryset = RiskClass.objects.current()


class AddUnit(serializers.Serializer[Any]):
    """One more unit, and why."""

    unit = UnitByCode()
    reason = Text(max_length=500)


class TakeOut(serializers.Serializer[Any]):
    """One unit less, and why."""

    recipient = serializers.IntegerField(min_value=1)
    reason = Text(max_length=500)


class Decide(serializers.Serializer[Any]):
    """Devices that count as affected, or do not."""

    devices = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=500
    )
    decision = serializers.ChoiceField(UndecidedDevice.Decision.choices)
    reason = Text(max_length=300)


class TakeStep(serializers.Serializer[Any]):
    """A step by its name, with a reason where it asks for one."""

    step = serializers.SlugField(max_length=30)
    reason = Text(max_length=5_000, required=False, allow_blank=True, default="")


class Supersede(serializers.Serializer[Any]):
    """Which notice this one stands in the place of."""

    number = serializers.CharField(max_length=20)


def party_called(name: str) -> Party | None:
    """The register's party of this name, however it is spelt."""
    return Party.objects.called(name).first() if name.strip() else None
