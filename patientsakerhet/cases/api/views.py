"""Cases to read, the measures in them, and the reference lists that forms need."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.api import serializers as shapes
from patientsakerhet.cases.filters import MeasureFilter
from patientsakerhet.cases.models import Code, Measure
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models import Device, ITSystem
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged


class MeasureViewSet(ListModelMixin, RetrieveModelMixin, OncePerKey, GenericViewSet[Measure]):
    """Measures in the cases one may see, and one's own."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Measure.objects.none()
    serializer_class = shapes.MeasureSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = MeasureFilter
    lookup_value_regex = r"\d{1,18}"
    http_method_names = ["get", "patch", "post", "head", "options"]

    def get_queryset(self) -> QuerySet[Measure]:
        return Measure.objects.visible_to(actor(self.request)).select_related("owner", "unit")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        shown = [row["id"] for row in response.data["results"]]
        trail.read("measures.listed", by=actor(request), via="api", body={"measures": shown})
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        measure = self.get_object()
        trail.read(
            "measure.read",
            by=actor(request),
            via="api",
            object_type="measure",
            object_id=measure.pk,
        )
        return tagged(Response(self.get_serializer(measure).data), measure.version)

    @extend_schema(
        request=shapes.ChangeMeasure, responses={200: shapes.MeasureSerializer, **REFUSALS}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given; a later day takes a reason."""
        measure, given = self.get_object(), self._given(shapes.ChangeMeasure, request)
        return self._done(
            measures.change(measure, by=actor(request), version=expected(request), **given)
        )

    @extend_schema(request=None, responses={200: shapes.MeasureSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, pk: str) -> Response:
        """The work has begun."""
        return self._done(
            measures.begin(self.get_object(), by=actor(request), version=expected(request))
        )

    @extend_schema(request=None, responses={200: shapes.MeasureSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """The measure is done."""
        return self._done(
            measures.finish(self.get_object(), by=actor(request), version=expected(request))
        )

    @extend_schema(request=shapes.Reason, responses={200: shapes.MeasureSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """The measure is not carried out."""
        measure, given = self.get_object(), self._given(shapes.Reason, request)
        return self._done(
            measures.cancel(measure, by=actor(request), version=expected(request), **given)
        )

    @extend_schema(
        request=shapes.EffectOfMeasure, responses={200: shapes.MeasureSerializer, **REFUSALS}
    )
    @action(detail=True, methods=["post"])
    def effect(self, request: Request, pk: str) -> Response:
        """The effect has been looked at."""
        measure, given = self.get_object(), self._given(shapes.EffectOfMeasure, request)
        return self._done(
            measures.follow_up_effect(
                measure, by=actor(request), version=expected(request), **given
            )
        )

    def _given(self, shape: Any, request: Request) -> dict[str, Any]:
        taken = shape(data=request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _done(self, measure: Measure) -> Response:
        return tagged(Response(self.get_serializer(measure).data), measure.version)


class UnitViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Unit]):
    """Units in force."""

    scopes: ClassVar = {"read": Scope.REFERENCE_READ, "write": Scope.REFERENCE_READ}
    queryset = Unit.objects.none()
    serializer_class = shapes.UnitSerializer
    pagination_class = ByKeyset
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.current().select_related("care_provider").order_by("path", "pk")


class CodeViewSet(ListModelMixin, GenericViewSet[Code]):
    """Codes in one tree that may be chosen today."""

    scopes: ClassVar = {"read": Scope.REFERENCE_READ, "write": Scope.REFERENCE_READ}
    queryset = Code.objects.none()
    serializer_class = shapes.CodeSerializer
    pagination_class = ByKeyset

    def get_queryset(self) -> QuerySet[Code]:
        system = self.kwargs.get("system", "")
        return Code.objects.of(system).current().select_related("parent").order_by("position", "pk")


class ITSystemViewSet(ListModelMixin, GenericViewSet[ITSystem]):
    """IT systems in use."""

    scopes: ClassVar = {"read": Scope.REFERENCE_READ, "write": Scope.REFERENCE_READ}
    queryset = ITSystem.objects.none()
    serializer_class = shapes.ITSystemSerializer
    pagination_class = ByKeyset

    def get_queryset(self) -> QuerySet[ITSystem]:
        return (
            ITSystem.objects.filter(in_use=True)
            .select_related("managing_unit")
            .order_by("name", "pk")
        )


class DeviceViewSet(RetrieveModelMixin, GenericViewSet[Device]):
    """A device by the number on its label."""

    scopes: ClassVar = {"read": Scope.REFERENCE_READ, "write": Scope.REFERENCE_READ}
    queryset = Device.objects.none()
    serializer_class = shapes.DeviceSerializer
    lookup_field = "inventory_number"
    lookup_value_regex = r"[^/]{1,60}"

    def get_object(self) -> Device:
        written = self.kwargs["inventory_number"]
        return get_object_or_404(
            Device.objects.numbered(written).select_related("model__manufacturer")
        )
