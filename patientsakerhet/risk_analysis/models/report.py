"""The final report as it was signed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patientsakerhet.cases.models import Attachment
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models.analysis import RiskAnalysis


class AnalysisReport(models.Model):
    """One edition of an analysis's final report (slutrapport), both files kept as they were signed."""

    analysis = models.ForeignKey(RiskAnalysis, models.PROTECT, related_name="reports")
    edition = models.PositiveSmallIntegerField("utgåva")
    pdf = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="PDF")
    word = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="Word")
    signed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="undertecknad av"
    )
    signed_at = models.DateTimeField("undertecknades")

    class Meta:
        verbose_name = "slutrapport"
        verbose_name_plural = "slutrapporter"
        ordering = ("analysis", "-edition")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["analysis", "edition"], name="analysis_report_once_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.analysis_id}, utgåva {self.edition}"
