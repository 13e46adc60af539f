"""How a report looks in the API to the one who filed it, and what she sends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from avvikelse.actions.report import Report
from avvikelse.models import Deviation
from patientsakerhet.cases import kinds
from patientsakerhet.cases.actions.filing import From
from patientsakerhet.cases.api.serializers import CommentSerializer
from patientsakerhet.cases.models import Case, Comment, Reporter
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import Device, ITSystem
from patientsakerhet.rest.shapes import Text, UnitByCode

STAGE_WORDS = {1: "mottagen", 2: "utreds", 3: "åtgärdas", 4: "klar"}


class ReportSerializer(serializers.Serializer[Report]):
    """A report: what happened, in the reporter's words. No type is asked for."""

    unit = UnitByCode()
    what_happened = Text(max_length=20_000)
    title = Text(max_length=200, required=False, allow_blank=True, default="")
    door = serializers.ChoiceField(Deviation.Door.choices, default=Deviation.Door.DEVIATION)
    nature = serializers.ChoiceField(Deviation.Nature.choices)
    affected = serializers.ChoiceField(Deviation.Affected.choices)
    precision = serializers.ChoiceField(
        Deviation.Precision.choices, default=Deviation.Precision.ABOUT
    )
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    occurred_until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    discovered_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    immediate_action = Text(max_length=5_000, required=False, allow_blank=True, default="")
    consequence = Text(max_length=5_000, required=False, allow_blank=True, default="")
    could_have_happened = Text(max_length=5_000, required=False, allow_blank=True, default="")
    suggestion = Text(max_length=5_000, required=False, allow_blank=True, default="")
    place = Text(max_length=120, required=False, allow_blank=True, default="")
    inventory_number = serializers.CharField(max_length=40, required=False, write_only=True)
    device_text = Text(max_length=200, required=False, allow_blank=True, default="")
    device_serial = Text(max_length=120, required=False, allow_blank=True, default="")
    system = serializers.PrimaryKeyRelatedField(
        queryset=ITSystem.objects.all(), required=False, allow_null=True, default=None
    )
    system_text = Text(max_length=200, required=False, allow_blank=True, default="")
    actual = serializers.IntegerField(min_value=0, max_value=4, required=False, default=None)
    potential = serializers.IntegerField(min_value=1, max_value=4, required=False, default=None)
    on_behalf = serializers.BooleanField(default=False)
    mode = serializers.ChoiceField(Reporter.Mode.choices, default=Reporter.Mode.OPEN)
    reporter_name = Text(max_length=120, required=False, allow_blank=True, default="")
    reporter_email = serializers.EmailField(required=False, allow_blank=True, default="")

    def validate_inventory_number(self, value: str) -> Device:
        device = Device.objects.numbered(value).select_related("model__manufacturer").first()
        if device is None:
            raise serializers.ValidationError(
                f"Vi hittar inget med numret {value}. Kontrollera numret eller skriv "
                "produktens namn i device_text."
            )
        return device

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        for name in ("occurred_at", "discovered_at"):
            moment: datetime | None = attrs.get(name)
            if moment is not None and moment > now:
                raise serializers.ValidationError({name: "Tiden ligger framåt i tiden."})
        at = attrs.get("occurred_at")
        if at is None and attrs["precision"] != Deviation.Precision.UNKNOWN:
            raise serializers.ValidationError(
                {"occurred_at": "Ange när det hände, eller precision ”unknown”."}
            )
        for name in ("discovered_at", "occurred_until"):
            if at is not None and attrs.get(name) is not None and attrs[name] < at:
                raise serializers.ValidationError({name: "Tiden är tidigare än när det hände."})
        if attrs["mode"] == Reporter.Mode.ANONYMOUS and (
            attrs["reporter_name"] or attrs["reporter_email"]
        ):
            raise serializers.ValidationError({"mode": "En anonym anmälan har inget namn."})
        return attrs

    def report(self, by: Person) -> Report:
        """The report as values; `on_behalf` when somebody else than the key's person reports."""
        told = dict(self.validated_data)
        told.pop("unit")
        mode = told.pop("mode")
        name, email = told.pop("reporter_name"), told.pop("reporter_email")
        somebody_else = told.pop("on_behalf") or mode == Reporter.Mode.ANONYMOUS
        told["device"] = told.pop("inventory_number", None)
        reporter = (
            From(mode=mode, name=name, email=email) if somebody_else else From(person=by, mode=mode)
        )
        return Report(channel=Deviation.Channel.API, reporter=reporter, **told)


class OwnReport(serializers.ModelSerializer[Case]):
    """A report as its reporter sees it."""

    stage = serializers.SerializerMethodField()
    unit = serializers.CharField(source="filing_unit.code", read_only=True)

    class Meta:
        model = Case
        fields = ("number", "title", "filed_at", "unit", "stage")

    def get_stage(self, case: Case) -> str:
        """Mottagen, utreds, åtgärdas or klar."""
        return STAGE_WORDS[kinds.of(case.kind).reporter_stages[case.status]]


class ByCode(serializers.Serializer[Any]):
    """The receipt code that stood on the receipt."""

    code = serializers.CharField(max_length=40)


class AnswerByCode(ByCode):
    """The code, and what its holder writes."""

    text = Text()


class FollowedReport(OwnReport):
    """A report as whoever holds its code sees it, with what has been said."""

    messages = serializers.SerializerMethodField()

    class Meta(OwnReport.Meta):
        fields = (*OwnReport.Meta.fields, "messages")  # type: ignore[assignment]  # one field more

    @extend_schema_field(CommentSerializer(many=True))
    def get_messages(self, case: Case) -> Any:
        """What has been said to and by the reporter."""
        said = case.comments.filter(audience=Comment.Audience.REPORTER).select_related("by")
        return CommentSerializer(said, many=True).data


class JudgeAnswer(serializers.Serializer[Any]):
    """The reporter's verdict on the answer."""

    answered = serializers.ChoiceField(Reporter.Answered.choices)
    note = Text(required=False, allow_blank=True, default="")


class JudgeByCode(JudgeAnswer, ByCode):
    """The code, and its holder's verdict on the answer."""
