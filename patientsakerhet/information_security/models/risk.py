"""The risks of a classification: what may happen, how bad and how likely, what is done about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from patientsakerhet.cases.models import Measure
from patientsakerhet.information_security.models.classification import InformationClassification
from patientsakerhet.lib.constraints import all_or_none, filled


class SecurityRisk(models.Model):
    """One risk in a risk assessment (informationssäkerhetsrisk), judged as it is and as it will be."""

    class Threatens(models.TextChoices):
        """The aspect that fails."""

        CONFIDENTIALITY = "confidentiality", "konfidentialitet"
        INTEGRITY = "integrity", "riktighet"
        AVAILABILITY = "availability", "tillgänglighet"
        TRACEABILITY = "traceability", "spårbarhet"

    class Treatment(models.TextChoices):
        """What is proposed."""

        REDUCE = "reduce", "minskas med åtgärder"
        ACCEPT = "accept", "accepteras"
        AVOID = "avoid", "undviks"
        SHARE = "share", "delas med annan part"

    classification = models.ForeignKey(
        InformationClassification, models.PROTECT, related_name="risks"
    )
    title = models.CharField("vad som kan hända", max_length=200)
    threatens = models.CharField("hotar", max_length=15, choices=Threatens)
    cause = models.TextField("orsak", blank=True)
    consequence = models.TextField("konsekvens", blank=True)
    controls = models.TextField("skydd som finns", blank=True)
    severity = models.PositiveSmallIntegerField("allvarlighetsgrad")
    likelihood = models.PositiveSmallIntegerField("sannolikhet")
    score = models.GeneratedField(
        expression=F("severity") * F("likelihood"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name="risktal",
    )
    treatment = models.CharField("förslag", max_length=10, choices=Treatment, blank=True)
    treatment_reason = models.TextField("skäl till förslaget", blank=True)
    severity_after = models.PositiveSmallIntegerField(
        "allvarlighetsgrad efter", null=True, blank=True
    )
    likelihood_after = models.PositiveSmallIntegerField("sannolikhet efter", null=True, blank=True)
    score_after = models.GeneratedField(
        expression=F("severity_after") * F("likelihood_after"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name="risktal efter",
    )
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="security_risks", verbose_name="åtgärder"
    )

    class Meta:
        verbose_name = "informationssäkerhetsrisk"
        verbose_name_plural = "informationssäkerhetsrisker"
        ordering = ("classification", "-score", "pk")
        constraints: ClassVar = [
            filled("title", name="security_risk_says_what_may_happen"),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4, likelihood__gte=1, likelihood__lte=4),
                name="security_risk_scored_1_to_4",
            ),
            all_or_none("severity_after", "likelihood_after", name="security_risk_after_together"),
            models.CheckConstraint(
                condition=Q(severity_after=None)
                | Q(
                    severity_after__gte=1,
                    severity_after__lte=4,
                    likelihood_after__gte=1,
                    likelihood_after__lte=4,
                ),
                name="security_risk_scored_after_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(treatment__in=["", "reduce"]) | ~Q(treatment_reason=""),
                name="security_risk_not_reduced_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title
