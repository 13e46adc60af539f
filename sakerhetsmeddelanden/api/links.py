"""Personal links of one recipient in the API: made, sent, given a new code, taken back; never their secrets."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Text
from sakerhetsmeddelanden.actions import coordinating, links
from sakerhetsmeddelanden.api.numbered import OfNotice
from sakerhetsmeddelanden.models import AnswerLink, Recipient


class AnswerLinkSerializer(serializers.ModelSerializer[AnswerLink]):
    """A personal link: for whom, and how far it leads; neither its address nor its code."""

    made_by = serializers.CharField(source="made_by.name", default=None, read_only=True)

    class Meta:
        model = AnswerLink
        fields = (
            "id",
            "name",
            "address",
            "made_by",
            "made_at",
            "expires_at",
            "opened_at",
            "revoked_at",
        )
        read_only_fields = fields


class NewLink(serializers.Serializer[Any]):
    """Who gets it, and where."""

    address = serializers.EmailField(max_length=254)
    name = Text(max_length=120, required=False, allow_blank=True, default="")


ONE = {200: AnswerLinkSerializer, **REFUSALS}


class LinkViewSet(OfNotice):
    """The personal links of one recipient. A code is read out to the right person by a person."""

    @extend_schema(responses={200: AnswerLinkSerializer(many=True)})
    def list(self, request: Request, number: str, code: str) -> Response:
        """Those there have been, latest first."""
        rows = self._recipient().links.select_related("made_by").order_by("-made_at", "-pk")
        return self.paged(rows, AnswerLinkSerializer, "notice.recipient_links_read")

    @extend_schema(request=NewLink, responses={201: AnswerLinkSerializer, **REFUSALS})
    def make(self, request: Request, number: str, code: str) -> Response:
        """Make a link for somebody and send it; the one she had leads nowhere."""
        by = actor(request)
        made = links.make(self._recipient(), by=by, **self.given(NewLink))
        coordinating.send_link(made, by=by)
        return Response(AnswerLinkSerializer(made).data, status=201)

    @extend_schema(request=None, responses=ONE)
    def send(self, request: Request, number: str, code: str, link: str) -> Response:
        """Send it once more."""
        found = self._link()
        coordinating.send_link(found, by=actor(request))
        return Response(AnswerLinkSerializer(found).data)

    @extend_schema(request=None, responses=ONE)
    def renew_code(self, request: Request, number: str, code: str, link: str) -> Response:
        """Give it a new code; the old one opens nothing, and its time begins anew."""
        return Response(
            AnswerLinkSerializer(links.renew_code(self._link(), by=actor(request))).data
        )

    @extend_schema(request=None, responses=ONE)
    def revoke(self, request: Request, number: str, code: str, link: str) -> Response:
        """Take it back; it leads nowhere from now on."""
        return Response(AnswerLinkSerializer(links.revoke(self._link(), by=actor(request))).data)

    def _recipient(self) -> Recipient:
        rows = Recipient.objects.filter(notice=self.case().pk).asked()
        return get_object_or_404(
            rows.select_related("notice__case", "unit"), unit__code=self.kwargs["code"]
        )

    def _link(self) -> AnswerLink:
        rows = self._recipient().links.select_related("recipient", "made_by")
        return get_object_or_404(rows, pk=self.kwargs["link"])
