"""Major incidents in the API: to find, to read, to declare, and every act of the pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.api import numbered
from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.api.serializers import DecideMeasure
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.major_incidents.actions import declaring, gathering, handling
from patientsakerhet.major_incidents.api import shapes
from patientsakerhet.major_incidents.filters import IncidentFilter
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.querysets import MajorIncidentQuerySet
from patientsakerhet.major_incidents.workflow import KIND
from patientsakerhet.rest.idempotency import HEADER
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Reasons
from patientsakerhet.rest.versions import expected, tagged

NAMESPACE = uuid.UUID("3b6cf0de-6a1f-4f5e-9d55-0a3c5f6f8a17")
"""Makes submission ids of idempotency keys, so that the key alone gives one incident for ever."""


def act(shape: Shape, path: str) -> Any:
    """An act by POST at an address of its own, and how it is described."""

    def described(method: Any) -> Any:
        routed = action(detail=True, methods=["post"], url_path=path)(method)
        answers = {200: shapes.MajorIncidentSerializer, **REFUSALS}
        return extend_schema(request=shape, responses=answers)(routed)

    return described


class MajorIncidentViewSet(numbered.Numbered):
    """Find, read, declare, describe, gather under, learn from and close major incidents."""

    kind = KIND
    serializer_class = shapes.MajorIncidentSerializer  # type: ignore[assignment]  # the case's detail
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    queryset = MajorIncident.objects.none()  # type: ignore[assignment]  # the case's detail
    filterset_class = IncidentFilter

    def get_queryset(self) -> MajorIncidentQuerySet:  # type: ignore[override]  # the case's detail
        return MajorIncident.objects.visible_to(self.request.user)

    def case(self) -> Case:
        """The incident's case, when the asker may know of it; 404 otherwise."""
        rows = self.get_queryset().select_related("case__owning_unit", "case__handler")
        return get_object_or_404(rows, case__number=self.kwargs["number"]).case

    def whole(self, case: Case) -> Response:
        """The incident as it stands now, with its version."""
        row = whole_or_404(MajorIncident.objects.whole(), pk=case.pk)
        told = {"visible": Case.objects.visible_to(self.request.user)}
        shown = shapes.MajorIncidentSerializer(row, context=told)
        return tagged(Response(shown.data), row.case.version)

    @extend_schema(responses={200: shapes.IncidentRow(many=True)})
    def list(self, request: Request) -> Response:
        """The incidents one may see, the latest declared first, narrowed as on the page."""
        rows: Any = self.filter_queryset(self.get_queryset())
        found: Any = self.paginate_queryset(rows.counted().for_rows()) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={"query": request.query_params.dict(), "cases": [one.pk for one in found]},
        )
        return self.get_paginated_response(shapes.IncidentRow(found, many=True).data)

    @extend_schema(responses={200: shapes.MajorIncidentSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The incident, whole."""
        case = self.case()
        self.read(case, "case.read")
        return self.whole(case)

    @extend_schema(
        request=shapes.DeclareIncident,
        responses={201: shapes.MajorIncidentSerializer, 409: Reasons},
    )
    def create(self, request: Request) -> Response:
        """The incident is declared; sent again with the same key it is the same."""
        person = actor(request)
        check_anywhere(person, Can.LEAD_INCIDENT)
        told = self.given(shapes.DeclareIncident)
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        case = declaring.declare(
            declaring.Declaration(**told), by=person, submission=uuid.uuid5(NAMESPACE, key)
        )
        answer = self.whole(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @act(shapes.DescribeIncident, "describe")
    def describe(self, request: Request, number: str) -> Response:
        """Say what happened, when, and what it meant for care."""
        return self.act(handling.describe, shapes.DescribeIncident)

    @act(shapes.ConcernIncident, "concern")
    def concern(self, request: Request, number: str) -> Response:
        """Say which systems and units it concerns."""
        return self.act(declaring.concern, shapes.ConcernIncident)

    @act(shapes.LeadIncident, "hand-over")
    def hand_over(self, request: Request, number: str) -> Response:
        """Let somebody else lead the work."""
        return self.act(declaring.hand_over, shapes.LeadIncident)

    @act(shapes.LearnFromIncident, "learn")
    def learn(self, request: Request, number: str) -> Response:
        """Say why it happened and what was learnt."""
        return self.act(handling.learn, shapes.LearnFromIncident)

    @act(shapes.IncidentTicket, "add-ticket")
    def add_ticket(self, request: Request, number: str) -> Response:
        """Add its number in another system."""
        return self.act(handling.add_ticket, shapes.IncidentTicket)

    @act(shapes.OneTicket, "remove-ticket")
    def remove_ticket(self, request: Request, number: str) -> Response:
        """Take a number away."""
        case, version = self.case(), expected(request)
        rows = case.tickets.select_related("case")
        row = get_object_or_404(rows, pk=self.given(shapes.OneTicket)["id"])
        handling.remove_ticket(case, row, by=actor(request), version=version)
        return self.whole(case)

    @act(shapes.GatheredNumber, "gather")
    def gather(self, request: Request, number: str) -> Response:
        """Gather a deviation under it."""
        return self._with_other(gathering.gather)

    @act(shapes.GatheredNumber, "release")
    def release(self, request: Request, number: str) -> Response:
        """Let a deviation go."""
        return self._with_other(gathering.release)

    @act(DecideMeasure, "decide-measure")
    def decide_measure(self, request: Request, number: str) -> Response:
        """Decide a measure because of it."""
        return self.act(handling.decide_measure, DecideMeasure)

    @act(shapes.StepOfIncident, "step")
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way."""
        case, version = self.case(), expected(request)
        told = self.given(shapes.StepOfIncident)
        handling.take_step(
            case, told["step"], by=actor(request), reason=told["reason"], version=version
        )
        return self.whole(case)

    def _with_other(self, do: Any) -> Response:
        case, version = self.case(), expected(self.request)
        wanted = self.given(shapes.GatheredNumber)["number"]
        other = Case.objects.visible_to(self.request.user).filter(number=wanted).first()
        if other is None:
            raise NotReady("Avvikelsen finns inte.")
        do(case, other, by=actor(self.request), version=version)
        return self.whole(case)
