"""Devices that came to a unit after one notice had gone out, in the API: read, and decided about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected
from sakerhetsmeddelanden.actions import arrivals
from sakerhetsmeddelanden.api import given, shapes
from sakerhetsmeddelanden.api.numbered import OfNotice
from sakerhetsmeddelanden.models import LateArrival


class ArrivalViewSet(OfNotice):
    """The late arrivals of one notice; a decision takes the notice's version."""

    @extend_schema(responses={200: shapes.ArrivalSerializer(many=True)})
    def list(self, request: Request, number: str) -> Response:
        """What has come, and what was decided about it."""
        rows = self._rows().order_by("found_at", "pk")
        return self.paged(rows, shapes.ArrivalSerializer, "notice.arrivals_read")

    @extend_schema(
        request=given.NoticeReason, responses={200: shapes.ArrivalSerializer, **REFUSALS}
    )
    def ask(self, request: Request, number: str, pk: int) -> Response:
        """Ask the unit about the device."""
        return self._decide(arrivals.ask)

    @extend_schema(
        request=given.NoticeReason, responses={200: shapes.ArrivalSerializer, **REFUSALS}
    )
    def leave(self, request: Request, number: str, pk: int) -> Response:
        """The unit need not be asked."""
        return self._decide(arrivals.leave)

    def _decide(self, act: Callable[..., Any]) -> Response:
        row = get_object_or_404(self._rows(), pk=self.kwargs["pk"])
        version = expected(self.request)
        act(row, by=actor(self.request), version=version, **self.given(given.NoticeReason))
        return self.seen(Response(shapes.ArrivalSerializer(self._rows().get(pk=row.pk)).data))

    def _rows(self) -> QuerySet[LateArrival]:
        rows = LateArrival.objects.filter(notice=self.case().pk)
        return rows.select_related("device__model", "unit", "notice__case")
