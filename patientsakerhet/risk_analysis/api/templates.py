"""The templates of risk analyses in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.access.policy import Can
from patientsakerhet.rest.shapes import Text
from patientsakerhet.rest.templates import TemplateRows, described
from patientsakerhet.risk_analysis.actions import templates
from patientsakerhet.risk_analysis.models import AnalysisTemplate
from patientsakerhet.risk_analysis.models.analysis import Occasion


class TemplateStepSerializer(serializers.Serializer[Any]):
    """A step of the process."""

    title = Text(max_length=120)
    description = Text(required=False, default="", allow_blank=True)


class TemplateRiskSerializer(serializers.Serializer[Any]):
    """A risk that comes back, in one of the steps, counted from 0, or in the whole process."""

    step = serializers.IntegerField(
        min_value=0, max_value=199, required=False, allow_null=True, default=None
    )
    title = Text(max_length=200)
    cause = Text(required=False, default="", allow_blank=True)
    consequence = Text(required=False, default="", allow_blank=True)
    existing_controls = Text(required=False, default="", allow_blank=True)


class AnalysisTemplateSerializer(serializers.Serializer[Any]):
    """A template of risk analyses, whole."""

    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=120)
    occasion = serializers.ChoiceField(choices=Occasion.choices)
    text = Text()
    is_offered = serializers.BooleanField(required=False, default=True)
    is_ours = serializers.BooleanField(read_only=True)
    steps = TemplateStepSerializer(  # type: ignore[call-arg]  # the list's own max_length
        many=True, max_length=200, source="content.steps"
    )
    risks = TemplateRiskSerializer(  # type: ignore[call-arg]  # the list's own max_length
        many=True, required=False, default=list, max_length=200, source="content.risks"
    )


@described(AnalysisTemplateSerializer)
class AnalysisTemplateViewSet(TemplateRows):
    """Find, read, add and change what risk analyses can start from."""

    queryset = AnalysisTemplate.objects.all()
    serializer_class = AnalysisTemplateSerializer
    keeps = Can.LEAD_ANALYSIS
    write = staticmethod(templates.put)
