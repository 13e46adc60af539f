"""The figures of notices in the API: whom each reached and missed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from sakerhetsmeddelanden.figure_filters import FigureFilter
from sakerhetsmeddelanden.figure_words import reached_of
from sakerhetsmeddelanden.models import NoticeTally
from sakerhetsmeddelanden.models.tally import COUNTED, SEEN
from sakerhetsmeddelanden.workflow import KIND

SHARES = ("recall", "device_recall", "answered", "answered_in_time", "affected_answered_in_time")


class FiguresSerializer(serializers.ModelSerializer[NoticeTally]):
    """One notice's counts and the shares that come of them; a share without anything to divide by is null."""

    number = serializers.CharField(source="notice.case.number")
    shares = serializers.SerializerMethodField(
        help_text="Mellan 0 och 1. Precisionen är ett spann så länge någon inte har svarat."
    )

    class Meta:
        model = NoticeTally
        fields = ("number", "first_sent_at", "counted_at", *COUNTED, *SEEN, "median_days", "shares")

    def get_shares(self, tally: NoticeTally) -> dict[str, float | None]:
        """The shares, computed as on the page."""
        reached = reached_of(tally)
        low, high = reached.precision or (None, None)
        shares = {name: getattr(reached, name) for name in SHARES}
        return {"precision_low": low, "precision_high": high, **shares}


class FiguresViewSet(GenericViewSet[NoticeTally]):
    """Read how well the notices one may see reached those they concern."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = NoticeTally.objects.none()
    serializer_class = FiguresSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = FigureFilter

    def get_queryset(self) -> QuerySet[NoticeTally]:
        visible = Case.objects.visible_to(self.request.user).of_kind(KIND)
        return NoticeTally.objects.of_cases(visible).select_related("notice__case")

    @extend_schema(responses={200: FiguresSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """A row for each notice that has been sent, the latest first."""
        rows = self.filter_queryset(self.get_queryset())
        shown: Any = self.paginate_queryset(rows) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={
                "list": "notice_figures",
                "query": request.query_params.dict(),
                "cases": [row.pk for row in shown],
            },
        )
        return self.get_paginated_response(FiguresSerializer(shown, many=True).data)
