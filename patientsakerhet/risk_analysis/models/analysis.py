"""The analysis as it was ordered, who takes part in it, and the process it goes through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from patientsakerhet.cases.models import Case
from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models.method import ScoringMethod
from patientsakerhet.risk_analysis.querysets import RiskAnalysisQuerySet


class Occasion(models.TextChoices):
    """What makes the analysis needed."""

    ORGANISATION = "organisation", "ändrad organisation eller bemanning"
    SYSTEM = "system", "nytt eller ändrat IT-system"
    DEVICE = "device", "ny eller ändrad medicinteknisk utrustning"
    METHOD = "method", "ny metod eller rutin"
    PREMISES = "premises", "flytt eller ombyggnad"
    RECURRING = "recurring", "återkommande genomgång"
    EVENT = "event", "något har hänt"
    OTHER = "other", "annat"


class AnalysisTemplate(models.Model):
    """What an analysis of some sort can start from (mall för riskanalys): steps and common risks.

    `content` is {"steps": [{"title", "description"}], "risks": [{"step", "title", "cause",
    "consequence", "existing_controls"}]}, where `step` counts the steps from 0.
    """

    name = models.CharField("namn", max_length=120, unique=True)
    occasion = models.CharField("anledning", max_length=20, choices=Occasion)
    text = models.TextField("när den används")
    content = models.JSONField("innehåll")
    is_offered = models.BooleanField("erbjuds", default=True)
    is_ours = models.BooleanField(
        "följer med Varsam", default=False, help_text="Ett förslag att börja med, inte regionens."
    )
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "mall för riskanalys"
        verbose_name_plural = "mallar för riskanalys"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class RiskAnalysis(models.Model):
    """What can go wrong with a change, judged before it is made (riskanalys)."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="risk_analysis", verbose_name="ärende"
    )
    commissioned_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="uppdragsgivare",
    )  # fmt: skip
    commissioner_name = models.CharField(
        "uppdragsgivare utan konto", max_length=120, blank=True,
        help_text="Som källan skrev, i en analys som är inläst.",
    )  # fmt: skip
    commissioned_on = models.DateField("uppdraget gavs")
    occasion = models.CharField("anledning", max_length=20, choices=Occasion)
    change = models.TextField("förändringen")
    scope = models.TextField("omfattning")
    delimitation = models.TextField("avgränsning", blank=True)
    takes_effect_on = models.DateField("förändringen börjar gälla", null=True, blank=True)
    report_by = models.DateField("rapporten ska vara klar", null=True, blank=True)
    method = models.ForeignKey(
        ScoringMethod, models.PROTECT, related_name="analyses", verbose_name="metod"
    )
    patient_view = models.TextField("så tas patientens perspektiv tillvara", blank=True)
    conclusion = models.TextField("slutsats", blank=True)
    template = models.ForeignKey(
        AnalysisTemplate, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="började från mallen",
    )  # fmt: skip
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies",
        verbose_name="började som kopia av",
    )  # fmt: skip

    objects = RiskAnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = "riskanalys"
        verbose_name_plural = "riskanalyser"
        constraints: ClassVar = [
            filled("change"),
            filled("scope"),
            models.CheckConstraint(
                condition=Q(commissioned_by__isnull=False, commissioner_name="")
                | (Q(commissioned_by=None) & ~Q(commissioner_name="")),
                name="risk_analysis_has_a_commissioner",
            ),
            models.CheckConstraint(
                condition=Q(template=None) | Q(copied_from=None),
                name="risk_analysis_began_in_one_way",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def commissioner(self) -> str:
        """Who ordered it, by name."""
        return self.commissioned_by.name if self.commissioned_by else self.commissioner_name

    @property
    def source(self) -> str:
        """What it was read in from; empty for one that was ordered here."""
        return self.case.source_system


class AnalysisMember(models.Model):
    """Somebody who takes part in an analysis (deltagare), with an account or by name alone."""

    class Part(models.TextChoices):
        """What she brings."""

        LEADER = "leader", "analysledare"
        PROCESS = "process", "känner processen"
        EXPERT = "expert", "sakkunnig"
        PATIENT = "patient", "patient eller närstående"
        SECRETARY = "secretary", "dokumenterar"

    analysis = models.ForeignKey(RiskAnalysis, models.PROTECT, related_name="members")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="person"
    )
    name = models.CharField("namn", max_length=120)
    title = models.CharField("befattning eller erfarenhet", max_length=120, blank=True)
    part = models.CharField("roll i analysen", max_length=20, choices=Part)

    class Meta:
        verbose_name = "deltagare i riskanalys"
        verbose_name_plural = "deltagare i riskanalyser"
        ordering = ("pk",)
        constraints: ClassVar = [
            filled("name"),
            models.UniqueConstraint(
                fields=["analysis", "person"],
                condition=Q(person__isnull=False),
                name="analysis_member_once",
            ),
            models.UniqueConstraint(
                fields=["analysis"],
                condition=Q(part="leader"),
                name="analysis_member_one_leader",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProcessStep(models.Model):
    """One step of the process or the change that is looked through for risks (processteg)."""

    analysis = models.ForeignKey(RiskAnalysis, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField("ordning")
    title = models.CharField("processteg", max_length=120)
    description = models.TextField("vad som görs", blank=True)

    class Meta:
        verbose_name = "processteg"
        verbose_name_plural = "processteg"
        ordering = ("analysis", "position")
        constraints: ClassVar = [
            filled("title", name="process_step_title_filled"),
            models.UniqueConstraint(
                fields=["analysis", "position"],
                name="process_step_once_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.title
