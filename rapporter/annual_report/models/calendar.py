"""The days of the year's work with the report, each with its ground."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.lib.constraints import filled


class ReportDay(models.Model):
    """A day in the year after the one reported, by when something is to be done (dag i berättelsens kalender).

    A day that the month lacks is its last: 29 February is the 28th in most years.
    """

    class Key(models.TextChoices):
        """What is to be done."""

        PROMPTS = "prompts", "skrivarna får sina avsnitt"
        CUTOFF = "cutoff", "datumgräns för siffrorna"
        SECTIONS = "sections", "avsnitten är skrivna"
        REVIEW = "review", "granskningen är klar"
        SIGNED = "signed", "berättelsen är fastställd"
        PUBLISHED = "published", "berättelsen finns för alla som vill läsa"

    key = models.CharField("gäller", max_length=10, choices=Key, unique=True)
    month = models.PositiveSmallIntegerField("månad")
    day = models.PositiveSmallIntegerField("dag")
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)

    class Meta:
        verbose_name = "dag i berättelsens kalender"
        verbose_name_plural = "dagar i berättelsens kalender"
        ordering = ("month", "day")
        constraints: ClassVar = [
            filled("basis", name="report_day_has_a_basis"),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), day__range=(1, 31)), name="report_day_is_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()} {self.day}/{self.month}"

    def after(self, year: int) -> date:
        """The day for the report of this year."""
        return date(year + 1, self.month, min(self.day, monthrange(year + 1, self.month)[1]))
