"""How an event analysis looks in the API, and what each act takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from avvikelse.models import AnalysisParticipant, Barrier, EventAnalysis, Proposal
from patientsakerhet.cases.api.serializers import DecideMeasure, MeasureSerializer
from patientsakerhet.rest.shapes import PersonByEmail, Text


class MemberSerializer(serializers.ModelSerializer[AnalysisParticipant]):
    """Somebody who takes part: a person by address, or a name."""

    person = PersonByEmail(required=False, allow_null=True, default=None)
    name = Text(max_length=120, required=False, allow_blank=True, default="")

    class Meta:
        model = AnalysisParticipant
        fields = ("id", "person", "name", "part")
        read_only_fields = ("id",)


class BarrierSerializer(serializers.ModelSerializer[Barrier]):
    """A barrier, what became of it, and at which moment of the timeline."""

    text = Text()
    moment = serializers.IntegerField(source="moment_id", allow_null=True, default=None)

    class Meta:
        model = Barrier
        fields = ("id", "text", "held", "moment", "at")
        read_only_fields = ("id", "at")


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """A proposed measure, and the cause it is against; the decision stands in the measure."""

    measure = MeasureSerializer(read_only=True)
    cause = serializers.IntegerField(source="cause_id", allow_null=True, read_only=True)

    class Meta:
        model = Proposal
        fields = ("id", "cause", "measure")


class Propose(DecideMeasure):
    """What a proposal takes: a measure, and the cause it is against."""

    cause = serializers.IntegerField(allow_null=True, default=None)


class AnalysisSerializer(serializers.ModelSerializer[EventAnalysis]):
    """The whole analysis; its version goes with every change."""

    ordered_by = serializers.CharField(source="ordered_by.name", read_only=True)
    lead = serializers.EmailField(source="lead.email", read_only=True)
    members = MemberSerializer(many=True, read_only=True)
    barriers = BarrierSerializer(many=True, read_only=True)
    proposals = ProposalSerializer(many=True, read_only=True)

    class Meta:
        model = EventAnalysis
        fields = (
            "question",
            "ordered_by",
            "ordered_at",
            "lead",
            "due_on",
            "method",
            "contact",
            "summary",
            "lessons",
            "reported_at",
            "cleared_at",
            "members",
            "barriers",
            "proposals",
            "version",
        )
        read_only_fields = fields


class Commission(serializers.Serializer[Any]):
    """What ordering an analysis takes."""

    question = Text()
    lead = PersonByEmail()
    due_on = serializers.DateField()


class ChangeAnalysis(serializers.Serializer[Any]):
    """What may be changed in an analysis."""

    question = Text(required=False)
    lead = PersonByEmail(required=False)
    due_on = serializers.DateField(required=False)
    method = Text(required=False, allow_blank=True)
    contact = Text(required=False, allow_blank=True)
    summary = Text(required=False, allow_blank=True)
    lessons = Text(required=False, allow_blank=True)


class PlaceCause(serializers.Serializer[Any]):
    """Where a cause has its place: a moment that departed, another cause, or nowhere yet."""

    departure = serializers.IntegerField(allow_null=True, default=None)
    explains = serializers.IntegerField(allow_null=True, default=None)


class ClearText(serializers.Serializer[Any]):
    """The hash of the text that was read."""

    text_hash = serializers.CharField(max_length=64)


class ReportText(serializers.Serializer[Any]):
    """A report as text, its hash, and in the de-identified one the words to look at."""

    text = serializers.CharField()
    hash = serializers.CharField()
    looks_like_names = serializers.ListField(child=serializers.CharField())
    is_cleared = serializers.BooleanField()
