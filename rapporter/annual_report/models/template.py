"""The template of the report: versions of headings, fixed texts, what the system fills in, what people write."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patientsakerhet.lib.constraints import filled


class ReportTemplate(models.Model):
    """One version of a template (mall för patientsäkerhetsberättelse); a new one is a new row."""

    key = models.SlugField("nyckel", max_length=40)
    version = models.CharField("version", max_length=20)
    name = models.CharField("namn", max_length=120)
    basis = models.TextField("grund")
    opening = models.TextField("inledning", blank=True)
    valid_from = models.DateField("gäller från")

    class Meta:
        verbose_name = "mall för patientsäkerhetsberättelse"
        verbose_name_plural = "mallar för patientsäkerhetsberättelse"
        ordering = ("-valid_from", "-pk")
        constraints: ClassVar = [
            filled("basis", name="report_template_has_a_basis"),
            models.UniqueConstraint(fields=["key", "version"], name="report_template_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.version}"


class TemplateSection(models.Model):
    """One section of a template (avsnitt i mall)."""

    class Origin(models.TextChoices):
        """Whose section it is."""

        NATIONAL = "national", "nationella mallen"
        LOCAL = "local", "regionens tillägg"

    class Carry(models.TextChoices):
        """What becomes of last year's text."""

        FIXED = "fixed", "mallens text"
        COPIED = "copied", "förra årets text följer med och ska granskas"
        BESIDE = "beside", "börjar tomt, förra årets text bredvid"
        NONE = "none", "börjar tomt"
        GENERATED = "generated", "görs av systemet"

    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField("ordning")
    key = models.SlugField("nyckel", max_length=40)
    level = models.PositiveSmallIntegerField("nivå")
    heading = models.CharField("rubrik", max_length=200)
    origin = models.CharField("ursprung", max_length=10, choices=Origin)
    fixed = models.TextField("fast text", blank=True)
    blocks = models.JSONField("systemets delar", default=list)
    prompts = models.JSONField("att skriva om", default=list)
    carry = models.CharField("förra årets text", max_length=10, choices=Carry)
    law = models.JSONField("grund", default=list)
    is_required = models.BooleanField("måste ha text", default=False)

    class Meta:
        verbose_name = "avsnitt i mall"
        verbose_name_plural = "avsnitt i mall"
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "key"], name="template_section_once"),
            models.UniqueConstraint(
                fields=["template", "position"], name="template_section_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_written(self) -> bool:
        """Whether people write in it."""
        return self.carry not in (self.Carry.FIXED, self.Carry.GENERATED)
