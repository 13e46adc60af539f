"""How the spine's rows look in the API, field by field, and what its acts take."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.cases.models import (
    Attachment,
    Case,
    Code,
    Comment,
    Deadline,
    ExternalTicket,
    Link,
    Measure,
    Transition,
)
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models import Device, ITSystem
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode


class UnitSerializer(serializers.ModelSerializer[Unit]):
    """A unit."""

    care_provider = serializers.CharField(source="care_provider.name", read_only=True)

    class Meta:
        model = Unit
        fields = ("code", "name", "hsa_id", "care_provider", "receives_cases")


class CodeSerializer(serializers.ModelSerializer[Code]):
    """A code that may be chosen today."""

    parent = serializers.CharField(source="parent.code", default=None, read_only=True)

    class Meta:
        model = Code
        fields = ("code", "label", "definition", "parent", "valid_from", "release")


class ITSystemSerializer(serializers.ModelSerializer[ITSystem]):
    """An IT system."""

    managing_unit = serializers.CharField(source="managing_unit.code", read_only=True)

    class Meta:
        model = ITSystem
        fields = ("id", "name", "aliases", "managing_unit")


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """A device, found by its inventory number."""

    name = serializers.CharField(source="model.name", read_only=True)
    manufacturer = serializers.CharField(source="model.manufacturer.name", read_only=True)

    class Meta:
        model = Device
        fields = ("inventory_number", "name", "manufacturer", "serial_number", "software_version")


class CaseRow(serializers.ModelSerializer[Case]):
    """A case in a list."""

    status_label = serializers.CharField(read_only=True)
    owning_unit = serializers.CharField(source="owning_unit.code", read_only=True)
    filing_unit = serializers.CharField(source="filing_unit.code", read_only=True)
    handler = serializers.CharField(source="handler.email", default=None, read_only=True)

    class Meta:
        model = Case
        fields = (
            "number",
            "kind",
            "title",
            "status",
            "status_label",
            "status_since",
            "owning_unit",
            "filing_unit",
            "handler",
            "origin",
            "severity",
            "risk_score",
            "filed_at",
            "due_at",
            "closed_at",
            "version",
        )


class TransitionSerializer(serializers.ModelSerializer[Transition]):
    """One step a case has taken."""

    from_unit = serializers.CharField(source="from_unit.code", default=None, read_only=True)
    to_unit = serializers.CharField(source="to_unit.code", read_only=True)
    by = serializers.CharField(source="by.name", default=None, read_only=True)

    class Meta:
        model = Transition
        fields = (
            "step",
            "from_status",
            "to_status",
            "from_unit",
            "to_unit",
            "occurred_at",
            "recorded_at",
            "by",
            "reason",
            "source",
        )


class DeadlineSerializer(serializers.ModelSerializer[Deadline]):
    """A deadline with its basis."""

    class Meta:
        model = Deadline
        fields = ("purpose", "label", "basis", "starts_at", "due_at", "met_at")


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """Something said in a case."""

    text = Text()
    by = serializers.CharField(source="by.name", default=None, read_only=True)

    class Meta:
        model = Comment
        fields = ("id", "audience", "purpose", "text", "by", "by_reporter", "at")
        read_only_fields = ("id", "by_reporter", "at")


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file in a case."""

    class Meta:
        model = Attachment
        fields = ("id", "name", "size", "content_type", "audience", "verdict", "at")


class NewAttachment(serializers.Serializer[Any]):
    """A file to add, and who may read it."""

    file = serializers.FileField()
    audience = serializers.ChoiceField(Comment.Audience.choices, default=Comment.Audience.INTERNAL)


class LinkSerializer(serializers.ModelSerializer[Link]):
    """A case that another hangs together with."""

    other = serializers.CharField(source="other.number")

    class Meta:
        model = Link
        fields = ("id", "other", "kind", "note", "at")
        read_only_fields = ("id", "at")


class TicketSerializer(serializers.ModelSerializer[ExternalTicket]):
    """A ticket in another system."""

    url = serializers.URLField(required=False, allow_blank=True, default="")

    class Meta:
        model = ExternalTicket
        fields = ("id", "kind", "system", "number", "url", "at")
        read_only_fields = ("id", "at")
        # The action itself makes one of two alike.
        validators: list[Any] = []


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """A measure."""

    owner = serializers.CharField(source="owner.email", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)

    class Meta:
        model = Measure
        fields = (
            "id",
            "title",
            "description",
            "strength",
            "owner",
            "unit",
            "due_on",
            "status",
            "progress",
            "effect_sign",
            "effect_due_on",
            "effect",
            "effect_result",
            "done_at",
            "version",
        )


class DecideMeasure(serializers.Serializer[Any]):
    """What a decision on a measure takes."""

    title = Text(max_length=200)
    description = Text(required=False, allow_blank=True, default="")
    strength = serializers.ChoiceField(Measure.Strength.choices)
    owner = PersonByEmail()
    owner_is_told = serializers.BooleanField()
    unit = UnitByCode(required=False)
    due_on = serializers.DateField()
    effect_sign = Text()
    effect_due_on = serializers.DateField()


class ChangeMeasure(serializers.Serializer[Any]):
    """What may be changed in a measure; a later day takes a reason."""

    title = Text(max_length=200, required=False)
    description = Text(required=False, allow_blank=True)
    strength = serializers.ChoiceField(Measure.Strength.choices, required=False)
    owner = PersonByEmail(required=False)
    due_on = serializers.DateField(required=False)
    effect_sign = Text(required=False)
    effect_due_on = serializers.DateField(required=False)
    progress = Text(max_length=120, required=False, allow_blank=True)
    reason = Text(required=False, allow_blank=True, default="")


class Reason(serializers.Serializer[Any]):
    """Why."""

    reason = Text()


class EffectOfMeasure(serializers.Serializer[Any]):
    """What the follow-up of a measure found."""

    effect = serializers.ChoiceField(Measure.Effect.choices)
    result = Text()
