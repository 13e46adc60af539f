"""The measures in the API: definitions, numbers, and the rows behind each."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from rapporter import figures, registry, rights
from rapporter.exchange.lists import row_of
from rapporter.forms.asking import AskingForm, OneForm, described
from rapporter.registry import Asked, Measure, UnknownMeasure


class FigureSerializer(serializers.Serializer[Any]):
    """A measure with its number; null when one may not read what it counts."""

    key = serializers.CharField()
    version = serializers.IntegerField()
    code_hash = serializers.CharField()
    valid_from = serializers.DateField()
    section = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    date_field = serializers.CharField()
    unit = serializers.CharField()
    direction = serializers.CharField()
    disclosure = serializers.CharField()
    figure = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    as_of = serializers.DateTimeField()
    value = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True)
    rows = serializers.CharField(help_text="Adressen till raderna som räknas.")


class CountedRow(serializers.Serializer[Any]):
    """A row that is counted: its page, and what it shows."""

    address = serializers.CharField()
    values = serializers.DictField()
    part = serializers.DecimalField(
        max_digits=14, decimal_places=4, help_text="Vad raden räknas som; summan är måttets värde."
    )


ASKED = [
    OpenApiParameter("year", int, description="Kalenderåret; utan det i år."),
    OpenApiParameter("part", str, description="Del av året: m1–m12, k1–k4 eller v1–v53."),
    OpenApiParameter("unit", str, description="Enhetens kod; den och de under den."),
    OpenApiParameter("first", str, description="Första dagen, med `last`; går före året."),
    OpenApiParameter("last", str, description="Sista dagen."),
    OpenApiParameter("known", str, description="Dagen: som det då var känt."),
]
OF_ONE = [
    *ASKED,
    OpenApiParameter("breakdown", str, description="En uppdelning av måttet, med `value`."),
    OpenApiParameter("value", str, description="Bara den del av uppdelningen som har det värdet."),
]


class FigureViewSet(GenericViewSet[Any]):
    """Read the registered measures."""

    scopes: ClassVar = {"read": Scope.CASES_READ}
    serializer_class = FigureSerializer
    pagination_class = ByKeyset
    lookup_field = "measure"
    lookup_value_regex = r"[a-z0-9_.-]+"

    @extend_schema(parameters=ASKED, responses={200: FigureSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """Every measure with its number for a year, of what one may read."""
        asked = self._asked()
        found = [self._told(one, asked) for one in figures.every(asked)]
        trail.read(
            "list.read",
            by=asked.by,
            via="api",
            body={"list": "figures", "filter": described(asked)},
        )
        return Response(FigureSerializer(found, many=True).data)

    @extend_schema(parameters=OF_ONE, responses={200: FigureSerializer})
    def retrieve(self, request: Request, measure: str) -> Response:
        """One measure with its number."""
        found = self._measure()
        asked = self._asked(found)
        value = found.answer(asked).value if found.readable_by(actor(request)) else None
        return Response(FigureSerializer(self._told(figures.Figure(found, value), asked)).data)

    @extend_schema(parameters=OF_ONE, responses={200: CountedRow(many=True)})
    @action(detail=True, methods=["get"])
    def rows(self, request: Request, measure: str) -> Response:
        """Exactly the rows that are counted."""
        found = self._measure()
        asked = self._asked(found)
        check_anywhere(actor(request), *found.needs)
        rows: Any = self.paginate_queryset(found.rows_for(asked)) or []
        trail.read(
            "list.read",
            by=asked.by,
            via="api",
            body={
                "list": f"figure:{found.key}",
                "filter": described(asked),
                "rows": [row.pk for row in rows],
            },
        )
        headings = figures.headings(found)
        told = [
            {
                "address": found.address(row),
                "values": dict(zip(headings, figures.cells(found, row, asked), strict=True)),
                "part": round(found.part(row, asked), 4),
            }
            for row in rows
        ]
        return self.get_paginated_response(CountedRow(told, many=True).data)

    def _asked(self, measure: Measure | None = None) -> Asked:
        by = actor(self.request)
        check_anywhere(by, *rights.SOME)
        given = self.request.query_params.dict()
        form = AskingForm(given) if measure is None else OneForm(measure, given)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(one) for one in said] for name, said in form.errors.items()}
            )
        return form.asked(by)

    def _measure(self) -> Measure:
        try:
            return registry.of(self.kwargs["measure"])
        except UnknownMeasure as unknown:
            raise Http404 from unknown

    def _told(self, one: figures.Figure, asked: Asked) -> dict[str, Any]:
        return {
            **row_of(one),
            "direction": one.measure.direction,
            "disclosure": one.measure.disclosure,
            "first": asked.first,
            "last": asked.last,
            "as_of": asked.as_of,
            "value": None if one.value is None else round(one.value, 4),
            "rows": reverse("api-figure-rows", args=[one.measure.key]),
        }
