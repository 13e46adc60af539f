"""Impact assessments in the API: to find, to read, to begin, and every act of the pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import advising, impact, impact_measures
from patientsakerhet.information_security.actions.impact import Processing, Rights
from patientsakerhet.information_security.api.classifications import Shape
from patientsakerhet.information_security.api.serializers import (
    ByKey,
    DecideRiskMeasure,
    ProgrammeByCode,
    SystemByName,
)
from patientsakerhet.information_security.filters import AssessmentFilter
from patientsakerhet.information_security.impact_workflow import WORKFLOW
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    RightsRisk,
    ScreeningAnswer,
)
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.rest.idempotency import HEADER, OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, PersonByEmail, Reasons, Text, UnitByCode
from patientsakerhet.rest.versions import expected, tagged

NAMESPACE = uuid.UUID("c54b9c54-9f3e-4a38-8a5b-0d9fbb0c9d3e")
"""Makes submission ids of idempotency keys, so that the key alone gives one assessment for ever."""


class ScreeningAnswerSerializer(serializers.ModelSerializer[ScreeningAnswer]):
    """One criterion and its answer."""

    criterion = serializers.CharField(source="criterion.code", read_only=True)
    wording = serializers.CharField(source="criterion.label", read_only=True)

    class Meta:
        model = ScreeningAnswer
        fields = ("criterion", "wording", "applies")


class RightsRiskSerializer(serializers.ModelSerializer[RightsRisk]):
    """A risk to people, before and after, with its measures."""

    measures: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = RightsRisk
        fields = (
            "id",
            "title",
            "consequence",
            "severity",
            "likelihood",
            "score",
            "response",
            "severity_after",
            "likelihood_after",
            "score_after",
            "measures",
        )


class ImpactSerializer(serializers.ModelSerializer[ImpactAssessment]):
    """An impact assessment, whole."""

    case = CaseRow(read_only=True)
    system = serializers.CharField(source="system.name", default=None, read_only=True)
    programme = serializers.CharField(source="programme.code", default=None, read_only=True)
    owner = serializers.CharField(source="owner.email", read_only=True)
    officer_person = serializers.CharField(
        source="officer_person.email", default=None, read_only=True
    )
    lead = serializers.CharField(source="lead.email", read_only=True)
    decided_by = serializers.CharField(source="decided_by.email", default=None, read_only=True)
    screening = ScreeningAnswerSerializer(many=True, read_only=True)
    risks = RightsRiskSerializer(many=True, read_only=True)
    remains_high = serializers.BooleanField(read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = ImpactAssessment
        fields = (
            "case",
            "processing",
            "system",
            "programme",
            "owner",
            "lead",
            "description",
            "necessity",
            "views",
            "officer",
            "officer_person",
            "advice",
            "advice_text",
            "advised_on",
            "consulted_on",
            "consultation_answered_on",
            "consultation_answer",
            "decision",
            "decision_reason",
            "decided_at",
            "decided_by",
            "review_on",
            "screening",
            "risks",
            "remains_high",
            "missing",
        )

    @extend_schema_field(serializers.DictField(child=serializers.ListField()))
    def get_missing(self, row: ImpactAssessment) -> dict[str, list[str]]:
        """Each step that can start here, with what stands in its way."""
        return {step.name: step.missing(row) for step in WORKFLOW.available(row.case.status)}


class StartImpact(serializers.Serializer[Any]):
    """Which processing is assessed, where, and who answers for it."""

    processing = Text(max_length=160)
    owner = PersonByEmail()
    unit = UnitByCode(required=False, allow_null=True, default=None)
    system = SystemByName(required=False, allow_null=True, default=None)
    programme = ProgrammeByCode(required=False, allow_null=True, default=None)


class ScreenImpact(serializers.Serializer[Any]):
    """Yes or no to each criterion, by its code."""

    answers = serializers.DictField(child=serializers.BooleanField())


class WriteImpact(serializers.Serializer[Any]):
    """The processing in words."""

    description = Text(allow_blank=True)
    necessity = Text(allow_blank=True)
    views = Text(required=False, default="", allow_blank=True)


class WriteRightsRisk(serializers.Serializer[Any]):
    """A risk as it is to be; without `id` it is a new one."""

    id = serializers.IntegerField(min_value=1, required=False)
    title = Text(max_length=200)
    severity = serializers.IntegerField(min_value=1, max_value=4)
    likelihood = serializers.IntegerField(min_value=1, max_value=4)
    consequence = Text(required=False, default="", allow_blank=True)
    response = Text(required=False, default="", allow_blank=True)
    severity_after = serializers.IntegerField(
        min_value=1, max_value=4, required=False, allow_null=True, default=None
    )
    likelihood_after = serializers.IntegerField(
        min_value=1, max_value=4, required=False, allow_null=True, default=None
    )


class ChooseOfficer(serializers.Serializer[Any]):
    """The data protection officer: somebody here, or another by name."""

    officer_person = PersonByEmail(required=False, allow_null=True, default=None)
    officer = Text(max_length=120, required=False, default="", allow_blank=True)


class AdviseImpact(serializers.Serializer[Any]):
    """The data protection officer's advice."""

    advice = serializers.ChoiceField(choices=ImpactAssessment.Advice.choices)
    text = Text()


class ConsultImpact(serializers.Serializer[Any]):
    """Prior consultation."""

    consulted_on = serializers.DateField()
    answered_on = serializers.DateField(required=False, allow_null=True, default=None)
    answer = Text(required=False, default="", allow_blank=True)


class DecideImpact(serializers.Serializer[Any]):
    """The decision."""

    decision = serializers.ChoiceField(choices=ImpactAssessment.Decision.choices)
    reason = Text()
    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class StepImpact(serializers.Serializer[Any]):
    """A step by its name; some ask why."""

    step = serializers.ChoiceField(choices=[step.name for step in WORKFLOW.steps])
    reason = Text(required=False, default="", allow_blank=True)


def takes(shape: Shape) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: ImpactSerializer, **REFUSALS})


class ImpactViewSet(OncePerKey, GenericViewSet[ImpactAssessment]):
    """Find, read, begin, write and decide impact assessments."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = ImpactAssessment.objects.none()
    serializer_class = ImpactSerializer
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = AssessmentFilter
    lookup_field = "number"
    lookup_value_regex = r"[A-Z]{2}-\d{4}-\d{5,}"

    def get_queryset(self) -> QuerySet[ImpactAssessment]:
        return ImpactAssessment.objects.visible_to(self.request.user)

    @extend_schema(responses={200: ImpactSerializer(many=True)})
    def list(self, request: Request) -> Response:
        """The assessments one may see, the latest begun first, narrowed as on the page."""
        rows = _whole(self.filter_queryset(self.get_queryset()))
        shown: Any = self.paginate_queryset(rows) or []
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={
                "list": "impact_assessments",
                "query": request.query_params.dict(),
                "cases": [row.pk for row in shown],
            },
        )
        return self.get_paginated_response(ImpactSerializer(shown, many=True).data)

    @extend_schema(responses={200: ImpactSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The assessment, whole."""
        case = self._case()
        trail.read(
            "case.read",
            by=actor(request),
            case_id=case.pk,
            number=case.number,
            right=Can.READ_CLASSIFICATION,
            via="api",
        )
        return self._answer(case)

    @extend_schema(request=StartImpact, responses={201: ImpactSerializer, 409: Reasons})
    def create(self, request: Request) -> Response:
        """The assessment is begun; sent again with the same key it is the same."""
        person = actor(request)
        check_anywhere(person, Can.LEAD_CLASSIFICATION)
        told = self._given(StartImpact)
        if told["unit"] is None and told["system"] is not None:
            told["unit"] = told["system"].managing_unit
        if told["unit"] is None:
            raise NotReady("Skriv vilken enhet behandlingen hör till.")
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        case = impact.start(Processing(**told), by=person, submission=uuid.uuid5(NAMESPACE, key))
        answer = self._answer(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @takes(ScreenImpact)
    @action(detail=True, methods=["post"])
    def screen(self, request: Request, number: str) -> Response:
        """Answer the criteria."""
        told = self._given(ScreenImpact)["answers"]
        rows = self._case().impact_assessment.screening.select_related("criterion")
        known = {row.criterion.code: row.criterion_id for row in rows}
        if unknown := set(told) - set(known):
            raise serializers.ValidationError({"answers": sorted(unknown)})
        return self._do(impact.screen, {known[code]: yes for code, yes in told.items()})

    @takes(WriteImpact)
    @action(detail=True, methods=["post"])
    def write(self, request: Request, number: str) -> Response:
        """Describe the processing and why it is necessary."""
        return self._do(impact.write, **self._given(WriteImpact))

    @takes(WriteRightsRisk)
    @action(detail=True, methods=["post"], url_path="write-risk")
    def write_risk(self, request: Request, number: str) -> Response:
        """Add a risk, or change the one with this key."""
        told = self._given(WriteRightsRisk)
        key = told.pop("id", None)
        row = self._risk(key) if key is not None else None
        return self._do(impact.put_risk, Rights(**told), row=row)

    @takes(ByKey)
    @action(detail=True, methods=["post"], url_path="remove-risk")
    def remove_risk(self, request: Request, number: str) -> Response:
        """Take a risk away."""
        case, row = self._case(), self._risk(self._given(ByKey)["id"])
        impact.remove_risk(row, by=actor(request), version=expected(request))
        return self._answer(case)

    @takes(DecideRiskMeasure)
    @action(detail=True, methods=["post"], url_path="decide-measure")
    def decide_measure(self, request: Request, number: str) -> Response:
        """Decide a measure against a risk."""
        told = self._given(DecideRiskMeasure)
        case, row = self._case(), self._risk(told.pop("id"))
        impact_measures.decide_measure(row, by=actor(request), version=expected(request), **told)
        return self._answer(case)

    @takes(ChooseOfficer)
    @action(detail=True, methods=["post"], url_path="choose-officer")
    def choose_officer(self, request: Request, number: str) -> Response:
        """Choose the data protection officer; one with an account is asked and advises herself."""
        return self._do(advising.choose_officer, **self._given(ChooseOfficer))

    @takes(AdviseImpact)
    @action(detail=True, methods=["post"])
    def advise(self, request: Request, number: str) -> Response:
        """Write down the data protection officer's advice."""
        return self._do(advising.advise, **self._given(AdviseImpact))

    @takes(ConsultImpact)
    @action(detail=True, methods=["post"])
    def consult(self, request: Request, number: str) -> Response:
        """Write down the prior consultation."""
        return self._do(impact.consult, **self._given(ConsultImpact))

    @takes(DecideImpact)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, number: str) -> Response:
        """Decide about the processing."""
        return self._do(impact.decide, **self._given(DecideImpact))

    @takes(StepImpact)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way."""
        told = self._given(StepImpact)
        return self._do(impact.take_step, told["step"], reason=told["reason"])

    def _case(self) -> Case:
        """The assessment's case, when the asker may know of it; 404 otherwise."""
        rows = self.get_queryset().select_related("case__owning_unit")
        return get_object_or_404(rows, case__number=self.kwargs["number"]).case

    def _risk(self, key: int) -> RightsRisk:
        rows = RightsRisk.objects.filter(assessment=self._case().pk)
        return get_object_or_404(rows.select_related("assessment__case"), pk=key)

    def _given(self, shape: Shape) -> dict[str, Any]:
        """What was sent, in the act's shape; whoever may not know of the case gets 404 first."""
        if "number" in self.kwargs:
            self._case()
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _do(self, do: Callable[..., Any], *told: Any, **given: Any) -> Response:
        case = self._case()
        do(case, *told, by=actor(self.request), version=expected(self.request), **given)
        return self._answer(case)

    def _answer(self, case: Case) -> Response:
        """The assessment as it stands now, with its version."""
        row = whole_or_404(_whole(ImpactAssessment.objects.all()), pk=case.pk)
        return tagged(Response(ImpactSerializer(row).data), row.case.version)


def _whole(rows: Any) -> Any:
    return (
        rows.for_page()
        .select_related("case__filing_unit")
        .prefetch_related(
            "screening__criterion",
            "risks__measures",
            "case__measures",
            "case__authority_reports__kind",
        )
    )
