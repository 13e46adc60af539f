"""The register of risks in the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.risk_analysis.api import shapes
from patientsakerhet.risk_analysis.exchange import lists
from patientsakerhet.risk_analysis.models import Risk
from patientsakerhet.risk_analysis.register_filters import RiskFilter


class RiskViewSet(GenericViewSet[Risk]):
    """The risks of every analysis one may see."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Risk.objects.none()
    serializer_class = shapes.RegisteredRiskSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = RiskFilter

    def get_queryset(self) -> QuerySet[Risk]:
        return Risk.objects.visible_to(self.request.user).standing()

    @extend_schema(responses={200: shapes.RegisteredRiskSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The register, gravest first, narrowed by the same filters as the page's."""
        rows = lists.for_register(self.filter_queryset(self.get_queryset()))
        page = self.paginate_queryset(rows) or []
        trail.read(
            "list.read",
            by=actor(request),
            right=Can.READ,
            via="api",
            body={
                "list": "risks",
                "query": request.query_params.dict(),
                "cases": sorted({one.analysis_id for one in page}),
            },
        )
        shown: Any = shapes.RegisteredRiskSerializer(page, many=True).data
        return self.get_paginated_response(shown)
