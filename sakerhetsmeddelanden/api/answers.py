"""The units' side in the API: what one's units have been asked, and their answers, device by device."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Text
from patientsakerhet.rest.versions import expected, tagged
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions import answers
from sakerhetsmeddelanden.actions.answers import DeviceSaid, Said, Signer
from sakerhetsmeddelanden.api.answered import AnsweredDeviceSerializer, RecipientSerializer
from sakerhetsmeddelanden.api.numbered import narrowed, narrows
from sakerhetsmeddelanden.models import Recipient, RecipientDevice
from sakerhetsmeddelanden.recipient_filters import AnsweredDeviceFilter, ToAnswerFilter

MOST = 5_000
"""Devices that one answer may speak of."""


class AskedSerializer(RecipientSerializer):
    """What a unit is asked, with what it must know of the notice, and what it has answered."""

    number = serializers.CharField(source="notice.case.number", read_only=True)
    title = serializers.CharField(source="notice.case.title", read_only=True)
    notice_status = serializers.CharField(source="notice.case.status", read_only=True)
    urgency = serializers.CharField(source="notice.urgency", read_only=True)
    risk_class = serializers.CharField(
        source="notice.risk_class.code", default=None, read_only=True
    )
    act_by = serializers.DateField(source="notice.act_by", read_only=True)
    instruction = serializers.CharField(source="notice.instruction", read_only=True)
    sender = serializers.CharField(source="notice.sender", read_only=True)
    fsn_ref = serializers.CharField(source="notice.fsn_ref", read_only=True)
    asked = serializers.SerializerMethodField()
    told = serializers.SerializerMethodField()

    class Meta(RecipientSerializer.Meta):
        fields = (
            "number",
            "title",
            "notice_status",
            "unit",
            "unit_name",
            "urgency",
            "risk_class",
            "act_by",
            "instruction",
            "sender",
            "fsn_ref",
            "told",
            "reason",
            "asked",
            "asked_again",
            "status",
            "due_at",
            "devices",
            "devices_handled",
            "answer",
            "answer_note",
            "answered_at",
            "answered_name",
            "answered_via",
            "done_at",
            "waived_reason",
            "version",
        )
        read_only_fields = fields

    def get_asked(self, recipient: Recipient) -> list[str]:
        """What it is to do; a new version asks again for less."""
        return list(recipient.asked or recipient.notice.user_actions)

    def get_told(self, recipient: Recipient) -> dict[str, str]:
        """What the supplier says to the units, by the template's codes."""
        fields = {one.code: one.value or one.proposed for one in recipient.notice.fields.all()}
        return {code: fields[code] for code in template.TOLD if fields.get(code)}


class SaidOfAll(serializers.Serializer[Any]):
    """What has been done with a device, and when; the day is left out where there was nothing to do."""

    outcome = serializers.ChoiceField(RecipientDevice.Outcome.choices)
    on = serializers.DateField(required=False, allow_null=True, default=None)
    quantity = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False, allow_null=True, default=None
    )
    note = Text(max_length=300, required=False, allow_blank=True, default="")


class SaidOfOne(SaidOfAll):
    """The same of one device, by its id in the work list."""

    id = serializers.IntegerField(min_value=1)


class TickedDevice(SaidOfOne):
    """The same, with the answer that was seen before: another one since then is not written over."""

    was = serializers.ChoiceField(RecipientDevice.Outcome.choices, allow_blank=True)


def _each_once(told: list[dict[str, Any]]) -> None:
    if len({one["id"] for one in told}) < len(told):
        raise serializers.ValidationError("Samma utrustning står flera gånger.")


class AnswerGiven(serializers.Serializer[Any]):
    """A unit's answer; `all_devices` is said of every device that `devices` does not name."""

    affected = serializers.BooleanField()
    done = serializers.BooleanField(default=False)
    note = Text(max_length=2_000, required=False, allow_blank=True, default="")
    devices = serializers.ListField(
        child=SaidOfOne(), required=False, max_length=MOST, validators=[_each_once]
    )
    all_devices = SaidOfAll(required=False, allow_null=True, default=None)
    reason = Text(max_length=2_000, required=False, allow_blank=True, default="")


class TickGiven(serializers.Serializer[Any]):
    """Devices that have been dealt with; a reason where the unit has signed that it is done."""

    devices = serializers.ListField(
        child=TickedDevice(), min_length=1, max_length=MOST, validators=[_each_once]
    )
    reason = Text(max_length=300, required=False, allow_blank=True, default="")


class ToAnswerViewSet(OncePerKey, GenericViewSet[Recipient]):
    """What one's units have been asked: found, read, answered. Opening it answers nothing."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Recipient.objects.none()
    serializer_class = AskedSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ToAnswerFilter

    def get_queryset(self) -> QuerySet[Recipient]:
        found = Recipient.objects.readable_by(actor(self.request)).asked()
        rows: QuerySet[Recipient] = AskedSerializer.rows(found)
        return rows.select_related("notice__risk_class", "notice__supplier").prefetch_related(
            "notice__fields"
        )

    @extend_schema(responses={200: AskedSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """What there is to answer and what has been answered, soonest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            right=Can.READ_NOTICE,
            body={
                "list": "notices_to_answer",
                "query": request.query_params.dict(),
                "cases": sorted({one.notice_id for one in page}),
            },
        )
        return self.get_paginated_response(AskedSerializer(page, many=True).data)

    @extend_schema(responses={200: AskedSerializer})
    def retrieve(self, request: Request, number: str, code: str) -> Response:
        """What one unit is asked, and what it has answered."""
        row = self._row()
        self._read(row, "svar")
        return self._whole(row)

    @extend_schema(
        filters=False,
        parameters=narrows(AnsweredDeviceFilter),
        responses={200: AnsweredDeviceSerializer(many=True)},
    )
    def devices(self, request: Request, number: str, code: str) -> Response:
        """The unit's work list."""
        row = self._row()
        self._read(row, "arbetslista")
        every = row.devices.select_related("device__model").order_by("pk")
        found = self.paginate_queryset(narrowed(request, AnsweredDeviceFilter, every))
        return self.get_paginated_response(AnsweredDeviceSerializer(found, many=True).data)

    @extend_schema(request=AnswerGiven, responses={200: AskedSerializer, **REFUSALS})
    def answer(self, request: Request, number: str, code: str) -> Response:
        """Answer for the unit; signed by whose key it is."""
        row, version, told = self._row(), expected(request), self._given(AnswerGiven)
        every = told["all_devices"]
        said = Said(
            affected=told["affected"],
            done=told["affected"] and told["done"],
            note=told["note"],
            devices={one["id"]: _said(one) for one in told.get("devices", ())},
            all_devices=_said(every) if every else None,
            reason=told["reason"],
        )
        answers.answer(row, said, signer=self._signer(), version=version)
        return self._whole(self._row())

    @extend_schema(request=TickGiven, responses={200: AskedSerializer, **REFUSALS})
    def tick(self, request: Request, number: str, code: str) -> Response:
        """Tick devices off; each is judged by the answer that was seen of it."""
        row, told = self._row(), self._given(TickGiven)
        said = {one["id"]: _said(one) for one in told["devices"]}
        answers.tick(row, said, signer=self._signer(), reason=told["reason"])
        return self._whole(self._row())

    def _row(self) -> Recipient:
        return get_object_or_404(
            self.get_queryset(),
            notice__case__number=self.kwargs["number"],
            unit__code=self.kwargs["code"],
        )

    def _signer(self) -> Signer:
        return answers.signed_in(actor(self.request), via=Recipient.Via.API)

    def _given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _read(self, row: Recipient, part: str) -> None:
        trail.read(
            "notice.read",
            by=actor(self.request),
            via="api",
            case_id=row.notice_id,
            number=row.notice.case.number,
            unit_id=row.unit_id,
            right=Can.READ_NOTICE,
            object_type="recipient",
            object_id=row.pk,
            body={"part": part},
        )

    def _whole(self, row: Recipient) -> Response:
        return tagged(Response(AskedSerializer(row).data), row.version)


def _said(told: dict[str, Any]) -> DeviceSaid:
    undone = told["outcome"] in answers.UNDONE
    return DeviceSaid(
        outcome=told["outcome"],
        on=None if undone else told["on"],
        quantity=told["quantity"],
        note=told["note"],
        was=told.get("was"),
    )
