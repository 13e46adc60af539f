"""How major incidents look in the API, and what each act takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patientsakerhet.cases.api.serializers import CaseRow, MeasureSerializer, TicketSerializer
from patientsakerhet.cases.models import ExternalTicket
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import WORKFLOW
from patientsakerhet.register.models import ITSystem
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode


class _Names(serializers.ModelSerializer[MajorIncident]):
    """What a row and the whole have in common."""

    case = CaseRow(read_only=True)
    systems: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)


class IncidentRow(_Names):
    """A major incident in a list."""

    gathered_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = MajorIncident
        fields = (
            "case",
            "declared_at",
            "started_at",
            "noticed_at",
            "ended_at",
            "severity",
            "systems",
            "gathered_count",
        )


class MajorIncidentSerializer(_Names):
    """A major incident, whole; the deviations are those the asker may read."""

    declared_by = serializers.CharField(source="declared_by.email", read_only=True)
    units: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    tickets = TicketSerializer(source="case.tickets", many=True, read_only=True)
    measures = MeasureSerializer(source="case.measures", many=True, read_only=True)
    deviations = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = MajorIncident
        fields = (
            "case",
            "declared_at",
            "declared_by",
            "started_at",
            "noticed_at",
            "ended_at",
            "what_happened",
            "workaround",
            "severity",
            "consequence",
            "cause",
            "lessons",
            "systems",
            "units",
            "tickets",
            "measures",
            "deviations",
            "missing",
        )

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_deviations(self, row: MajorIncident) -> list[str]:
        """Their numbers."""
        keys = [one.case_id for one in row.gathered.all()]
        visible = self.context["visible"].filter(pk__in=keys)
        return list(visible.order_by("pk").values_list("number", flat=True))

    @extend_schema_field(serializers.DictField(child=serializers.ListField()))
    def get_missing(self, row: MajorIncident) -> dict[str, list[str]]:
        """Each step that can start here, with what stands in its way."""
        return {step.name: step.missing(row) for step in WORKFLOW.available(row.case.status)}


class _Systems(serializers.SlugRelatedField[ITSystem]):
    """IT systems in use, by their names in the register."""

    def __init__(self, **more: Any) -> None:
        super().__init__(slug_field="name", queryset=ITSystem.objects.in_use(), **more)


class ConcernIncident(serializers.Serializer[Any]):
    """Which systems and units it concerns."""

    systems = serializers.ListField(child=_Systems(), max_length=200)
    units = serializers.ListField(child=UnitByCode(), max_length=200)


class DeclareIncident(serializers.Serializer[Any]):
    """What has failed, since when, for whom, and who leads the work."""

    title = Text(max_length=200)
    unit = UnitByCode()
    what_happened = Text()
    started_at = serializers.DateTimeField()
    noticed_at = serializers.DateTimeField()
    declared_at = serializers.DateTimeField()
    leader = PersonByEmail(required=False, allow_null=True, default=None)
    systems = serializers.ListField(child=_Systems(), required=False, default=list, max_length=200)
    units = serializers.ListField(child=UnitByCode(), required=False, default=list, max_length=200)


class DescribeIncident(serializers.Serializer[Any]):
    """What happened, when, and what it meant for care."""

    title = Text(max_length=200)
    what_happened = Text()
    started_at = serializers.DateTimeField()
    noticed_at = serializers.DateTimeField()
    declared_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    workaround = Text(required=False, default="", allow_blank=True)
    severity = serializers.ChoiceField(
        choices=MajorIncident.Severity.choices, required=False, default="", allow_blank=True
    )
    consequence = Text(required=False, default="", allow_blank=True)


class LeadIncident(serializers.Serializer[Any]):
    """Who leads the work from now on."""

    leader = PersonByEmail()


class LearnFromIncident(serializers.Serializer[Any]):
    """Why it happened, and what was learnt."""

    cause = Text(allow_blank=True)
    lessons = Text(allow_blank=True)


class IncidentTicket(serializers.Serializer[Any]):
    """Its number in another system."""

    kind = serializers.ChoiceField(choices=ExternalTicket.Kind.choices)
    system = Text(max_length=60)
    number = Text(max_length=60)
    url = serializers.URLField(required=False, allow_blank=True, default="")


class OneTicket(serializers.Serializer[Any]):
    """A number, by its key."""

    id = serializers.IntegerField(min_value=1)


class GatheredNumber(serializers.Serializer[Any]):
    """A deviation, by its number."""

    number = Text(max_length=30)


class StepOfIncident(serializers.Serializer[Any]):
    """A step by its name; some ask why."""

    step = serializers.ChoiceField(choices=[step.name for step in WORKFLOW.steps])
    reason = Text(required=False, default="", allow_blank=True)
