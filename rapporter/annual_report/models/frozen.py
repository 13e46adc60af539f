"""What was counted and shown, as it was at the moment it was frozen; rows here never change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from rapporter.annual_report.models.report import AnnualReport


class Snapshot(models.Model):
    """Every figure of a report at one moment (fryst underlag), with what they were made by."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="snapshots")
    cutoff_at = models.DateTimeField("som det var känt")
    taken_at = models.DateTimeField("togs")
    is_final = models.BooleanField("vid datumgränsen")
    keeps_facts = models.BooleanField("med sina faktarader")
    made_by = models.JSONField("gjort med", help_text="Mått, mall, bibliotek, tidszoner.")
    figures = models.JSONField("siffror", default=dict)
    tables = models.JSONField("tabellernas kontrollsummor", default=dict)
    leaks = models.JSONField("små tal som går att räkna ut", default=list)
    sha256 = models.CharField("kontrollsumma", max_length=64)

    class Meta:
        verbose_name = "fryst underlag"
        verbose_name_plural = "frysta underlag"
        ordering = ("-taken_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(cutoff_at__lte=models.F("taken_at")),
                name="snapshot_knows_nothing_of_what_is_to_come",
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Cell(models.Model):
    """One number in a table (cell), what it counts, and how many rows it was counted from."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="cells")
    position = models.PositiveIntegerField("ordning")
    table = models.CharField("tabell", max_length=40)
    measure = models.CharField("mått", max_length=80)
    measure_version = models.PositiveSmallIntegerField("måttets version")
    dims = models.JSONField("gäller", default=dict)
    count = models.PositiveIntegerField("rader")
    value = models.DecimalField("värde", max_digits=18, decimal_places=6, null=True)
    low = models.DecimalField("lägst", max_digits=18, decimal_places=6, null=True)
    high = models.DecimalField("högst", max_digits=18, decimal_places=6, null=True)
    facts_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "cell"
        verbose_name_plural = "celler"
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "position"], name="cell_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.measure}"


class Fact(models.Model):
    """What one counted row said (faktarad): a keyed mark of which, and the fields that were used; no text."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="facts")
    series = models.CharField("serie", max_length=120, help_text="Mått, år och kännedom.")
    ref = models.CharField("radens märke", max_length=64, blank=True)
    dims = models.JSONField("fält", default=dict)
    part = models.DecimalField("räknas som", max_digits=18, decimal_places=6)

    class Meta:
        verbose_name = "faktarad"
        verbose_name_plural = "faktarader"
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=["snapshot", "series", "id"], name="fact_of_series"),
            models.Index(fields=["ref"], name="fact_by_ref", condition=~Q(ref="")),
        ]

    def __str__(self) -> str:
        return self.series
