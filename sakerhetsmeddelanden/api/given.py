"""What the acts on a notice take in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.register.models import DeviceModel, ITSystem, Party
from patientsakerhet.rest.shapes import Text, UnitByCode
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.models import RiskClass, SafetyNotice, UndecidedDevice

MOST = 500
"""Numbers of one product."""


class Fields(serializers.DictField):
    """The template's fields by code."""

    child = serializers.CharField(max_length=20_000, allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        told = super().to_internal_value(data)
        if unknown := sorted(set(told) - set(template.FIELDS)):
            raise serializers.ValidationError(f"Okända fält: {', '.join(unknown)}.")
        return told


class PartyByName(Text):
    """A party of the register, by any spelling of its name."""

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        if (party := party_called(name)) is None:
            raise serializers.ValidationError(f"Registret har ingen aktör som heter ”{name[:60]}”.")
        return party


def _text(at_most: int) -> Text:
    return Text(max_length=at_most, required=False, allow_blank=True, default="")


def _numbers(at_most: int) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=at_most), required=False, max_length=MOST)


class ProductGiven(serializers.Serializer[Any]):
    """A product as the supplier writes it; something must say which it is."""

    trade_name = _text(200)
    udi_dis = _numbers(60)
    manufacturer = PartyByName(required=False, allow_null=True)
    model_numbers = _numbers(80)
    family = _text(120)
    emdn_code = _text(20)
    range_text = _text(20_000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something names it."""
        if Product(**attrs).is_empty:
            raise serializers.ValidationError(
                "Skriv handelsnamn, UDI-DI, modell, familj eller EMDN-kod."
            )
        return attrs


class Models(serializers.Serializer[Any]):
    """The products of the register that it is, all of them."""

    models = serializers.PrimaryKeyRelatedField(queryset=DeviceModel.objects.current(), many=True)


class Systems(serializers.Serializer[Any]):
    """The IT systems that the notice is about, all of them."""

    systems = serializers.SlugRelatedField(
        slug_field="name", queryset=ITSystem.objects.filter(in_use=True), many=True
    )


class Parties(serializers.Serializer[Any]):
    """Who is behind the notice, by names that the register has."""

    manufacturer = PartyByName(allow_null=True)
    supplier = PartyByName(allow_null=True)
    reply_address = serializers.EmailField(required=False, allow_blank=True, default="")
    remember = serializers.BooleanField(
        default=False, help_text="Find the manufacturer next time by what the notice calls it."
    )


class NewNoticeSerializer(serializers.Serializer[Any]):
    """A notice that comes in. With `confirmed` its fields count as looked at by whoever sends it."""

    title = Text(max_length=200)
    received_at = serializers.DateTimeField()
    fields_by_code = Fields()
    products = ProductGiven(many=True, required=False)
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


class NoticeReason(serializers.Serializer[Any]):
    """Why."""

    reason = Text(max_length=5_000)


def party_called(name: str) -> Party | None:
    """The register's party of this name, however it is spelt."""
    return Party.objects.called(name).first() if name.strip() else None
