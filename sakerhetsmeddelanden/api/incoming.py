"""What has come in about safety notices, in the API: sent in, found, read and decided."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access import policy
from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import files
from patientsakerhet.cases.api.uploaded import check_sizes
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.rest.idempotency import HEADER, OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import Reasons, Text
from sakerhetsmeddelanden import template
from sakerhetsmeddelanden.actions import deciding, intake
from sakerhetsmeddelanden.incoming_filters import IncomingFilter
from sakerhetsmeddelanden.models import (
    IncomingFile,
    IncomingMessage,
    ProposedField,
    SafetyNotice,
)

NAMESPACE = uuid.UUID("0b6f0b1c-6a05-4a3e-8d4c-7c2f5f0f4a77")
"""Makes submission ids of idempotency keys, so that the key alone gives one message for ever."""
MAIL = "message/rfc822"


class FileShape(serializers.ModelSerializer[IncomingFile]):
    """A file that came with a message."""

    class Meta:
        model = IncomingFile
        fields = ("position", "name", "size", "content_type", "sha256", "verdict", "verdict_note")
        read_only_fields = fields


class ProposedShape(serializers.ModelSerializer[ProposedField]):
    """A value read for one of the template's fields, and where it stood."""

    place = serializers.CharField(read_only=True)

    class Meta:
        model = ProposedField
        fields = ("code", "value", "place", "page", "line", "quote")
        read_only_fields = fields


class MessageRow(serializers.ModelSerializer[IncomingMessage]):
    """A message in the list."""

    notice = serializers.CharField(source="notice.case.number", default=None, read_only=True)
    suggested_notice = serializers.CharField(
        source="suggested_notice.case.number", default=None, read_only=True
    )

    class Meta:
        model = IncomingMessage
        fields: tuple[str, ...] = (
            "id",
            "door",
            "verdict",
            "received_at",
            "subject",
            "sender",
            "problem",
            "notice",
            "suggested_notice",
            "suggestion",
            "duplicate_of",
            "version",
        )
        read_only_fields = fields


class MessageWhole(MessageRow):
    """The message with its words, its files and what was read in it."""

    files = FileShape(many=True, read_only=True)
    proposals = ProposedShape(many=True, read_only=True)

    class Meta(MessageRow.Meta):
        fields = (
            *MessageRow.Meta.fields,
            "sender_name",
            "reply_to",
            "sent_at",
            "read_at",
            "authenticated_by",
            "spf",
            "dkim",
            "dmarc",
            "lookalike_of",
            "is_whole",
            "sha256",
            "size",
            "text",
            "remarks",
            "reason",
            "files",
            "proposals",
        )
        read_only_fields = fields


class NewMessage(serializers.Serializer[Any]):
    """A notice as another system sends it: a mail by itself, or other files, words, or both."""

    file = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=settings.FILES_PER_SENDING
    )
    subject = Text(max_length=200, required=False, allow_blank=True, default="")
    text = Text(max_length=20_000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something says what it is about."""
        if not attrs.get("file") and not (attrs["subject"].strip() and attrs["text"].strip()):
            raise serializers.ValidationError("Skicka en fil, eller ämne och text.")
        return attrs


class Promotion(serializers.Serializer[Any]):
    """The template's fields by their codes; what is left out is as it was read."""

    version = serializers.IntegerField(min_value=1)
    fields_ = serializers.DictField(
        child=serializers.CharField(max_length=20_000, allow_blank=True), required=False
    )

    def get_fields(self) -> dict[str, Any]:
        """`fields` is the word, which serializers keep for themselves."""
        known = super().get_fields()
        known["fields"] = known.pop("fields_")
        return known

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only the template's own codes."""
        unknown = set(attrs.get("fields", {})) - set(template.FIELDS)
        if unknown:
            raise serializers.ValidationError(
                {"fields": f"Mallen har inte: {', '.join(sorted(unknown))}."}
            )
        return attrs


class Belonging(serializers.Serializer[Any]):
    """Which notice it belongs to."""

    version = serializers.IntegerField(min_value=1)
    number = serializers.CharField(max_length=20)


class SettingAside(serializers.Serializer[Any]):
    """Why it is nothing for us."""

    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)


class BringingBack(serializers.Serializer[Any]):
    """The version that was seen."""

    version = serializers.IntegerField(min_value=1)


class IncomingViewSet(OncePerKey, GenericViewSet[IncomingMessage]):
    """Send in, find, read and decide what has come in."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = IncomingMessage.objects.none()
    serializer_class = MessageRow
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = IncomingFilter
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> QuerySet[IncomingMessage]:
        return IncomingMessage.objects.select_related(
            "notice__case", "suggested_notice__case"
        ).order_by("-received_at", "-pk")

    @extend_schema(responses={200: MessageRow(many=True)})
    def list(self, request: Request) -> Response:
        """What has come in, newest first, narrowed by the same filters as the page's."""
        self._manager()
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        shown = MessageRow(page, many=True).data
        trail.read(
            "incoming_messages.listed",
            by=actor(request),
            via="api",
            right=Can.MANAGE_NOTICES,
            body={"messages": [row["id"] for row in shown]},
        )
        return self.get_paginated_response(shown)

    @extend_schema(responses={200: MessageWhole})
    def retrieve(self, request: Request, pk: str) -> Response:
        """The message, whole."""
        return self._whole(self._message(pk))

    @extend_schema(
        request={"multipart/form-data": NewMessage}, responses={201: MessageRow, 409: Reasons}
    )
    def create(self, request: Request) -> Response:
        """Sent in; it is read within a minute. The same key, or the same mail, is the same message."""
        person = self._manager()
        check_sizes(request)
        given = self._given(NewMessage)
        received = [files.receive(one) for one in given.get("file", ())]
        mails = [one for one in received if one.content_type == MAIL]
        if mails and len(received) > 1:
            raise NotReady("Skicka ett mejl för sig. Det som är bifogat i det följer med.")
        if mails:
            with files.opened(mails[0].sha256) as raw:
                message = intake.take_in(
                    raw, door=IncomingMessage.Door.API, received_at=timezone.now(), by=person
                ).message
        else:
            key = f"{person.pk}:{request.headers[HEADER].strip()}"
            message = intake.take_written(
                {"subject": given["subject"], "text": given["text"]},
                door=IncomingMessage.Door.API,
                submission=uuid.uuid5(NAMESPACE, key),
                received=received,
                subject=given["subject"] or received[0].name,
                text=given["text"],
                sender=person.email,
                sender_name=person.name,
                by=person,
            ).message
        return Response(MessageRow(message).data, status=201)

    @extend_schema(request=Promotion, responses={200: MessageWhole, 409: Reasons})
    @action(detail=True, methods=["post"])
    def promote(self, request: Request, pk: str) -> Response:
        """It is a notice, with its fields as they were read or as given here."""
        message, given = self._message(pk), self._given(Promotion)
        values = {one.code: one.value for one in message.proposals.all()}
        deciding.promote(
            message,
            {**values, **given.get("fields", {})},
            by=actor(request),
            version=given["version"],
        )
        return self._whole(self._message(pk))

    @extend_schema(request=Belonging, responses={200: MessageWhole, 409: Reasons})
    @action(detail=True, methods=["post"])
    def add(self, request: Request, pk: str) -> Response:
        """It belongs to a notice that is there."""
        message, given = self._message(pk), self._given(Belonging)
        notice = (
            SafetyNotice.objects.visible_to(actor(request))
            .select_related("case")
            .filter(case__number=given["number"].upper())
            .first()
        )
        if notice is None:
            raise NotReady("Det finns inget säkerhetsmeddelande med det numret.")
        deciding.add_to(message, notice, by=actor(request), version=given["version"])
        return self._whole(self._message(pk))

    @extend_schema(request=SettingAside, responses={200: MessageWhole, 409: Reasons})
    @action(detail=True, methods=["post"], url_path="set-aside")
    def set_aside(self, request: Request, pk: str) -> Response:
        """It is nothing for us, for a reason."""
        message, given = self._message(pk), self._given(SettingAside)
        deciding.set_aside(message, given["reason"], by=actor(request), version=given["version"])
        return self._whole(self._message(pk))

    @extend_schema(request=BringingBack, responses={200: MessageWhole, 409: Reasons})
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, pk: str) -> Response:
        """What was laid aside waits again."""
        message, given = self._message(pk), self._given(BringingBack)
        deciding.bring_back(message, by=actor(request), version=given["version"])
        return self._whole(self._message(pk))

    def _manager(self) -> Person:
        person = actor(self.request)
        policy.check_anywhere(person, Can.MANAGE_NOTICES)
        return person

    def _message(self, pk: str) -> IncomingMessage:
        self._manager()
        return get_object_or_404(self.get_queryset(), pk=pk)

    def _given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _whole(self, message: IncomingMessage) -> Response:
        trail.read(
            "incoming_message.read_by_person",
            by=actor(self.request),
            via="api",
            right=Can.MANAGE_NOTICES,
            object_type="incoming_message",
            object_id=message.pk,
        )
        return Response(MessageWhole(message).data)
