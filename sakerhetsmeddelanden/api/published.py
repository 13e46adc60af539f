"""Notices that the authority has published, in the API: found, and checked where none has come."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
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
from patientsakerhet.organisation.models import Person
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Text
from sakerhetsmeddelanden.actions import published
from sakerhetsmeddelanden.incoming_filters import PublishedFilter
from sakerhetsmeddelanden.models import PublishedNotice


class PublishedSerializer(serializers.ModelSerializer[PublishedNotice]):
    """An entry of the authority's list, the notice here that it is about, and what was found."""

    notice = serializers.CharField(source="notice.case.number", default=None, read_only=True)
    checked_by = serializers.CharField(source="checked_by.name", default=None, read_only=True)

    class Meta:
        model = PublishedNotice
        fields = (
            "id",
            "number",
            "published_on",
            "manufacturer",
            "product",
            "reference",
            "address",
            "notice",
            "checked_at",
            "checked_by",
            "note",
        )
        read_only_fields = fields


class Found(serializers.Serializer[Any]):
    """What was found."""

    note = Text(max_length=300)


class PublishedViewSet(OncePerKey, GenericViewSet[PublishedNotice]):
    """The authority's list, for those who handle notices."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = PublishedNotice.objects.none()
    serializer_class = PublishedSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = PublishedFilter
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[PublishedNotice]:
        rows = PublishedNotice.objects.select_related("notice__case", "checked_by")
        return rows.order_by("-published_on", "-pk")

    @extend_schema(responses={200: PublishedSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """What has been published, newest first."""
        person = self._manager()
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        trail.read(
            "published_notices.listed",
            by=person,
            via="api",
            right=Can.MANAGE_NOTICES,
            body={"entries": [one.pk for one in page]},
        )
        return self.get_paginated_response(PublishedSerializer(page, many=True).data)

    @extend_schema(request=Found, responses={200: PublishedSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Write down why it has not come."""
        person = self._manager()
        row = get_object_or_404(self.get_queryset(), pk=pk)
        told = Found(data=request.data)
        told.is_valid(raise_exception=True)
        published.check(row.pk, told.validated_data["note"], by=person)
        return Response(PublishedSerializer(self.get_queryset().get(pk=row.pk)).data)

    def _manager(self) -> Person:
        person = actor(self.request)
        policy.check_anywhere(person, Can.MANAGE_NOTICES)
        return person
