"""How classifications and what belongs to them look in the API, and what each act takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.cases.models import Measure
from patientsakerhet.information_security.models import (
    ASPECTS,
    AffectedAdministration,
    ClassificationTemplate,
    InformationClassification,
    InputMaterial,
    Participant,
    Programme,
    SecurityFollowUp,
    SecurityRisk,
    SystemStanding,
)
from patientsakerhet.information_security.workflow import WORKFLOW
from patientsakerhet.register.models import ITSystem
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode

NAMES = tuple(name for name, _ in ASPECTS)


class SystemByName(serializers.SlugRelatedField[ITSystem]):
    """An IT system in use, by its name in the register."""

    def __init__(self, **more: Any) -> None:
        super().__init__(slug_field="name", queryset=ITSystem.objects.in_use(), **more)


class ProgrammeByCode(serializers.SlugRelatedField[Programme]):
    """A programme in force, by its code."""

    def __init__(self, **more: Any) -> None:
        super().__init__(slug_field="code", queryset=Programme.objects.none(), **more)

    def get_queryset(self) -> Any:
        return Programme.objects.current()


class Nothing(serializers.Serializer[Any]):
    """An act that takes nothing."""


class AdministrationSerializer(serializers.ModelSerializer[AffectedAdministration]):
    """An affected administration and its coordinator."""

    unit = serializers.CharField(source="unit.code", read_only=True)
    coordinator = serializers.CharField(source="coordinator.email", default=None, read_only=True)

    class Meta:
        model = AffectedAdministration
        fields = ("id", "unit", "coordinator")


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    """Somebody who took part."""

    class Meta:
        model = Participant
        fields = ("id", "name", "part")


class InputSerializer(serializers.ModelSerializer[InputMaterial]):
    """One thing of the checklist."""

    item = serializers.CharField(source="item.code", read_only=True)
    label = serializers.CharField(source="item.label", read_only=True)
    is_required = serializers.BooleanField(source="item.is_required", read_only=True)

    class Meta:
        model = InputMaterial
        fields = ("id", "item", "label", "is_required", "state", "note")


class RiskSerializer(serializers.ModelSerializer[SecurityRisk]):
    """A risk, before and after."""

    measures: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = SecurityRisk
        fields = (
            "id",
            "title",
            "threatens",
            "cause",
            "consequence",
            "controls",
            "severity",
            "likelihood",
            "score",
            "treatment",
            "treatment_reason",
            "severity_after",
            "likelihood_after",
            "score_after",
            "measures",
        )


class ClassificationSerializer(serializers.ModelSerializer[InformationClassification]):
    """A classification, whole."""

    case = CaseRow(read_only=True)
    system = serializers.CharField(source="system.name", default=None, read_only=True)
    programme = serializers.CharField(source="programme.code", default=None, read_only=True)
    owner = serializers.CharField(source="owner.email", read_only=True)
    lead = serializers.CharField(source="lead.email", read_only=True)
    delivered_by = serializers.CharField(source="delivered_by.email", default=None, read_only=True)
    decided_by = serializers.CharField(source="decided_by.email", default=None, read_only=True)
    template = serializers.CharField(source="template.name", default=None, read_only=True)
    copied_from = serializers.CharField(
        source="copied_from.case.number", default=None, read_only=True
    )
    administrations = AdministrationSerializer(many=True, read_only=True)
    participants = ParticipantSerializer(many=True, read_only=True)
    inputs = InputSerializer(many=True, read_only=True)
    risks = RiskSerializer(many=True, read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = InformationClassification
        fields = (
            "case",
            "system",
            "asset",
            "occasion",
            "programme",
            "owner",
            "lead",
            "information",
            *NAMES,
            *(f"{name}_reason" for name in NAMES),
            "delivered_at",
            "delivered_by",
            "no_risks_reason",
            "risk_assessed_at",
            "decision",
            "decision_reason",
            "decided_at",
            "decided_by",
            "decided_by_name",
            "valid_until",
            "source",
            "template",
            "copied_from",
            "administrations",
            "participants",
            "inputs",
            "risks",
            "missing",
        )

    @extend_schema_field(serializers.DictField(child=serializers.ListField()))
    def get_missing(self, row: InformationClassification) -> dict[str, list[str]]:
        """Each step that can start here, with what stands in its way."""
        return {step.name: step.missing(row) for step in WORKFLOW.available(row.case.status)}


class OrderClassification(serializers.Serializer[Any]):
    """What is to be classified: a system, or an asset at a unit; without an owner, the register's."""

    system = SystemByName(required=False, allow_null=True, default=None)
    asset = Text(required=False, default="", allow_blank=True, max_length=120)
    unit = UnitByCode(required=False, allow_null=True, default=None)
    occasion = serializers.ChoiceField(choices=InformationClassification.Occasion.choices)
    programme = ProgrammeByCode(required=False, allow_null=True, default=None)
    owner = PersonByEmail(required=False, allow_null=True, default=None)
    template = serializers.SlugRelatedField(
        slug_field="name",
        queryset=ClassificationTemplate.objects.filter(is_offered=True),
        required=False,
        allow_null=True,
        default=None,
    )
    copied_from = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="En tidigare klassnings nummer."
    )


class WriteLevels(serializers.Serializer[Any]):
    """The owner's part."""

    information = Text(allow_blank=True, max_length=20_000)

    def get_fields(self) -> Any:
        """With a level and a reason for each aspect."""
        fields = super().get_fields()
        for name in NAMES:
            fields[name] = serializers.IntegerField(min_value=0, max_value=4, allow_null=True)
            fields[f"{name}_reason"] = Text(allow_blank=True, max_length=20_000)
        return fields


class ChangeOwner(serializers.Serializer[Any]):
    """Who is to deliver instead."""

    owner = PersonByEmail()


class AddParticipant(serializers.Serializer[Any]):
    """Somebody who took part."""

    name = Text(max_length=120)
    part = Text(max_length=120)


class NameAdministration(serializers.Serializer[Any]):
    """An administration that is concerned, and its coordinator."""

    unit = UnitByCode()
    coordinator = PersonByEmail(required=False, allow_null=True, default=None)


class ByKey(serializers.Serializer[Any]):
    """One row of the classification."""

    id = serializers.IntegerField(min_value=1)


class CheckOff(ByKey):
    """How one thing of the checklist stands."""

    state = serializers.ChoiceField(choices=InputMaterial.State.choices)
    note = Text(required=False, default="", allow_blank=True, max_length=300)


class WriteRisk(serializers.Serializer[Any]):
    """A risk as it is to be; without `id` it is a new one."""

    id = serializers.IntegerField(min_value=1, required=False)
    title = Text(max_length=200)
    threatens = serializers.ChoiceField(choices=SecurityRisk.Threatens.choices)
    severity = serializers.IntegerField(min_value=1, max_value=4)
    likelihood = serializers.IntegerField(min_value=1, max_value=4)
    cause = Text(required=False, default="", allow_blank=True)
    consequence = Text(required=False, default="", allow_blank=True)
    controls = Text(required=False, default="", allow_blank=True)
    treatment = serializers.ChoiceField(
        choices=SecurityRisk.Treatment.choices, required=False, default="", allow_blank=True
    )
    treatment_reason = Text(required=False, default="", allow_blank=True)
    severity_after = serializers.IntegerField(
        min_value=1, max_value=4, required=False, allow_null=True, default=None
    )
    likelihood_after = serializers.IntegerField(
        min_value=1, max_value=4, required=False, allow_null=True, default=None
    )


class SayNoRisks(serializers.Serializer[Any]):
    """Why nothing can happen."""

    reason = Text(max_length=20_000)


class DecideRiskMeasure(ByKey):
    """A measure against the risk with this key."""

    title = Text(max_length=200)
    description = Text(required=False, default="", allow_blank=True)
    strength = serializers.ChoiceField(choices=Measure.Strength.choices)
    owner = PersonByEmail()
    owner_is_told = serializers.BooleanField()
    due_on = serializers.DateField()
    effect_sign = Text()
    effect_due_on = serializers.DateField()


class StepClassification(serializers.Serializer[Any]):
    """A step by its name; some ask why."""

    step = serializers.ChoiceField(choices=[step.name for step in WORKFLOW.steps])
    reason = Text(required=False, default="", allow_blank=True)


class DecideClassification(serializers.Serializer[Any]):
    """The owner's decision."""

    decision = serializers.ChoiceField(choices=InformationClassification.Decision.choices)
    reason = Text(max_length=20_000)
    until = serializers.DateField(required=False, allow_null=True, default=None)


class GapSerializer(serializers.ModelSerializer[SystemStanding]):
    """How a system stands."""

    system = serializers.CharField(source="system.name", default=None, read_only=True)
    managing_unit = serializers.CharField(source="managing_unit.code", default=None, read_only=True)
    is_to_review = serializers.BooleanField(read_only=True)
    programme = serializers.CharField(source="programme.code", default=None, read_only=True)
    classification = serializers.CharField(
        source="classification.number", default=None, read_only=True
    )
    under_way = serializers.CharField(source="under_way.number", default=None, read_only=True)
    requested_by = serializers.CharField(source="requested_by.email", default=None, read_only=True)

    class Meta:
        model = SystemStanding
        fields = (
            "id",
            "system",
            "asset",
            "criticality",
            "managing_unit",
            "programme",
            "levels",
            "classified_on",
            "valid_until",
            "risk_assessed_on",
            "assessed_on",
            "assessment_due_on",
            "assessment_not_needed_on",
            "changed_at",
            "is_to_review",
            "classification",
            "under_way",
            "requested_at",
            "requested_by",
            "requested_why",
        )


class RequestClassification(serializers.Serializer[Any]):
    """What is to be classified, by its key in the gap list, and why."""

    id = serializers.IntegerField(min_value=1)
    why = Text()


class FollowUpSerializer(serializers.ModelSerializer[SecurityFollowUp]):
    """A follow-up, planned or recorded."""

    unit = UnitByCode()
    system = SystemByName(required=False, allow_null=True)
    programme = ProgrammeByCode(required=False, allow_null=True)
    responsible = PersonByEmail()

    class Meta:
        model = SecurityFollowUp
        fields = (
            "id",
            "title",
            "unit",
            "system",
            "programme",
            "responsible",
            "planned_on",
            "done_on",
            "result",
            "version",
        )
        read_only_fields = ("id", "done_on", "result", "version")


class RecordFollowUp(serializers.Serializer[Any]):
    """What a follow-up showed."""

    done_on = serializers.DateField()
    result = Text(max_length=20_000)


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """A programme."""

    class Meta:
        model = Programme
        fields = (
            "code",
            "name",
            "description",
            "counted_apart",
            "valid_from",
            "valid_to",
            "version",
        )
        read_only_fields = ("valid_from", "version")
