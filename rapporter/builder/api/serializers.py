"""How reports and their figures look in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from patientsakerhet.organisation.models import Role, Unit
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode
from rapporter.builder.actions import telling
from rapporter.builder.models import ReportShare, SavedReport
from rapporter.builder.questions import Picture
from rapporter.builder.spans import Span


class AnyUnitByCode(UnitByCode):
    """A unit by its code; one that has closed has its past."""

    def get_queryset(self) -> Any:
        return Unit.objects.all()


class SavedReportSerializer(serializers.ModelSerializer[SavedReport]):
    """A report: what it asks, who owns it, how often it is mailed."""

    name = Text(max_length=120)
    measure = serializers.CharField(max_length=100, help_text="Måttets nyckel.")
    breakdown = serializers.CharField(
        max_length=40,
        help_text="`week`, `month`, `quarter`, `year`, eller nyckeln för en av måttets uppdelningar.",
    )
    picture = serializers.ChoiceField(choices=Picture.choices)
    span = serializers.ChoiceField(choices=Span.choices)
    unit = AnyUnitByCode(required=False, allow_null=True)
    schedule = serializers.ChoiceField(
        choices=SavedReport.Schedule.choices, required=False, allow_blank=True
    )
    owner = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    next_at = serializers.SerializerMethodField(help_text="När länken mejlas nästa gång.")

    class Meta:
        model = SavedReport
        fields = (
            "id",
            "name",
            "measure",
            "breakdown",
            "picture",
            "span",
            "first",
            "last",
            "unit",
            "schedule",
            "next_at",
            "owner",
            "changed_at",
            "version",
        )
        read_only_fields = ("id", "changed_at", "version")

    def get_next_at(self, row: SavedReport) -> datetime | None:
        """The moment that whoever sees it is told, while it is mailed."""
        return telling.following(row.schedule)


class ReportShareSerializer(serializers.ModelSerializer[ReportShare]):
    """Whom a report is shared with: a person, or those with a role at a unit or below it."""

    person = PersonByEmail(required=False, allow_null=True)
    unit = UnitByCode(required=False, allow_null=True)
    role = serializers.ChoiceField(
        choices=Role.choices, required=False, allow_blank=True, help_text="Tom: alla roller."
    )

    class Meta:
        model = ReportShare
        fields = ("person", "unit", "role")


class PartSerializer(serializers.Serializer[Any]):
    """One part of the number, and the page of its rows."""

    name = serializers.CharField()
    value = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True)
    rows = serializers.CharField()


class ReportFiguresSerializer(serializers.Serializer[Any]):
    """What a report shows whoever asks: of what she may read, as it is known now."""

    measure = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    version = serializers.IntegerField()
    code_hash = serializers.CharField()
    divided_by = serializers.CharField()
    unit = serializers.CharField(help_text="Vad talen räknas i.")
    first = serializers.DateField()
    last = serializers.DateField()
    as_of = serializers.DateTimeField()
    finding = serializers.CharField()
    total = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True)
    parts = PartSerializer(many=True)
