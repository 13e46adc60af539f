"""How deviations look in the API, field by field, and what each act takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from avvikelse.actions.investigation import DEVICE_CODES
from avvikelse.models import (
    Assessment,
    Cause,
    Deviation,
    DeviceCode,
    Handover,
    Investigation,
    Note,
    TimelineEntry,
)
from patientsakerhet.cases import kinds
from patientsakerhet.cases.api.serializers import CaseRow, DeadlineSerializer
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.register.models import Device, ITSystem
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode


class CodeIn(serializers.SlugRelatedField[Code]):
    """A code in one tree that may be chosen today, by its code."""

    def __init__(self, system: str, **more: Any) -> None:
        self.system = system
        super().__init__(slug_field="code", queryset=Code.objects.none(), **more)

    def get_queryset(self) -> Any:
        return Code.objects.of(self.system).current()


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """One judgement; the score is severity times probability."""

    by = serializers.CharField(source="by.name", default=None, read_only=True)

    class Meta:
        model = Assessment
        fields = (
            "id",
            "stage",
            "actual",
            "potential",
            "probability",
            "score",
            "is_downgrade",
            "reason",
            "by",
            "at",
        )


class Assess(serializers.Serializer[Any]):
    """A new judgement; lower than the one before it takes a reason."""

    actual = serializers.IntegerField(min_value=0, max_value=4)
    potential = serializers.IntegerField(min_value=1, max_value=4)
    probability = serializers.IntegerField(min_value=1, max_value=4)
    reason = Text(required=False, allow_blank=True, default="")


class DeviationSerializer(serializers.ModelSerializer[Deviation]):
    """A deviation, whole."""

    case = CaseRow(read_only=True)
    kind = serializers.CharField(source="kind.code", default=None, read_only=True)
    event_class = serializers.CharField(source="event_class.code", default=None, read_only=True)
    cause_class = serializers.CharField(source="cause_class.code", default=None, read_only=True)
    device = serializers.CharField(source="device.inventory_number", default=None, read_only=True)
    system = serializers.CharField(source="system.name", default=None, read_only=True)
    parent = serializers.CharField(source="case.parent.number", default=None, read_only=True)
    deadlines = DeadlineSerializer(source="case.deadlines", many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Deviation
        fields = (
            "case",
            "parent",
            "door",
            "channel",
            "what_happened",
            "immediate_action",
            "consequence",
            "could_have_happened",
            "suggestion",
            "nature",
            "affected",
            "occurred_at",
            "occurred_until",
            "precision",
            "discovered_at",
            "place",
            "device",
            "device_text",
            "device_serial",
            "system",
            "system_text",
            "kind",
            "event_class",
            "cause_class",
            "needs_event_analysis",
            "deadlines",
            "steps",
        )

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "step": {"type": "string"},
                    "label": {"type": "string"},
                    "missing": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    )
    def get_steps(self, deviation: Deviation) -> list[dict[str, Any]]:
        """The steps from here, with what is missing before each."""
        flow = kinds.of(deviation.case.kind).workflow
        return [
            {"step": step.name, "label": step.label, "missing": step.missing(deviation)}
            for step in flow.available(deviation.case.status)
        ]


class NoteSerializer(serializers.ModelSerializer[Note]):
    """A note, fact or judgement."""

    text = Text()
    source = Text(max_length=200, required=False, allow_blank=True, default="")
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = Note
        fields = ("id", "kind", "text", "source", "by", "by_title", "at", "withdrawn_at")
        read_only_fields = ("id", "by_title", "at", "withdrawn_at")


class TimelineSerializer(serializers.ModelSerializer[TimelineEntry]):
    """A moment in the course of events."""

    text = Text()
    expected = Text(required=False, allow_blank=True, default="")
    source = Text(max_length=200, required=False, allow_blank=True, default="")

    class Meta:
        model = TimelineEntry
        fields = ("id", "at", "precision", "text", "departs", "expected", "source", "version")
        read_only_fields = ("id", "version")


class CauseSerializer(serializers.ModelSerializer[Cause]):
    """A cause in its area, with evidence."""

    area = CodeIn("cause_area")
    text = Text()
    evidence = Text()

    class Meta:
        model = Cause
        fields = ("id", "area", "text", "evidence", "at")
        read_only_fields = ("id", "at")


class DeviceCodeSerializer(serializers.ModelSerializer[DeviceCode]):
    """An IMDRF term that describes what happened to a device."""

    system = serializers.CharField(source="code.system.key", read_only=True)
    code = serializers.CharField(source="code.code", read_only=True)
    label = serializers.CharField(source="code.label", read_only=True)

    class Meta:
        model = DeviceCode
        fields = ("id", "system", "code", "label")


class AddDeviceCode(serializers.Serializer[Any]):
    """An IMDRF term, by its code."""

    code = serializers.SlugRelatedField(slug_field="code", queryset=Code.objects.none())

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        terms = Code.objects.current().filter(system__key__startswith=DEVICE_CODES)
        fields["code"] = serializers.SlugRelatedField(slug_field="code", queryset=terms)
        return fields


class HandoverSerializer(serializers.ModelSerializer[Handover]):
    """A handover, received or not."""

    from_unit = serializers.CharField(source="from_unit.code", read_only=True)
    to_unit = serializers.CharField(source="to_unit.code", read_only=True)

    class Meta:
        model = Handover
        fields = ("from_unit", "to_unit", "basis", "at", "received_at", "returned_at")


class InvestigationSerializer(serializers.ModelSerializer[Investigation]):
    """The investigation's answers."""

    class Meta:
        model = Investigation
        fields = (
            "similar_before",
            "similar_answer",
            "similar_search",
            "similar_hits",
            "could_recur",
            "patient_view",
            "is_event_analysis",
        )


class AnswerSimilar(serializers.Serializer[Any]):
    """Whether anything similar has happened before, and the search behind the answer."""

    answer = serializers.ChoiceField(Investigation.Recurrence.choices)
    text = Text(required=False, allow_blank=True, default="")
    search = Text(max_length=300)


class Conclude(serializers.Serializer[Any]):
    """The investigation's other answers; what is left out stays."""

    could_recur = Text(required=False, allow_blank=True)
    patient_view = Text(required=False, allow_blank=True)
    is_event_analysis = serializers.BooleanField(required=False)
    closing_note = Text(required=False, allow_blank=True)


class Classify(serializers.Serializer[Any]):
    """Codes; what is left out stays."""

    kind = CodeIn("deviation_kind", required=False)
    event_class = CodeIn("event_class", required=False)
    cause_class = CodeIn("cause_class", required=False)


class Nothing(serializers.Serializer[Any]):
    """An act that takes nothing but the case's version."""


class WithText(serializers.Serializer[Any]):
    """An act that takes a text."""

    text = Text()


class WithReason(serializers.Serializer[Any]):
    """An act that takes a reason."""

    reason = Text()


class Reject(serializers.Serializer[Any]):
    """Why it is no deviation, and what the reporter is answered."""

    reason = Text()
    answer = Text()


class Coordinate(serializers.Serializer[Any]):
    """The unit that gets the case."""

    to = UnitByCode()
    basis = serializers.ChoiceField(Handover.Basis.choices, required=False, default="")
    note = Text(required=False, allow_blank=True, default="")


class HandOver(serializers.Serializer[Any]):
    """Another unit that gets the case, and why."""

    to = UnitByCode()
    basis = serializers.ChoiceField(Handover.Basis.choices, required=False, default="")
    reason = Text()


class Receive(serializers.Serializer[Any]):
    """Who investigates; the receiver herself when nobody is named."""

    handler = PersonByEmail(required=False)


class Appoint(serializers.Serializer[Any]):
    """Who handles the case from now on."""

    handler = PersonByEmail()


class Secrecy(serializers.Serializer[Any]):
    """A secrecy level, and why."""

    secrecy = serializers.ChoiceField(Case.Secrecy.choices)
    reason = Text()


class Tie(serializers.Serializer[Any]):
    """What of the register the case is about; what is left out stays."""

    device = serializers.SlugRelatedField(
        slug_field="inventory_number", queryset=Device.objects.all(), required=False
    )
    system = serializers.PrimaryKeyRelatedField(queryset=ITSystem.objects.all(), required=False)


class Share(serializers.Serializer[Any]):
    """Who reads an extract, until when, and on what ground."""

    unit = UnitByCode()
    until = serializers.DateField()
    ground = Text(max_length=300)


class StopSharing(serializers.Serializer[Any]):
    """Who no longer reads the extract."""

    unit = UnitByCode()


class Into(serializers.Serializer[Any]):
    """The case that becomes the parent."""

    into = serializers.CharField(max_length=20)
