"""Classifications in the API: to find, to read, to order, and every act of the pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import (
    assessing,
    classifying,
    deciding,
    ordering,
    preparing,
)
from patientsakerhet.information_security.actions.assessing import Risk
from patientsakerhet.information_security.actions.ordering import Order
from patientsakerhet.information_security.api import serializers as shapes
from patientsakerhet.information_security.filters import ClassificationFilter
from patientsakerhet.information_security.models import InformationClassification
from patientsakerhet.information_security.things import owner_of
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.rest.idempotency import HEADER, OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Reasons
from patientsakerhet.rest.versions import expected, tagged

NAMESPACE = uuid.UUID("7f5d3b0e-3c0a-4f0f-8e55-1f3b8d8c2a61")
"""Makes submission ids of idempotency keys, so that the key alone gives one classification for ever."""
Shape = type[BaseSerializer[Any]]


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(
        request=shape, responses={200: shapes.ClassificationSerializer, **REFUSALS}
    )


class ClassificationViewSet(OncePerKey, GenericViewSet[InformationClassification]):
    """Find, read, order, deliver, assess and decide information classifications."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = InformationClassification.objects.none()
    serializer_class = shapes.ClassificationSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ClassificationFilter
    lookup_field = "number"
    lookup_value_regex = r"[A-Z]{2}-\d{4}-\d{5,}"

    def get_queryset(self) -> QuerySet[InformationClassification]:
        return InformationClassification.objects.visible_to(self.request.user)

    @extend_schema(responses={200: shapes.ClassificationSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The classifications one may see, the latest ordered first, narrowed as on the page."""
        rows = self._whole_rows(self.filter_queryset(self.get_queryset()))
        shown: Any = self.paginate_queryset(rows) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={
                "list": "classifications",
                "query": request.query_params.dict(),
                "cases": [row.pk for row in shown],
            },
        )
        return self.get_paginated_response(shapes.ClassificationSerializer(shown, many=True).data)

    @extend_schema(responses={200: shapes.ClassificationSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The classification, whole."""
        case = self._case()
        trail.read(
            "case.read",
            by=actor(request),
            case_id=case.pk,
            number=case.number,
            right=Can.READ_CLASSIFICATION,
            via="api",
        )
        return self._whole(case)

    @extend_schema(
        request=shapes.OrderClassification,
        responses={201: shapes.ClassificationSerializer, 409: Reasons},
    )
    def create(self, request: Request) -> Response:
        """The classification is ordered of its owner; sent again with the same key it is the same."""
        person = actor(request)
        check_anywhere(person, Can.LEAD_CLASSIFICATION)
        told = self._given(shapes.OrderClassification)
        if told["owner"] is None and told["system"] is not None:
            told["owner"] = owner_of(told["system"])
        if told["owner"] is None:
            raise NotReady("Skriv vem som äger informationen.")
        told["copied_from"] = self._earlier(told["copied_from"])
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        case = ordering.order(Order(**told), by=person, submission=uuid.uuid5(NAMESPACE, key))
        answer = self._whole(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @takes(shapes.WriteLevels)
    @action(detail=True, methods=["post"])
    def write(self, request: Request, number: str) -> Response:
        """Save the owner's part, whole or not."""
        told = self._given(shapes.WriteLevels)
        return self._done(
            classifying.write,
            information=told["information"],
            levels={name: told[name] for name in shapes.NAMES},
            reasons={name: told[f"{name}_reason"] for name in shapes.NAMES},
        )

    @takes(shapes.ChangeOwner)
    @action(detail=True, methods=["post"], url_path="change-owner")
    def change_owner(self, request: Request, number: str) -> Response:
        """Ask somebody else to deliver."""
        return self._done(ordering.change_owner, **self._given(shapes.ChangeOwner))

    @takes(shapes.AddParticipant)
    @action(detail=True, methods=["post"], url_path="add-participant")
    def add_participant(self, request: Request, number: str) -> Response:
        """Say that somebody took part."""
        return self._done(classifying.add_participant, **self._given(shapes.AddParticipant))

    @takes(shapes.ByKey)
    @action(detail=True, methods=["post"], url_path="remove-participant")
    def remove_participant(self, request: Request, number: str) -> Response:
        """Say that somebody did not take part."""
        return self._with("participants", classifying.remove_participant, shapes.ByKey)

    @takes(shapes.NameAdministration)
    @action(detail=True, methods=["post"], url_path="name-administration")
    def name_administration(self, request: Request, number: str) -> Response:
        """Say that an administration is concerned, and who its coordinator is."""
        return self._done(preparing.name_administration, **self._given(shapes.NameAdministration))

    @takes(shapes.ByKey)
    @action(detail=True, methods=["post"], url_path="remove-administration")
    def remove_administration(self, request: Request, number: str) -> Response:
        """Say that an administration is not concerned."""
        return self._with("administrations", preparing.remove_administration, shapes.ByKey)

    @takes(shapes.CheckOff)
    @action(detail=True, methods=["post"], url_path="check-off")
    def check_off(self, request: Request, number: str) -> Response:
        """Say how one thing of the checklist stands."""
        return self._with("inputs", preparing.check_off, shapes.CheckOff)

    @takes(shapes.WriteRisk)
    @action(detail=True, methods=["post"], url_path="write-risk")
    def write_risk(self, request: Request, number: str) -> Response:
        """Add a risk, or change the one with this key."""
        case, told = self._case(), self._given(shapes.WriteRisk)
        key = told.pop("id", None)
        given: dict[str, Any] = {"by": actor(request), "version": expected(request)}
        if key is None:
            assessing.add_risk(case, Risk(**told), **given)
        else:
            row = self._row(case, "risks", key)
            assessing.change_risk(row, Risk(**told), **given)
        return self._whole(case)

    @takes(shapes.ByKey)
    @action(detail=True, methods=["post"], url_path="remove-risk")
    def remove_risk(self, request: Request, number: str) -> Response:
        """Take a risk away."""
        return self._with("risks", assessing.remove_risk, shapes.ByKey)

    @takes(shapes.SayNoRisks)
    @action(detail=True, methods=["post"], url_path="say-no-risks")
    def say_no_risks(self, request: Request, number: str) -> Response:
        """Say why there are no risks."""
        return self._done(assessing.say_no_risks, **self._given(shapes.SayNoRisks))

    @takes(shapes.DecideRiskMeasure)
    @action(detail=True, methods=["post"], url_path="decide-measure")
    def decide_measure(self, request: Request, number: str) -> Response:
        """Decide a measure against a risk."""
        return self._with("risks", assessing.decide_measure, shapes.DecideRiskMeasure)

    @takes(shapes.StepClassification)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way."""
        case, told = self._case(), self._given(shapes.StepClassification)
        deciding.take_step(
            case,
            told["step"],
            by=actor(request),
            reason=told["reason"],
            version=expected(request),
        )
        return self._whole(case)

    @takes(shapes.DecideClassification)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, number: str) -> Response:
        """Decide about the risks, and how long the classification holds."""
        return self._done(deciding.decide, **self._given(shapes.DecideClassification))

    def _case(self) -> Case:
        """The classification's case, when the asker may know of it; 404 otherwise."""
        rows = self.get_queryset().select_related("case__owning_unit")
        return get_object_or_404(rows, case__number=self.kwargs["number"]).case

    def _earlier(self, number: str) -> InformationClassification | None:
        """The classification with this number that the asker may read; none when nothing is said."""
        if not number:
            return None
        rows = InformationClassification.objects.visible_to(self.request.user)
        found = rows.filter(case__number__iexact=number.strip()).first()
        if found is None:
            raise NotReady("Klassningen som ska kopieras finns inte.")
        return found

    def _row(self, case: Case, name: str, key: int) -> Any:
        rows = getattr(case.information_classification, name)
        return get_object_or_404(rows.select_related("classification__case"), pk=key)

    def _given(self, shape: Shape) -> dict[str, Any]:
        """What was sent, in the act's shape; whoever may not know of the case gets 404 first."""
        if "number" in self.kwargs:
            self._case()
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _done(self, do: Callable[..., Any], **given: Any) -> Response:
        case = self._case()
        do(case, by=actor(self.request), version=expected(self.request), **given)
        return self._whole(case)

    def _with(self, name: str, do: Callable[..., Any], shape: Shape) -> Response:
        case, told = self._case(), self._given(shape)
        row = self._row(case, name, told.pop("id"))
        do(row, by=actor(self.request), version=expected(self.request), **told)
        return self._whole(case)

    def _whole(self, case: Case) -> Response:
        """The classification as it stands now, with its version."""
        row = whole_or_404(self._whole_rows(InformationClassification.objects.all()), pk=case.pk)
        return tagged(Response(shapes.ClassificationSerializer(row).data), row.case.version)

    def _whole_rows(self, rows: Any) -> Any:
        return (
            rows.for_page()
            .select_related("case__filing_unit")
            .prefetch_related(
                "administrations__unit",
                "administrations__coordinator",
                "participants",
                "inputs__item",
                "risks__measures",
                "case__measures",
                "case__authority_reports__kind",
            )
        )
