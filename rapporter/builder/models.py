"""A report that somebody has built and kept, and whom it is shared with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from patientsakerhet.lib.constraints import filled, printable
from patientsakerhet.organisation.models import Person, Role, Unit
from rapporter import registry
from rapporter.builder.querysets import ReportShareQuerySet, SavedReportQuerySet
from rapporter.builder.questions import Picture, Question
from rapporter.builder.spans import Span


class SavedReport(models.Model):
    """What somebody asks of a measure, kept with a name (egen rapport).

    Holds no figures: whoever opens it has them counted anew, of what she may read.
    """

    class Schedule(models.TextChoices):
        """How often those who see it are told that it is ready."""

        WEEKLY = "weekly", "varje måndag"
        MONTHLY = "monthly", "den första i varje månad"

    name = models.CharField("namn", max_length=120)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="saved_reports", verbose_name="ägare"
    )
    measure = models.CharField("mått", max_length=100)
    breakdown = models.CharField("uppdelning", max_length=40)
    picture = models.CharField("diagram", max_length=10, choices=Picture)
    span = models.CharField("period", max_length=20, choices=Span, default=Span.MONTHS_12)
    first = models.DateField("från", null=True, blank=True)
    last = models.DateField("till", null=True, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enhet"
    )
    schedule = models.CharField("mejlas", max_length=10, choices=Schedule, blank=True)
    scheduled_at = models.DateTimeField("mejlas sedan", null=True, blank=True)
    told_for = models.CharField("senast mejlad för", max_length=20, blank=True)
    changed_at = models.DateTimeField("ändrades", auto_now=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = SavedReportQuerySet.as_manager()

    class Meta:
        verbose_name = "egen rapport"
        verbose_name_plural = "egna rapporter"
        ordering = ("-changed_at", "-pk")
        constraints: ClassVar = [
            filled("name", name="saved_report_has_a_name"),
            printable("name", name="saved_report_name_printable"),
            models.CheckConstraint(
                condition=Q(span=Span.GIVEN, first__isnull=False, last__gte=F("first"))
                | ~Q(span=Span.GIVEN) & Q(first=None, last=None),
                name="saved_report_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(schedule="", scheduled_at=None)
                | ~Q(schedule="") & Q(scheduled_at__isnull=False),
                name="saved_report_scheduled_since",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-changed_at", "-id"], name="saved_report_latest"),
            models.Index(fields=["owner", "-changed_at"], name="saved_report_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("saved_report", args=[self.pk])

    @property
    def question(self) -> Question:
        """What it asks; refuses when its measure is gone."""
        return Question(
            registry.of(self.measure),
            self.breakdown,
            self.picture,
            self.span,
            self.first,
            self.last,
            self.unit,
        )


class ReportShare(models.Model):
    """Whom a report is shared with (delning av rapport): a person, or those with a role at a unit or below."""

    report = models.ForeignKey(
        SavedReport, models.CASCADE, related_name="shares", verbose_name="rapport"
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="person"
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="enhet"
    )
    role = models.CharField("roll", max_length=30, choices=Role, blank=True)

    objects = ReportShareQuerySet.as_manager()

    class Meta:
        verbose_name = "delning av rapport"
        verbose_name_plural = "delningar av rapporter"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit=None, role="")
                | Q(person=None, unit__isnull=False),
                name="report_share_with_a_person_or_a_unit",
            ),
            models.UniqueConstraint(
                fields=["report", "person"],
                condition=Q(person__isnull=False),
                name="report_share_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["report", "unit", "role"],
                condition=Q(unit__isnull=False),
                name="report_share_once_per_unit_and_role",
            ),
        ]

    def __str__(self) -> str:
        if self.person is not None:
            return self.person.name
        who = Role(self.role).label if self.role else "alla roller"
        return f"{self.unit}, {who}"
