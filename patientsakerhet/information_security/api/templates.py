"""The templates of classifications in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.access.policy import Can
from patientsakerhet.information_security.actions import templates
from patientsakerhet.information_security.models import (
    ASPECTS,
    ClassificationTemplate,
    SecurityRisk,
)
from patientsakerhet.rest.shapes import Text
from patientsakerhet.rest.templates import TemplateRows, described


class TemplateReasonsSerializer(serializers.Serializer[Any]):
    """A reason, or a question to the owner, for each aspect."""

    def get_fields(self) -> Any:
        """One text for each aspect."""
        fields = super().get_fields()
        for name, _ in ASPECTS:
            fields[name] = Text(required=False, default="", allow_blank=True)
        return fields


class TemplateSecurityRiskSerializer(serializers.Serializer[Any]):
    """A risk that comes back; its numbers are a proposal."""

    title = Text(max_length=200)
    threatens = serializers.ChoiceField(choices=SecurityRisk.Threatens.choices)
    cause = Text(required=False, default="", allow_blank=True)
    consequence = Text(required=False, default="", allow_blank=True)
    controls = Text(required=False, default="", allow_blank=True)
    severity = serializers.IntegerField(min_value=1, max_value=4)
    likelihood = serializers.IntegerField(min_value=1, max_value=4)


class ClassificationTemplateSerializer(serializers.Serializer[Any]):
    """A template of classifications, whole; levels are the owner's to set."""

    id = serializers.IntegerField(read_only=True)
    name = Text(max_length=120)
    text = Text()
    is_offered = serializers.BooleanField(required=False, default=True)
    is_ours = serializers.BooleanField(read_only=True)
    information = Text(required=False, default="", allow_blank=True, source="content.information")
    reasons = TemplateReasonsSerializer(required=False, default=dict, source="content.reasons")
    risks = TemplateSecurityRiskSerializer(  # type: ignore[call-arg]  # the list's own max_length
        many=True, required=False, default=list, max_length=100, source="content.risks"
    )


@described(ClassificationTemplateSerializer)
class ClassificationTemplateViewSet(TemplateRows):
    """Find, read, add and change what classifications can start from."""

    queryset = ClassificationTemplate.objects.all()
    serializer_class = ClassificationTemplateSerializer
    keeps = Can.LEAD_CLASSIFICATION
    write = staticmethod(templates.put)
