"""Severity times probability, by three people at three times, kept apart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from avvikelse.models.deviation import Deviation
from patientsakerhet.organisation.models import Person, valid_to_after_from


class RiskScale(models.Model):
    """The words, bands and thresholds of the risk matrix (skala), dated: a region may change them."""

    name = models.CharField("namn", max_length=80)
    severity_labels = models.JSONField("allvarlighetsgrader", help_text="Fyra ord, 1 till 4.")
    severity_texts = models.JSONField("förklaringar", default=list)
    probability_labels = models.JSONField("sannolikheter", help_text="Fyra ord, 1 till 4.")
    probability_texts = models.JSONField("förklaringar till sannolikheterna", default=list)
    medium_from = models.PositiveSmallIntegerField("medel från")
    high_from = models.PositiveSmallIntegerField("hög från")
    analysis_from_score = models.PositiveSmallIntegerField("händelseanalys från risktal")
    analysis_from_severity = models.PositiveSmallIntegerField("händelseanalys från allvarlighet")
    basis = models.TextField("grund")
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    class Meta:
        verbose_name = "riskskala"
        verbose_name_plural = "riskskalor"
        ordering = ("-valid_from",)
        constraints: ClassVar = [
            valid_to_after_from("risk_scale_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(high_from__gt=F("medium_from")), name="risk_scale_high_above_medium"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def band(self, score: int) -> int:
        """1 low, 2 medium, 3 high."""
        return 3 if score >= self.high_from else 2 if score >= self.medium_from else 1

    def asks_for_analysis(self, severity: int, score: int) -> bool:
        """True when the event should be investigated as an event analysis (händelseanalys)."""
        return score >= self.analysis_from_score or severity >= self.analysis_from_severity


class Assessment(models.Model):
    """One judgement of how severe and how probable (bedömning); never changed, only followed."""

    class Stage(models.TextChoices):
        """Whose judgement it is."""

        REPORTER = "reporter", "rapportören"
        COORDINATOR = "coordinator", "samordnaren"
        FINAL = "final", "efter utredning"

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="assessments")
    scale = models.ForeignKey(RiskScale, models.PROTECT, related_name="+")
    stage = models.CharField("bedömd av", max_length=12, choices=Stage)
    actual = models.PositiveSmallIntegerField("faktisk följd", help_text="0 ingen skada, 1 till 4.")
    potential = models.PositiveSmallIntegerField("kunde ha blivit", help_text="1 till 4.")
    probability = models.PositiveSmallIntegerField(
        "sannolikhet", null=True, blank=True, help_text="1 till 4."
    )
    score = models.GeneratedField(
        expression=F("potential") * F("probability"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
        verbose_name="risktal",
    )
    is_downgrade = models.BooleanField("sänkning", default=False)
    reason = models.TextField("skäl", blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("bedömdes")
    reviewed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="granskad av"
    )
    reviewed_at = models.DateTimeField("granskad", null=True, blank=True)

    class Meta:
        verbose_name = "bedömning"
        verbose_name_plural = "bedömningar"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(actual__lte=4, potential__gte=1, potential__lte=4)
                & (Q(probability=None) | Q(probability__gte=1, probability__lte=4)),
                name="assessment_on_the_scale",
            ),
            models.CheckConstraint(
                condition=Q(potential__gte=F("actual")), name="assessment_could_be_as_bad_as_it_was"
            ),
            models.CheckConstraint(
                condition=Q(is_downgrade=False) | ~Q(reason=""),
                name="assessment_downgrade_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(stage="reporter") | Q(probability__isnull=False, by__isnull=False),
                name="assessment_by_staff_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deviation", "at"], name="assessment_of_deviation"),
            models.Index(
                fields=["-at"], name="assessment_downgrade", condition=Q(is_downgrade=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deviation_id} {self.stage}"
