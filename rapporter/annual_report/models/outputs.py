"""Drafts as they are made by workers, and editions as they were signed."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from patientsakerhet.lib.constraints import all_or_none
from patientsakerhet.organisation.models import Person
from rapporter.annual_report.models.frozen import Snapshot
from rapporter.annual_report.models.report import AnnualReport


class EditionQuerySet(QuerySet["Edition"]):
    """Questions about editions."""

    def published(self) -> Self:
        """Those that anybody may read."""
        return self.filter(published_at__isnull=False)

    def newest_of_each(self) -> Self:
        """Of each report the one signed last."""
        later = Edition.objects.filter(
            report=OuterRef("report"),
            signed_at__gt=OuterRef("signed_at"),
            published_at__isnull=False,
        )
        return self.exclude(Exists(later))


class Edition(models.Model):
    """One edition of a report as it was signed (utgåva); a correction is a new one, the old one stays."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="editions")
    number = models.CharField("utgåva", max_length=8)
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, related_name="+", verbose_name="underlag"
    )
    ingredients = models.JSONField(
        "görs av", help_text="Texter, mall, mål och underskrift; talen står i underlaget."
    )
    sha256 = models.CharField("kontrollsumma", max_length=64)
    signed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="fastställd av"
    )
    signed_at = models.DateTimeField("fastställdes")
    reason = models.TextField("därför rättad", blank=True)
    published_at = models.DateTimeField("publicerades", null=True, blank=True)
    published_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="publicerad av",
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "utgåva"
        verbose_name_plural = "utgåvor"
        ordering = ("-signed_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="edition_once"),
            all_or_none("published_at", "published_by", name="edition_published_by_somebody"),
            models.CheckConstraint(
                condition=Q(number="1.0") | ~Q(reason=""), name="edition_corrected_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}, utgåva {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("public_report", args=[self.pk])

    @property
    def is_made(self) -> bool:
        """Whether its files lie ready."""
        return any(one.is_done for one in self.builds.all())


class BuildQuerySet(QuerySet["Build"]):
    """Questions about drafts being made."""

    def at_work(self) -> Self:
        """That a worker has something left to do for."""
        return self.filter(state__in=Build.AT_WORK)


class Build(models.Model):
    """A draft, or an edition's files, on its way to be made (utkast); the row is the promise."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "väntar"
        COUNTING = "counting", "räknar"
        SETTING = "setting", "sätter dokumenten"
        DONE = "done", "klart"
        FAILED = "failed", "stoppat"

    AT_WORK: ClassVar = (State.WAITING, State.COUNTING, State.SETTING)

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="builds")
    edition = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="builds"
    )
    state = models.CharField("läge", max_length=10, choices=State, default=State.WAITING)
    parts = models.PositiveSmallIntegerField("delar", default=1)
    parts_done = models.PositiveSmallIntegerField("klara delar", default=0)
    attempts = models.PositiveSmallIntegerField("försök", default=0)
    failure = models.TextField("därför stoppat", blank=True)
    ingredients = models.JSONField(
        "görs av", default=dict, help_text="Texter, mall och mål, som de var när det begärdes."
    )
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="builds"
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="av")
    at = models.DateTimeField("begärdes", auto_now_add=True)
    finished_at = models.DateTimeField("klart", null=True, blank=True)

    objects = BuildQuerySet.as_manager()

    class Meta:
        verbose_name = "utkast"
        verbose_name_plural = "utkast"
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parts_done__lte=models.F("parts")), name="build_within_its_parts"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="build_failed_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(snapshot__isnull=False),
                name="build_done_has_its_snapshot",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=["waiting", "counting", "setting"]),
                name="build_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.get_state_display()}"

    @property
    def texts(self) -> dict[str, str]:
        """The texts it is made of, by the sections' keys."""
        found: dict[str, str] = self.ingredients.get("texts", {})
        return found

    @property
    def is_done(self) -> bool:
        """Whether it is made."""
        return self.state == self.State.DONE

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something left to do."""
        return self.state in self.AT_WORK


class BuildFile(models.Model):
    """One file of a draft or an edition (berättelsens fil)."""

    class Audience(models.TextChoices):
        """Who it is for."""

        INTERNAL = "internal", "intern"
        PUBLIC = "public", "offentlig"

    class Form(models.TextChoices):
        """What sort of file it is."""

        PDF = "pdf", "PDF"
        WORD = "docx", "Word"

    build = models.ForeignKey(Build, models.PROTECT, related_name="files")
    audience = models.CharField("för", max_length=10, choices=Audience)
    form = models.CharField("format", max_length=5, choices=Form)
    content = models.BinaryField()
    sha256 = models.CharField("kontrollsumma", max_length=64)

    class Meta:
        verbose_name = "berättelsens fil"
        verbose_name_plural = "berättelsens filer"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["build", "audience", "form"], name="build_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.build_id} {self.audience}.{self.form}"
