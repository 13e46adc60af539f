"""Answers to the supplier in the API: the forms made so far, making one, sending it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected
from sakerhetsmeddelanden.actions import replies
from sakerhetsmeddelanden.models import SupplierReply
from sakerhetsmeddelanden.reply.facts import Details
from sakerhetsmeddelanden.workflow import KIND


class ReplySerializer(serializers.ModelSerializer[SupplierReply]):
    """One form, with the hashes of its files."""

    complete = serializers.BooleanField(source="is_complete")
    pdf = serializers.CharField(source="pdf.sha256")
    word = serializers.CharField(source="word.sha256")
    prepared_by = serializers.CharField(source="prepared_by.name")

    class Meta:
        model = SupplierReply
        fields = (
            "id",
            "form",
            "language",
            "settled",
            "total",
            "complete",
            "pdf",
            "word",
            "prepared_by",
            "prepared_at",
            "sent_to",
            "sent_at",
        )


class DetailsSerializer(serializers.Serializer[Any]):
    """What the coordinator writes in the form."""

    organisation = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=200)
    contact = serializers.CharField(max_length=120)
    phone = serializers.CharField(max_length=40)
    email = serializers.EmailField(max_length=200)
    title = serializers.CharField(max_length=120, required=False)
    account = serializers.CharField(max_length=40, required=False)
    department = serializers.CharField(max_length=120, required=False)
    shipping = serializers.CharField(max_length=200, required=False)
    other_action = serializers.CharField(max_length=2000, required=False)
    query = serializers.CharField(max_length=2000, required=False)
    return_to = serializers.EmailField(max_length=200)
    deadline = serializers.DateField(required=False)


class PrepareSerializer(serializers.Serializer[Any]):
    """Which form, in which language, and whether it may be partial."""

    form = serializers.ChoiceField(choices=SupplierReply.Form.choices)
    language = serializers.ChoiceField(choices=SupplierReply.LANGUAGES)
    partial = serializers.BooleanField(default=False)  # type: ignore[assignment]  # the field, not the mode
    details = DetailsSerializer()


class SendSerializer(serializers.Serializer[Any]):
    """To whom."""

    to = serializers.EmailField(max_length=200)


class ReplyViewSet(OncePerKey, GenericViewSet[Case]):
    """The answers to one notice's supplier."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Case.objects.none()
    serializer_class = ReplySerializer  # type: ignore[assignment]  # a part of the case
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Case]:
        return Case.objects.visible_to(self.request.user).of_kind(KIND)

    @extend_schema(responses={200: ReplySerializer(many=True)})
    def list(self, request: Request, number: str) -> Response:
        """The forms that have been made, newest first."""
        case = self._case(number)
        trail.read(
            "notice.replies_read",
            by=actor(request),
            via="api",
            case_id=case.pk,
            number=case.number,
        )
        rows = self._rows(case)
        return Response(ReplySerializer(rows, many=True).data)

    @extend_schema(request=PrepareSerializer, responses={201: ReplySerializer, **REFUSALS})
    def create(self, request: Request, number: str) -> Response:
        """Fill in and sign a form from the units' answers; refuses one that would look complete."""
        case = self._case(number)
        told = PrepareSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        given = dict(told.validated_data)
        reply = replies.prepare(
            case,
            by=actor(request),
            version=expected(request),
            details=Details(**given.pop("details")),
            **given,
        )
        return Response(ReplySerializer(reply).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SendSerializer, responses={200: ReplySerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def send(self, request: Request, number: str, pk: int) -> Response:
        """Send a form to the supplier."""
        reply = get_object_or_404(self._rows(self._case(number)), pk=pk)
        told = SendSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        sent = replies.send(
            reply, by=actor(request), version=expected(request), **told.validated_data
        )
        return Response(ReplySerializer(sent).data)

    def _case(self, number: str) -> Case:
        return get_object_or_404(self.get_queryset(), number=number)

    def _rows(self, case: Case) -> QuerySet[SupplierReply]:
        return SupplierReply.objects.filter(notice=case.pk).select_related(
            "pdf", "word", "prepared_by", "notice__case"
        )
