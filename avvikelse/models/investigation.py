"""What the investigation found: notes, course of events, causes, codes, and what happened before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avvikelse.models.deviation import Deviation
from patientsakerhet.cases.models import Code
from patientsakerhet.organisation.models import Person


class Investigation(models.Model):
    """The investigation of one deviation (orsaksutredning): its answers that stand once each."""

    class Recurrence(models.TextChoices):
        """Has anything similar happened before?"""

        YES = "yes", "ja"
        NO = "no", "nej"
        UNKNOWN = "unknown", "går inte att avgöra"

    deviation = models.OneToOneField(
        Deviation, models.PROTECT, primary_key=True, related_name="investigation"
    )
    similar_before = models.CharField(
        "har något liknande hänt förut", max_length=10, choices=Recurrence, blank=True
    )
    similar_answer = models.TextField("varför igen, eller hur ni vet att det inte hänt", blank=True)
    similar_search = models.CharField("sökningen", max_length=300, blank=True)
    similar_hits = models.PositiveIntegerField("träffar i sökningen", null=True, blank=True)
    similar_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    similar_at = models.DateTimeField("besvarades", null=True, blank=True)
    could_recur = models.TextField("kan det hända igen", blank=True)
    patient_view = models.TextField("patientens eller närståendes bild", blank=True)
    is_event_analysis = models.BooleanField("genomförs som händelseanalys", default=False)

    class Meta:
        verbose_name = "orsaksutredning"
        verbose_name_plural = "orsaksutredningar"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(similar_before="")
                | (
                    ~Q(similar_before="")
                    & ~Q(similar_search="")
                    & Q(
                        similar_hits__isnull=False,
                        similar_by__isnull=False,
                        similar_at__isnull=False,
                    )
                ),
                name="investigation_similar_answered_against_a_search",
            )
        ]

    def __str__(self) -> str:
        return str(self.deviation_id)


class Note(models.Model):
    """One thing the investigation knows or thinks (anteckning), with where it comes from."""

    class Kind(models.TextChoices):
        """Known or judged."""

        FACT = "fact", "fakta"
        JUDGEMENT = "judgement", "bedömning"

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="notes")
    kind = models.CharField("slag", max_length=10, choices=Kind)
    text = models.TextField("text")
    source = models.CharField("källa", max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by_title = models.CharField("befattning då", max_length=120, blank=True)
    at = models.DateTimeField("skrevs")
    withdrawn_at = models.DateTimeField("återtogs", null=True, blank=True)

    class Meta:
        verbose_name = "anteckning"
        verbose_name_plural = "anteckningar"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="fact") | ~Q(source=""), name="note_of_fact_has_a_source"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class TimelineEntry(models.Model):
    """One moment in the course of events (händelseförlopp)."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="timeline")
    at = models.DateTimeField("tidpunkt")
    precision = models.CharField(
        "hur säker är tiden",
        max_length=10,
        choices=Deviation.Precision,
        default=Deviation.Precision.ABOUT,
    )
    text = models.TextField("vad hände")
    departs = models.BooleanField("avvek från det förväntade", default=False)
    expected = models.TextField("vad som skulle ha hänt", blank=True)
    source = models.CharField("källa", max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "tidpunkt i händelseförloppet"
        verbose_name_plural = "tidpunkter i händelseförloppet"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Cause(models.Model):
    """One cause found (orsak), in one of the national cause areas, with what speaks for it.

    In an event analysis it also has its place: a direct cause of a departure in the course of
    events, or one that lies behind another cause.
    """

    class Depth(models.TextChoices):
        """How near the event it lies."""

        DIRECT = "direct", "direkt orsak"
        UNDERLYING = "underlying", "bakomliggande orsak"

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="causes")
    area = models.ForeignKey(Code, models.PROTECT, related_name="+", verbose_name="orsaksområde")
    text = models.TextField("orsak")
    evidence = models.TextField("vad som talar för det")
    depth = models.CharField("slag", max_length=10, choices=Depth, blank=True)
    departure = models.ForeignKey(
        TimelineEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="causes",
        verbose_name="ledde till avvikelsen",
    )
    explains = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="explained_by",
        verbose_name="ligger bakom orsaken",
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("skrevs")

    class Meta:
        verbose_name = "orsak"
        verbose_name_plural = "orsaker"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(depth="", departure=None, explains=None)
                | Q(depth="direct", departure__isnull=False, explains=None)
                | Q(depth="underlying", departure=None, explains__isnull=False),
                name="cause_has_its_place",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class DeviceCode(models.Model):
    """An IMDRF term that describes the device event (IMDRF-kod)."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="device_codes")
    code = models.ForeignKey(Code, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "IMDRF-kod"
        verbose_name_plural = "IMDRF-koder"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deviation", "code"], name="device_code_once")
        ]

    def __str__(self) -> str:
        return str(self.code)
