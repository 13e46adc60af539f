"""The report of a unit and year, its sections as they are written, and its targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from patientsakerhet.cases.models import Case
from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import Person, Unit
from rapporter.annual_report import canonical, drawing, fields
from rapporter.annual_report.drawing import Drawn
from rapporter.annual_report.fields import Fault, Typed
from rapporter.annual_report.models.template import ReportTemplate, TemplateSection
from rapporter.annual_report.querysets import AnnualReportQuerySet

if TYPE_CHECKING:
    from rapporter.annual_report.models.outputs import Build


class AnnualReport(models.Model):
    """What a unit with those below it says of a year's work for patient safety (patientsäkerhetsberättelse)."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="annual_report"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="annual_reports", verbose_name="enhet"
    )
    year = models.PositiveSmallIntegerField("år")
    template = models.ForeignKey(
        ReportTemplate, models.PROTECT, related_name="+", verbose_name="mall"
    )
    cutoff_at = models.DateTimeField("datumgräns")
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="förra årets"
    )
    diary_no = models.CharField("diarienummer", max_length=40, blank=True)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = "patientsäkerhetsberättelse"
        verbose_name_plural = "patientsäkerhetsberättelser"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year"], name="annual_report_once_per_year")
        ]
        indexes: ClassVar = [models.Index(fields=["-year", "-case"], name="annual_report_latest")]

    def __str__(self) -> str:
        return self.case.title

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def newest(self) -> Build | None:
        """The newest draft that is done."""
        return next((one for one in self.builds.all() if one.is_done), None)

    @property
    def figures(self) -> Mapping[str, Any]:
        """The figures as the newest draft has them."""
        newest = self.newest
        return newest.snapshot.figures if newest is not None and newest.snapshot else {}

    @property
    def drawn(self) -> Drawn:
        """What of the newest draft's figures each section shows."""
        newest = self.newest
        if newest is None or newest.snapshot is None:
            return Drawn({}, {})
        return Drawn(newest.snapshot.figures, newest.snapshot.tables)

    def texts(self) -> dict[str, str]:
        """The texts as they stand, by the sections' keys."""
        return {one.template.key: one.text for one in self.sections.all()}


class Section(models.Model):
    """One section of a report (avsnitt), as it is written."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="sections")
    template = models.ForeignKey(TemplateSection, models.PROTECT, related_name="+")
    text = models.TextField("text", blank=True)
    author = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="report_sections",
        verbose_name="skrivs av",
    )
    carried = models.JSONField("stycken från förra året", default=list)
    kept = models.JSONField("granskade stycken", default=list)
    confirmed = models.JSONField("bekräftade tal", default=list)
    checked_mark = models.CharField(max_length=64, blank=True)
    checked_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="faktagranskat av",
    )
    checked_at = models.DateTimeField("faktagranskat", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "avsnitt"
        verbose_name_plural = "avsnitt"
        ordering = ("template__position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "template"], name="section_once_per_report")
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """The heading with the year in it."""
        return self.template.heading.replace("{year}", str(self.report.year))

    @property
    def unreviewed(self) -> list[str]:
        """The paragraphs that are last year's word for word and that nobody has confirmed."""
        waits = set(self.carried) - set(self.kept)
        return [one for one in fields.paragraphs(self.text) if fields.mark(one) in waits]

    @property
    def typed(self) -> list[Typed]:
        """The numbers typed by hand; the year that is reported may stand."""
        return fields.typed(self.text, years={self.report.year})

    @property
    def unconfirmed(self) -> list[Typed]:
        """Those of them that nobody has confirmed."""
        known = set(self.confirmed)
        return [one for one in self.typed if one.key not in known]

    def faults(self, figures: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with its fields."""
        return fields.faults(self.text, drawing.look(figures))

    def mark(self, drawn: Drawn) -> str:
        """What its facts are known by: the text, and every figure in it and beside it."""
        names = [one.name for one in fields.of(self.text)]
        return canonical.digest([self.text, drawn.of([*self.template.blocks, *names])])

    def is_checked(self, drawn: Drawn) -> bool:
        """Whether somebody checked it as it stands; what holds nothing needs no check."""
        if not self.template.is_written or not self.text.strip():
            return True
        return self.checked_at is not None and self.checked_mark == self.mark(drawn)


class Target(models.Model):
    """An aim for the year after (mål); next year's report tells what became of it."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="targets")
    text = models.CharField("mål", max_length=300)
    measure = models.CharField("mått", max_length=80, blank=True)
    baseline = models.CharField("utgångsläge", max_length=40, blank=True)
    aim = models.CharField("målvärde", max_length=40)
    due_on = models.DateField("senast", null=True, blank=True)
    owner = models.CharField("ansvarig", max_length=120)

    class Meta:
        verbose_name = "mål"
        verbose_name_plural = "mål"
        ordering = ("pk",)
        constraints: ClassVar = [
            filled("text", name="target_says_what"),
            filled("aim", name="target_has_an_aim"),
        ]

    def __str__(self) -> str:
        return self.text
