"""Answers of one notice that were changed after the supplier was told, in the API: read, and let be."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected
from sakerhetsmeddelanden.actions import corrections
from sakerhetsmeddelanden.api import given
from sakerhetsmeddelanden.api.numbered import OfNotice
from sakerhetsmeddelanden.models import ChangedAnswer


class ChangedAnswerSerializer(serializers.ModelSerializer[ChangedAnswer]):
    """What the supplier was told of a unit, what it says since, and what came of that."""

    unit = serializers.CharField(source="recipient.unit.code")

    class Meta:
        model = ChangedAnswer
        fields = (
            "id",
            "unit",
            "was",
            "now",
            "reason",
            "changed_at",
            "handled_at",
            "outcome",
            "outcome_reason",
        )


class ChangedAnswerViewSet(OfNotice):
    """The changed answers of one notice; a new reply settles them, or a reason for none."""

    @extend_schema(responses={200: ChangedAnswerSerializer(many=True)})
    def list(self, request: Request, number: str) -> Response:
        """Every answer that was changed too late, handled or not."""
        rows = self._rows().order_by("changed_at", "pk")
        return self.paged(rows, ChangedAnswerSerializer, "notice.changed_answers_read")

    @extend_schema(request=given.NoticeReason, responses={200: ChangedAnswerSerializer, **REFUSALS})
    def leave(self, request: Request, number: str, pk: int) -> Response:
        """The supplier need not be told."""
        row = get_object_or_404(self._rows(), pk=pk)
        told: dict[str, Any] = self.given(given.NoticeReason)
        corrections.leave(row, by=actor(request), version=expected(request), **told)
        return self.seen(Response(ChangedAnswerSerializer(self._rows().get(pk=row.pk)).data))

    def _rows(self) -> QuerySet[ChangedAnswer]:
        rows = ChangedAnswer.objects.filter(notice=self.case().pk)
        return rows.select_related("recipient__unit", "notice__case")
