"""What every view of one numbered case shares: the visible case, the act, the reading, the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.versions import expected

NUMBER = r"[A-Z]{2}-\d{4}-\d{5,}"
Shape = type[BaseSerializer[Any]]


class Nothing(Serializer[Any]):
    """An act that takes nothing."""


class Numbered(OncePerKey, GenericViewSet[Case]):
    """A view of one case of the kind, found by its number; one that may not be known of does not exist."""

    kind: ClassVar[str]
    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Case.objects.none()
    lookup_field = "number"
    lookup_value_regex = NUMBER

    def whole(self, case: Case) -> Response:
        """The case as it stands now, with its version."""
        raise NotImplementedError

    def get_queryset(self) -> CaseQuerySet:
        return Case.objects.visible_to(self.request.user).of_kind(self.kind).for_list()

    def case(self) -> Case:
        """The case, when the asker may know of it; 404 otherwise."""
        return get_object_or_404(self.get_queryset(), number=self.kwargs["number"])

    def given(self, shape: Shape) -> dict[str, Any]:
        """What was sent, in the shape the act takes; 400 with the fields otherwise."""
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def act(self, do: Callable[..., Any], shape: Shape = Nothing) -> Response:
        """One act on the version the asker has seen, and the case after it."""
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
            right=Can.READ,
            via="api",
        )

    def rows(self, rows: Any, shape: Shape, what: str) -> Response:
        """Rows of the case, all of them, and the reading in the trail."""
        self.read(self.case(), what)
        return Response(shape(rows, many=True).data)
