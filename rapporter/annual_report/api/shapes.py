"""How reports, sections and figures look in the API, and what their acts take."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.rest.shapes import PersonByEmail, Text, UnitByCode
from rapporter.annual_report import fields
from rapporter.annual_report.models import AnnualReport, Build, Edition, Section, Target
from rapporter.annual_report.workflow import WORKFLOW


class ReportSectionRow(serializers.ModelSerializer[Section]):
    """A section, with what is left to do in it and the version that a change must name."""

    key = serializers.CharField(source="template.key", read_only=True)
    level = serializers.IntegerField(source="template.level", read_only=True)
    is_required = serializers.BooleanField(source="template.is_required", read_only=True)
    is_written = serializers.BooleanField(source="template.is_written", read_only=True)
    author = serializers.CharField(source="author.email", default=None, read_only=True)
    checked_by = serializers.CharField(source="checked_by.email", default=None, read_only=True)
    is_checked = serializers.SerializerMethodField()
    unreviewed = serializers.SerializerMethodField()
    unconfirmed = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()

    class Meta:
        model = Section
        fields = (
            "key", "level", "heading", "text", "is_written", "is_required", "author", "checked_by",
            "checked_at", "is_checked", "unreviewed", "unconfirmed", "faults", "version",
        )  # fmt: skip

    def get_is_checked(self, section: Section) -> bool:
        """Whether its facts were checked as they stand now."""
        return section.is_checked(section.report.drawn)

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_unreviewed(self, section: Section) -> list[dict[str, str]]:
        """Last year's paragraphs that nobody has confirmed, each with the mark that confirms it."""
        return [{"mark": fields.mark(one), "text": one} for one in section.unreviewed]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_unconfirmed(self, section: Section) -> list[dict[str, str]]:
        """Numbers typed by hand that nobody has confirmed, each with the key that confirms it."""
        return [
            {"key": one.key, "number": one.text, "paragraph": one.paragraph}
            for one in section.unconfirmed
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_faults(self, section: Section) -> list[dict[str, str]]:
        """Fields that are no figure, or are said in words that it does not bear."""
        found = section.faults(section.report.figures)
        return [{"written": one.written, "reason": one.reason} for one in found]


class DraftRow(serializers.ModelSerializer[Build]):
    """A draft, or an edition's files, on its way or made."""

    by = serializers.CharField(source="by.email", read_only=True)
    cutoff_at = serializers.DateTimeField(source="snapshot.cutoff_at", default=None, read_only=True)
    edition = serializers.CharField(source="edition.number", default=None, read_only=True)

    class Meta:
        model = Build
        fields = (
            "id", "state", "parts", "parts_done", "failure", "edition", "cutoff_at", "by", "at",
            "finished_at",
        )  # fmt: skip


class EditionRow(serializers.ModelSerializer[Edition]):
    """An edition as it was signed."""

    signed_by = serializers.CharField(source="signed_by.name", read_only=True)
    figures_sha256 = serializers.CharField(source="snapshot.sha256", read_only=True)
    address = serializers.SerializerMethodField()

    class Meta:
        model = Edition
        fields = (
            "number", "signed_by", "signed_at", "reason", "published_at", "sha256",
            "figures_sha256", "address",
        )  # fmt: skip

    def get_address(self, edition: Edition) -> str | None:
        """Where anybody reads it, when it is published."""
        return edition.get_absolute_url() if edition.published_at else None


class AimRow(serializers.ModelSerializer[Target]):
    """An aim for the year after."""

    class Meta:
        model = Target
        fields = ("id", "text", "measure", "baseline", "aim", "due_on", "owner")


class AnnualReportSerializer(serializers.ModelSerializer[AnnualReport]):
    """A report, whole."""

    case = CaseRow(read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)
    template = serializers.CharField(read_only=True)
    previous = serializers.CharField(source="previous.case.number", default=None, read_only=True)
    sections = ReportSectionRow(many=True, read_only=True)
    targets = AimRow(many=True, read_only=True)
    drafts = DraftRow(source="builds", many=True, read_only=True)
    editions = EditionRow(many=True, read_only=True)
    missing = serializers.SerializerMethodField()

    class Meta:
        model = AnnualReport
        fields = (
            "case", "unit", "year", "cutoff_at", "diary_no", "template", "previous", "sections",
            "targets", "drafts", "editions", "missing",
        )  # fmt: skip

    def get_missing(self, report: AnnualReport) -> dict[str, list[str]]:
        """Step -> what stands in its way from here."""
        available = WORKFLOW.available(report.case.status)
        return {step.name: step.missing(report) for step in available}


class ReportFigure(serializers.Serializer[Any]):
    """A figure as the newest draft has it; what is hidden in public is whole here."""

    field = serializers.CharField(help_text="Skrivs i text som {{field}}.")
    name = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    before = serializers.CharField(allow_null=True, help_text="Året före, som det då var känt.")
    since = serializers.CharField(allow_null=True, help_text="Året före, som det är känt nu.")
    former = serializers.DictField(
        default=dict, help_text="Tidigare år, då kända och nu kända, och varför."
    )
    unit = serializers.CharField()
    measure = serializers.CharField()
    version = serializers.IntegerField()
    disclosure = serializers.CharField()


class StartReport(serializers.Serializer[Any]):
    """A report that is begun."""

    unit = UnitByCode()
    year = serializers.IntegerField(min_value=2011, max_value=2199)
    cutoff_at = serializers.DateTimeField(required=False)
    diary_no = Text(max_length=40, required=False, allow_blank=True)


class DescribeReport(serializers.Serializer[Any]):
    """As of when the figures are taken, and the number the report goes under."""

    cutoff_at = serializers.DateTimeField()
    diary_no = Text(max_length=40, allow_blank=True)


class AddTarget(serializers.Serializer[Any]):
    """An aim for the year after."""

    text = Text(max_length=300)
    aim = Text(max_length=40)
    owner = Text(max_length=120)
    measure = serializers.CharField(max_length=80, required=False, allow_blank=True)
    baseline = Text(max_length=40, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class WriteSection(serializers.Serializer[Any]):
    """What the section says."""

    text = Text(allow_blank=True, max_length=100_000)


class SectionAct(serializers.Serializer[Any]):
    """What an act on a section takes: `confirm` marks and keys, `hand` whom, `check` nothing."""

    paragraphs = serializers.ListField(child=serializers.CharField(), default=list)
    numbers = serializers.ListField(child=serializers.CharField(), default=list)
    author = PersonByEmail(required=False, allow_null=True)


class TakeReportStep(serializers.Serializer[Any]):
    """A step: `hand_in`, `send_back`, `publish` or `correct`; a report is signed on its page alone."""

    step = serializers.CharField(max_length=40)
    reason = Text(default="", allow_blank=True)
