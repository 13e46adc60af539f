"""What every view of one notice in the API shares: its pages of rows, and the notice after an act."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.cases.api import numbered
from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import tagged
from patientsakerhet.ui.narrowing import Narrowing
from sakerhetsmeddelanden.api import shapes
from sakerhetsmeddelanden.models import SafetyNotice
from sakerhetsmeddelanden.workflow import KIND


class OfNotice(numbered.Numbered):
    """What every view of one notice needs; its lists come in pages."""

    kind = KIND
    serializer_class = shapes.NoticeSerializer  # type: ignore[assignment]  # the case's detail
    pagination_class = ByKeyset

    def whole(self, case: Case) -> Response:
        """The notice as it stands now, with its version."""
        rows = SafetyNotice.objects.for_page().prefetch_related(
            "fields__confirmed_by",
            "products__manufacturer",
            "products__models_chosen",
            "systems",
            "recipients",
            "undecided",
            "arrivals",
            "changed_answers",
            "case__measures",
        )
        notice = whole_or_404(rows, pk=case.pk)
        return tagged(Response(shapes.NoticeSerializer(notice).data), notice.case.version)

    def paged(self, rows: Any, shape: Shape, what: str) -> Response:
        """Rows of the notice in pages, and the reading in the trail."""
        self.read(self.case(), what)
        return self.get_paginated_response(shape(self.paginate_queryset(rows), many=True).data)

    def seen(self, answer: Response) -> Response:
        """The answer with the version that the notice has now."""
        version = Case.objects.values_list("version", flat=True).get(number=self.kwargs["number"])
        return tagged(answer, version)


def narrows(asked: type[Narrowing]) -> list[OpenApiParameter]:
    """How the words that a list is narrowed by are described, where its rows are no cases."""
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.STR,
            enum=[key for key, _ in one.extra.get("choices", ())] or None,
            description=str(one.label),
        )
        for name, one in asked.base_filters.items()
    ]


def narrowed(request: Request, asked: type[Narrowing], rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that the address asks for; 400 with the words that are none."""
    found = asked(request.query_params, queryset=rows)
    if not found.form.is_valid():
        raise ValidationError(found.form.errors)
    narrow: QuerySet[Any] = found.qs
    return narrow


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.NoticeSerializer, **REFUSALS})
