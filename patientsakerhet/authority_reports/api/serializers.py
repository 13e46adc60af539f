"""The shapes of authority reports in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from patientsakerhet.authority_reports.models import (
    AuthorityReport,
    ReportEvent,
    ReportKind,
    ReportSupplement,
)
from patientsakerhet.organisation.models import CareProvider
from patientsakerhet.rest.shapes import Text


class KindSerializer(serializers.ModelSerializer[ReportKind]):
    """One kind of report, with its ground, its worksheet and its checklist."""

    worksheet = serializers.JSONField(source="fields")
    standing = serializers.CharField()
    target_standing = serializers.CharField()
    target_measured = serializers.CharField()

    class Meta:
        model = ReportKind
        fields = (
            "key",
            "name",
            "authority",
            "basis",
            "standing",
            "when",
            "clock",
            "decided_with",
            "own_event_only",
            "tells_manufacturer",
            "channels",
            "address",
            "target_amount",
            "target_measured",
            "target_basis",
            "target_standing",
            "worksheet",
            "checklist",
            "valid_from",
            "valid_to",
        )


class ReportRow(serializers.ModelSerializer[AuthorityReport]):
    """A report as lists show it."""

    case = serializers.CharField(source="case.number")
    kind = serializers.CharField(source="kind.key")
    authority = serializers.CharField(source="kind.authority")
    event_provider = serializers.CharField(source="event_provider.name")
    decision = serializers.CharField()

    class Meta:
        model = AuthorityReport
        fields = (
            "id",
            "case",
            "kind",
            "authority",
            "status",
            "clock_from",
            "event_provider",
            "decision",
            "decided_at",
            "submitted_at",
            "diary_no",
            "answered_on",
            "version",
        )


class ReportEventSerializer(serializers.ModelSerializer[ReportEvent]):
    """Something that happened with a report."""

    by = serializers.CharField(source="by.name", allow_null=True)

    class Meta:
        model = ReportEvent
        fields = ("step", "from_status", "to_status", "at", "by", "note")


class ReportSupplementSerializer(serializers.ModelSerializer[ReportSupplement]):
    """Something sent to the authority after the report."""

    by = serializers.CharField(source="by.name")

    class Meta:
        model = ReportSupplement
        fields = ("id", "text", "sent_at", "channel", "attachment", "by", "at")


class ReportSerializer(ReportRow):
    """A report, whole."""

    asked_by = serializers.CharField(source="asked_by.name", allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", allow_null=True)
    submitted_by = serializers.CharField(source="submitted_by.name", allow_null=True)
    events = ReportEventSerializer(many=True)
    supplements = ReportSupplementSerializer(many=True)

    class Meta:
        model = AuthorityReport
        fields = (
            *ReportRow.Meta.fields,
            "grounds",
            "created_at",
            "asked_by",
            "asked_at",
            "motive",
            "decided_by",
            "worksheet",
            "checked",
            "submitted_by",
            "channel",
            "receipt",
            "manufacturer_told_at",
            "manufacturer_told_how",
            "outcome",
            "closed_at",
            "events",
            "supplements",
        )


class Begin(serializers.Serializer[Any]):
    """Which report the case may need, and why; `ask` asks for the decision at once."""

    kind = serializers.SlugRelatedField(slug_field="key", queryset=ReportKind.objects.none())
    grounds = Text(max_length=20_000)
    ask = serializers.BooleanField(default=True)
    event_provider = serializers.SlugRelatedField(
        slug_field="name", queryset=CareProvider.objects.all(), required=False
    )
    clock_from = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        kind: Any = found["kind"]
        kind.queryset = ReportKind.objects.current()
        return found


class ReportDecision(serializers.Serializer[Any]):
    """Yes or no, and why."""

    report_it = serializers.BooleanField()
    motive = Text(max_length=20_000)


class ReportReason(serializers.Serializer[Any]):
    """Why."""

    reason = Text(max_length=20_000)


class Worksheet(serializers.Serializer[Any]):
    """The fields of the kind's worksheet by key, and the points of its checklist that are ticked."""

    values = serializers.DictField(child=Text(allow_blank=True, max_length=20_000))
    checked = serializers.ListField(child=serializers.CharField(max_length=60))


class Submit(serializers.Serializer[Any]):
    """When and how it was handed in."""

    submitted_at = serializers.DateTimeField()
    channel = serializers.ChoiceField(choices=ReportKind.Channel.choices)
    diary_no = serializers.CharField(max_length=60, required=False, allow_blank=True)
    receipt = serializers.FileField(required=False)


class Receipt(serializers.Serializer[Any]):
    """The number and the receipt the authority has given."""

    diary_no = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    receipt = serializers.FileField(required=False)


class Supplement(serializers.Serializer[Any]):
    """What more was sent, when and how."""

    sent = Text(max_length=20_000)
    sent_at = serializers.DateTimeField()
    channel = serializers.ChoiceField(choices=ReportKind.Channel.choices)
    file = serializers.FileField(required=False)


class Outcome(serializers.Serializer[Any]):
    """What the authority answered, and when."""

    answered_on = serializers.DateField()
    outcome = Text(max_length=20_000)
    diary_no = serializers.CharField(max_length=60, required=False, allow_blank=True)


class Told(serializers.Serializer[Any]):
    """When and how the manufacturer was told."""

    told_at = serializers.DateTimeField()
    how = Text(max_length=200)
