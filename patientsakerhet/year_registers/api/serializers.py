"""How the registers of the year look in the API, and what each act takes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.organisation.models import Role
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode
from patientsakerhet.year_registers.models import (
    Meeting,
    RegisterTerm,
    Responsibility,
    RoleShare,
    State,
    Training,
)


class TermByCode(serializers.SlugRelatedField[RegisterTerm]):
    """A choice of a list, by its code."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(slug_field="code", queryset=RegisterTerm.objects.none(), **more)
        self.name = name

    def get_queryset(self) -> Any:
        return RegisterTerm.objects.of(self.name)


class TermSerializer(serializers.ModelSerializer[RegisterTerm]):
    """A choice of the registers."""

    class Meta:
        model = RegisterTerm
        fields = ("list", "code", "name", "basis", "position", "valid_from", "valid_to")


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting."""

    kind = TermByCode(RegisterTerm.List.MEETING_KIND)
    topic = TermByCode(RegisterTerm.List.MEETING_TOPIC, required=False, allow_null=True)
    title = Text(max_length=200)
    unit = UnitByCode()
    state = serializers.ChoiceField(choices=State.choices, default=State.PLANNED)
    reason = Text(max_length=200, required=False, allow_blank=True)
    notes = Text(max_length=20_000, required=False, allow_blank=True)

    class Meta:
        model = Meeting
        fields = (
            "id",
            "kind",
            "topic",
            "title",
            "held_on",
            "unit",
            "state",
            "reason",
            "participants",
            "notes",
            "confirmed_at",
            "version",
        )
        read_only_fields = ("id", "confirmed_at", "version")


class TrainingSerializer(serializers.ModelSerializer[Training]):
    """A training or an induction day."""

    kind = TermByCode(RegisterTerm.List.TRAINING_KIND)
    title = Text(max_length=200)
    last_day = serializers.DateField(required=False)
    unit = UnitByCode()
    role = serializers.ChoiceField(choices=Role.choices, required=False, allow_blank=True)
    audience = Text(max_length=200, required=False, allow_blank=True)
    state = serializers.ChoiceField(choices=State.choices, default=State.PLANNED)
    reason = Text(max_length=200, required=False, allow_blank=True)
    notes = Text(max_length=20_000, required=False, allow_blank=True)

    class Meta:
        model = Training
        fields = (
            "id",
            "kind",
            "title",
            "first_day",
            "last_day",
            "unit",
            "role",
            "audience",
            "state",
            "reason",
            "trained",
            "notes",
            "confirmed_at",
            "version",
        )
        read_only_fields = ("id", "confirmed_at", "version")


class ResponsibilitySerializer(serializers.ModelSerializer[Responsibility]):
    """Who answers for something."""

    duty = Text(max_length=200)
    function = Text(max_length=120)
    unit = UnitByCode()
    person = PersonByEmail(required=False, allow_null=True)
    post = Text(max_length=120, required=False, allow_blank=True)
    basis = Text(max_length=300)
    description = Text(max_length=20_000, required=False, allow_blank=True)

    class Meta:
        model = Responsibility
        fields = (
            "id",
            "duty",
            "function",
            "unit",
            "person",
            "post",
            "basis",
            "description",
            "valid_from",
            "valid_to",
            "version",
        )
        read_only_fields = ("id", "version")


class RoleShareSerializer(serializers.ModelSerializer[RoleShare]):
    """How much of a full post a role is."""

    person = PersonByEmail(source="assignment.person")
    role = serializers.ChoiceField(source="assignment.role", choices=Role.choices)
    unit = UnitByCode(source="assignment.unit")
    percent = serializers.IntegerField(min_value=1, max_value=100)
    note = Text(max_length=200, required=False, allow_blank=True)

    class Meta:
        model = RoleShare
        fields = (
            "id",
            "person",
            "role",
            "unit",
            "percent",
            "valid_from",
            "valid_to",
            "note",
            "version",
        )
        read_only_fields = ("id", "version")
