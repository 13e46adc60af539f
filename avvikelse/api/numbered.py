"""What every view of one deviation shares: the visible case, the act, the reading, the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from avvikelse.api import serializers as shapes
from avvikelse.models import Deviation
from patientsakerhet.access.models import Scope
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged

NUMBER = r"[A-Z]{2}-\d{4}-\d{5,}"
Shape = type[BaseSerializer[Any]]


class Numbered(OncePerKey, GenericViewSet[Case]):
    """What every view of one deviation needs: the visible case, and the answer after an act."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Case.objects.none()
    serializer_class = shapes.DeviationSerializer  # type: ignore[assignment]  # the case's detail
    lookup_field = "number"
    lookup_value_regex = NUMBER

    def get_queryset(self) -> CaseQuerySet:
        return Case.objects.visible_to(self.request.user).of_kind("deviation").for_list()

    def case(self) -> Case:
        """The case, when the asker may know of it; 404 otherwise."""
        return get_object_or_404(self.get_queryset(), number=self.kwargs["number"])

    def given(self, shape: Shape) -> dict[str, Any]:
        """What was sent, in the shape the act takes; 400 with the fields otherwise."""
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def whole(self, case: Case) -> Response:
        """The deviation as it stands now, with its version."""
        deviation = whole_or_404(Deviation.objects.for_page(), case.pk)
        return tagged(Response(shapes.DeviationSerializer(deviation).data), deviation.case.version)

    def act(self, do: Callable[..., Any], shape: Shape = shapes.Nothing) -> Response:
        """One act on the version the asker has seen, and the deviation after it."""
        case = self.case()
        version = expected(self.request)
        do(case, by=actor(self.request), version=version, **self.given(shape))
        return self.whole(case)

    def read(self, case: Case, what: str) -> None:
        """The reading, in the trail."""
        trail.read(
            what,
            by=actor(self.request),
            case_id=case.pk,
            number=case.number,
            right="read",
            via="api",
        )

    def rows(self, rows: Any, shape: Shape, what: str) -> Response:
        """Rows of the case, and the reading in the trail."""
        self.read(self.case(), what)
        return Response(shape(rows, many=True).data)


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.DeviationSerializer, **REFUSALS})
