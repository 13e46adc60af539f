"""How analyses and risks look in the API, field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.cases.models import Measure
from patientsakerhet.risk_analysis.models import (
    AnalysisMember,
    AnalysisReport,
    ProcessStep,
    Risk,
    RiskAnalysis,
    RiskReview,
    Scoring,
)
from patientsakerhet.risk_analysis.querysets import measures_of
from patientsakerhet.risk_analysis.workflow import WORKFLOW


class AnalysisMemberSerializer(serializers.ModelSerializer[AnalysisMember]):
    """Somebody who takes part."""

    person = serializers.CharField(source="person.email", default=None, read_only=True)

    class Meta:
        model = AnalysisMember
        fields = ("id", "name", "title", "part", "person")


class ProcessStepSerializer(serializers.ModelSerializer[ProcessStep]):
    """A step of the process."""

    class Meta:
        model = ProcessStep
        fields = ("id", "position", "title", "description")


class ScoringSerializer(serializers.ModelSerializer[Scoring]):
    """One judgement."""

    by = serializers.CharField(source="by.name", default=None, read_only=True)

    class Meta:
        model = Scoring
        fields = (
            "stage", "severity", "probability", "detection", "score", "band", "reason", "by", "at",
        )  # fmt: skip


class RiskReviewSerializer(serializers.ModelSerializer[RiskReview]):
    """A review that waits or is answered."""

    handled_by = serializers.CharField(source="handled_by.name", default=None, read_only=True)

    class Meta:
        model = RiskReview
        fields = ("proposed_at", "outcome", "note", "handled_at", "handled_by")


class AnalysedRiskSerializer(serializers.ModelSerializer[Risk]):
    """A risk with its judgements, measures and reviews."""

    raised_from = serializers.CharField(source="raised_from.number", default=None, read_only=True)
    scorings = ScoringSerializer(many=True, read_only=True)
    reviews = RiskReviewSerializer(many=True, read_only=True)
    measures = serializers.SerializerMethodField()

    class Meta:
        model = Risk
        fields = (
            "serial", "title", "step", "cause", "consequence", "existing_controls",
            "watched_words", "systems", "products", "raised_from", "accepted_reason", "score",
            "band", "reviewed_at", "withdrawn_at", "withdrawn_reason", "scorings", "measures",
            "reviews",
        )  # fmt: skip

    def get_measures(self, risk: Risk) -> list[int]:
        """The keys of what is proposed or decided against it."""
        return [one.measure_id for one in risk.aims.all()]


class ProposedMeasureSerializer(serializers.ModelSerializer[Measure]):
    """A measure of the analysis, with what was decided about it."""

    owner = serializers.CharField(source="owner.email", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None, read_only=True)

    class Meta:
        model = Measure
        fields = (
            "id", "title", "description", "strength", "owner", "unit", "due_on", "status",
            "decided_at", "decided_by", "decision_reason", "effect_sign", "effect_due_on",
            "effect", "effect_result", "version",
        )  # fmt: skip


class AnalysisReportSerializer(serializers.ModelSerializer[AnalysisReport]):
    """One edition of the final report, with the hashes of its files."""

    pdf = serializers.CharField(source="pdf.sha256", read_only=True)
    word = serializers.CharField(source="word.sha256", read_only=True)
    signed_by = serializers.CharField(source="signed_by.name", read_only=True)

    class Meta:
        model = AnalysisReport
        fields = ("edition", "pdf", "word", "signed_by", "signed_at")


class RiskAnalysisSerializer(serializers.ModelSerializer[RiskAnalysis]):
    """An analysis, whole."""

    case = CaseRow(read_only=True)
    commissioned_by = serializers.CharField(
        source="commissioned_by.email", default=None, read_only=True
    )
    method = serializers.CharField(source="method.code", read_only=True)
    method_version = serializers.IntegerField(source="method.version", read_only=True)
    template = serializers.CharField(source="template.name", default=None, read_only=True)
    copied_from = serializers.CharField(
        source="copied_from.case.number", default=None, read_only=True
    )
    members = AnalysisMemberSerializer(many=True, read_only=True)
    steps = ProcessStepSerializer(many=True, read_only=True)
    risks = AnalysedRiskSerializer(many=True, read_only=True)
    measures = serializers.SerializerMethodField()
    reports = AnalysisReportSerializer(many=True, read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = RiskAnalysis
        fields = (
            "case", "source", "commissioned_by", "commissioner", "commissioned_on", "occasion", "change", "scope",
            "delimitation", "takes_effect_on", "report_by", "method", "method_version",
            "patient_view", "conclusion", "template", "copied_from", "members", "steps", "risks",
            "measures", "reports", "missing",
        )  # fmt: skip

    @extend_schema_field(ProposedMeasureSerializer(many=True))
    def get_measures(self, analysis: RiskAnalysis) -> Any:
        """What is proposed and decided."""
        return ProposedMeasureSerializer(measures_of(analysis.case), many=True).data

    def get_missing(self, analysis: RiskAnalysis) -> dict[str, list[str]]:
        """Step -> what stands in its way from here."""
        available = WORKFLOW.available(analysis.case.status)
        return {step.name: step.missing(analysis) for step in available}


class RegisteredRiskSerializer(serializers.ModelSerializer[Risk]):
    """A risk in the register."""

    analysis = serializers.CharField(source="analysis.case.number", read_only=True)
    unit = serializers.CharField(source="analysis.case.owning_unit.code", read_only=True)
    status = serializers.CharField(source="analysis.case.status", read_only=True)
    measures = serializers.IntegerField(source="measures_count", read_only=True)
    waits_for_review = serializers.BooleanField(source="waits", read_only=True)

    class Meta:
        model = Risk
        fields = (
            "analysis", "serial", "title", "score", "band", "unit", "status", "measures",
            "waits_for_review", "reviewed_at",
        )  # fmt: skip
