"""The units that one notice was sent to, in the API: how far each has come, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.models import Case
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Text
from patientsakerhet.rest.versions import expected, tagged
from sakerhetsmeddelanden.actions import coordinating, recipients
from sakerhetsmeddelanden.actions.answers import DeviceSaid, Said
from sakerhetsmeddelanden.actions.coordinating import Call
from sakerhetsmeddelanden.api import given
from sakerhetsmeddelanden.api.answered import AnsweredDeviceSerializer, RecipientSerializer
from sakerhetsmeddelanden.api.numbered import OfNotice, narrowed, narrows
from sakerhetsmeddelanden.models import Recipient, RecipientDevice, RecipientEvent, RecipientMail
from sakerhetsmeddelanden.recipient_filters import RecipientFilter
from sakerhetsmeddelanden.workflow import REMOVED


class EventSerializer(serializers.ModelSerializer[RecipientEvent]):
    """Something that happened with a recipient."""

    by = serializers.CharField(source="by.name", default=None, read_only=True)

    class Meta:
        model = RecipientEvent
        fields = ("step", "from_status", "to_status", "at", "by", "note", "body")
        read_only_fields = fields


class MailSerializer(serializers.ModelSerializer[RecipientMail]):
    """A mail to a recipient, and what became of it."""

    to = serializers.SerializerMethodField()
    state = serializers.CharField(source="message.state", read_only=True)

    class Meta:
        model = RecipientMail
        fields = ("to", "purpose", "at", "state", "returned_at")
        read_only_fields = fields

    def get_to(self, mail: RecipientMail) -> str:
        """Whom it is for: a person by name, else the address."""
        return mail.message.person.name if mail.message.person else mail.message.address


class SendAgain(serializers.Serializer[Any]):
    """Another address, or none for the same as before."""

    address = serializers.EmailField(required=False, allow_blank=True, default="")


class Heard(serializers.Serializer[Any]):
    """What was answered on the telephone; `why_not` says the same of every device."""

    affected = serializers.BooleanField()
    why_not = serializers.ChoiceField(
        [
            (one.value, one.label)
            for one in (RecipientDevice.Outcome.NOT_HERE, RecipientDevice.Outcome.NOT_AFFECTED)
        ],
        required=False,
    )


class PhoneCall(serializers.Serializer[Any]):
    """A telephone call; `answer` stands until somebody at the unit signs it."""

    spoke_with = Text(max_length=120)
    said = Text(max_length=2_000)
    number = Text(max_length=40, required=False, allow_blank=True, default="")
    answer = Heard(required=False, allow_null=True)


class Units(serializers.Serializer[Any]):
    """Units by their codes."""

    units = serializers.ListField(
        child=serializers.CharField(max_length=64), min_length=1, max_length=coordinating.MOST
    )


class Reminded(serializers.Serializer[Any]):
    """How many were reminded, and why the others were not."""

    count = serializers.IntegerField()
    refused = serializers.DictField(child=serializers.IntegerField())


def described(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: RecipientSerializer, **REFUSALS})


class RecipientViewSet(OfNotice):
    """The recipients of one notice; an act on one takes the recipient's own version."""

    @extend_schema(
        parameters=narrows(RecipientFilter), responses={200: RecipientSerializer(many=True)}
    )
    def list(self, request: Request, number: str) -> Response:
        """The units chosen, each with its reason and how far it has come."""
        rows = narrowed(request, RecipientFilter, self._rows())
        return self.paged(rows, RecipientSerializer, "notice.recipients_read")

    @extend_schema(responses={200: RecipientSerializer})
    def retrieve(self, request: Request, number: str, code: str) -> Response:
        """One of them."""
        row = self._row()
        self.read(row.notice.case, "notice.recipient_read")
        return self._whole(row)

    @extend_schema(responses={200: AnsweredDeviceSerializer(many=True)})
    def devices(self, request: Request, number: str, code: str) -> Response:
        """The devices that it is asked about, each with its answer."""
        rows = self._row().devices.select_related("device__model").order_by("pk")
        return self.paged(rows, AnsweredDeviceSerializer, "notice.recipient_devices_read")

    @extend_schema(responses={200: EventSerializer(many=True)})
    def events(self, request: Request, number: str, code: str) -> Response:
        """What has happened with it, latest first."""
        rows = self._row().events.select_related("by").order_by("-at", "-pk")
        return self.paged(rows, EventSerializer, "notice.recipient_events_read")

    @extend_schema(responses={200: MailSerializer(many=True)})
    def mails(self, request: Request, number: str, code: str) -> Response:
        """The mails to it, latest first."""
        rows = self._row().mails.select_related("message__person").order_by("-at", "-pk")
        return self.paged(rows, MailSerializer, "notice.recipient_mails_read")

    @extend_schema(request=Units, responses={200: Reminded, **REFUSALS})
    def remind(self, request: Request, number: str) -> Response:
        """Remind these units at once, each by itself."""
        case, codes = self.case(), self.given(Units)["units"]
        chosen = list(self._asked(case).filter(unit__code__in=codes).order_by("pk"))
        reminded = coordinating.remind_now(case, chosen, by=actor(request))
        return Response(Reminded(reminded).data)

    @described(SendAgain)
    def send_again(self, request: Request, number: str, code: str) -> Response:
        """Send the notice to it once more."""
        return self._act(coordinating.send_again, SendAgain)

    @described(PhoneCall)
    def phone(self, request: Request, number: str, code: str) -> Response:
        """Write down a telephone call."""

        def do(row: Recipient, *, answer: dict[str, Any] | None = None, **told: Any) -> None:
            by, version = told.pop("by"), told.pop("version")
            call = Call(**told, answered=_heard(answer, told["said"]))
            coordinating.phone(row, call, by=by, version=version)

        return self._act(do, PhoneCall)

    @described(given.NoticeReason)
    def waive(self, request: Request, number: str, code: str) -> Response:
        """Decide that nothing more is awaited from it."""
        return self._act(recipients.waive, given.NoticeReason)

    def _rows(self) -> QuerySet[Recipient]:
        """Those chosen, whether or not the notice has gone out."""
        rows = Recipient.objects.filter(notice=self.case().pk).exclude(status=REMOVED)
        return RecipientSerializer.rows(rows)

    def _asked(self, case: Case) -> QuerySet[Recipient]:
        """Those it has been sent to."""
        return Recipient.objects.filter(notice=case.pk).asked()

    def _row(self) -> Recipient:
        """One of those it has been sent to, by the unit's code."""
        rows = RecipientSerializer.rows(self._asked(self.case()))
        return get_object_or_404(rows, unit__code=self.kwargs["code"])

    def _act(self, do: Callable[..., Any], shape: Shape) -> Response:
        row, version = self._row(), expected(self.request)
        do(row, by=actor(self.request), version=version, **self.given(shape))
        return self._whole(self._row())

    def _whole(self, row: Recipient) -> Response:
        return tagged(Response(RecipientSerializer(row).data), row.version)


def _heard(told: dict[str, Any] | None, note: str) -> Said | None:
    """What was answered in the call, as the act takes it."""
    if told is None:
        return None
    why = told.get("why_not", "")
    every = DeviceSaid(why) if why and not told["affected"] else None
    return Said(affected=told["affected"], note=note, all_devices=every)
