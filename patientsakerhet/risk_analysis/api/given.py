"""What the acts of an analysis take in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.cases.api.serializers import DecideMeasure
from patientsakerhet.cases.models import Case
from patientsakerhet.register.models import DeviceModel, ITSystem
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode
from patientsakerhet.risk_analysis.actions.proposals import DECISIONS
from patientsakerhet.risk_analysis.models import (
    AnalysisMember,
    AnalysisTemplate,
    Occasion,
    Scoring,
    ScoringMethod,
)


def _text(at_most: int | None = None) -> Text:
    return Text(max_length=at_most, required=False, allow_blank=True)


class DescribeAnalysis(serializers.Serializer[Any]):
    """What is analysed and why."""

    title = Text(max_length=200)
    occasion = serializers.ChoiceField(Occasion.choices)
    change = Text()
    scope = Text()
    delimitation = _text()
    takes_effect_on = serializers.DateField(required=False, allow_null=True)
    report_by = serializers.DateField(required=False, allow_null=True)


class CommissionAnalysis(DescribeAnalysis):
    """An analysis that is ordered."""

    unit = UnitByCode()
    commissioned_by = PersonByEmail()
    commissioned_on = serializers.DateField()
    leader = PersonByEmail()
    method = serializers.CharField(
        default="matris", help_text="Metodens kod; den version som gäller i dag."
    )
    template = serializers.SlugRelatedField(
        slug_field="name", queryset=AnalysisTemplate.objects.filter(is_offered=True), required=False
    )
    copied_from = serializers.CharField(required=False, help_text="En tidigare analys nummer.")
    raised_from = serializers.CharField(required=False, help_text="Ärendet som väckte den.")

    def validate_method(self, code: str) -> ScoringMethod:
        """The version in force today."""
        found = ScoringMethod.objects.current().filter(code=code).first()
        if found is None:
            raise serializers.ValidationError("Det finns ingen sådan metod i dag.")
        return found


class AddAnalysisMember(serializers.Serializer[Any]):
    """Somebody who takes part: with an account, or by name."""

    person = PersonByEmail(required=False)
    name = _text(120)
    title = _text(120)
    part = serializers.ChoiceField(AnalysisMember.Part.choices)


class OneRowOfAnalysis(serializers.Serializer[Any]):
    """Which one, by its key."""

    id = serializers.IntegerField(min_value=1)


class HandOverAnalysis(serializers.Serializer[Any]):
    """Who leads it from now on."""

    leader = PersonByEmail()


class PatientViewOfAnalysis(serializers.Serializer[Any]):
    """How the patient's view is taken care of."""

    patient_view = Text(allow_blank=True)


class AddProcessStep(serializers.Serializer[Any]):
    """A step of the process."""

    title = Text(max_length=120)
    description = _text()


class ChangeProcessStep(AddProcessStep, OneRowOfAnalysis):
    """The same, of the step with this key."""


class MoveProcessStep(OneRowOfAnalysis):
    """One place up, or down."""

    up = serializers.BooleanField()


class OfRisk(serializers.Serializer[Any]):
    """Which risk, by its number in the analysis."""

    risk = serializers.IntegerField(min_value=1)


class AddAnalysisRisk(serializers.Serializer[Any]):
    """A risk in words, and what it is watched by."""

    title = Text(max_length=200)
    step = serializers.IntegerField(required=False, allow_null=True, help_text="Stegets id.")
    cause = _text()
    consequence = _text()
    existing_controls = _text()
    watched_words = _text(200)
    systems = serializers.PrimaryKeyRelatedField(
        many=True, queryset=ITSystem.objects.all(), required=False
    )
    products = serializers.PrimaryKeyRelatedField(
        many=True, queryset=DeviceModel.objects.all(), required=False
    )
    raised_from = serializers.CharField(required=False, help_text="Ärendet som väckte den.")


class ChangeAnalysisRisk(OfRisk, AddAnalysisRisk):
    """The same, of the risk with this number."""

    raised_from = None  # type: ignore[assignment]  # a risk keeps what woke it


class ScoreRisk(OfRisk):
    """One step on each of the method's scales."""

    stage = serializers.ChoiceField([Scoring.Stage.BEFORE, Scoring.Stage.AFTER])
    severity = serializers.IntegerField(min_value=1)
    probability = serializers.IntegerField(min_value=1)
    detection = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    reason = _text()


class ReasonOfAnalysisRisk(OfRisk):
    """Why."""

    reason = Text(allow_blank=True)


class ReviewRisk(OfRisk):
    """What looking at the risk again came to."""

    note = Text()
    severity = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    probability = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    detection = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class Aimed(serializers.Serializer[Any]):
    """Which risks a measure is to lower, by number."""

    risks = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1)


class ProposeMeasure(Aimed, DecideMeasure):
    """A measure that the team proposes."""


class AimMeasure(Aimed):
    """The same, of the measure with this key."""

    measure = serializers.IntegerField(min_value=1)


class DecideProposal(serializers.Serializer[Any]):
    """Yes or no to a proposal; no asks why."""

    measure = serializers.IntegerField(min_value=1)
    measure_version = serializers.IntegerField(min_value=1)
    decision = serializers.ChoiceField(DECISIONS)
    reason = _text()


class ConcludeAnalysis(serializers.Serializer[Any]):
    """What the analysis comes to."""

    conclusion = Text()


class TakeAnalysisStep(serializers.Serializer[Any]):
    """One arrow of the workflow."""

    step = serializers.CharField(max_length=30)
    reason = Text(required=False, allow_blank=True, default="")


def case_called(number: str, cases: Any) -> Case | None:
    """The case with this number among those the asker may read."""
    found: Case | None = cases.filter(number=number.strip().upper()).first()
    return found
