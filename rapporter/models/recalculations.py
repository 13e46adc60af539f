"""What somebody has decided about how figures are shown."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet

from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, Unit


class RecalculationQuerySet(QuerySet["Recalculation"]):
    """What one may ask of the recalculations."""

    def of(self, unit: Unit) -> Self:
        """Those of this unit's own charts."""
        return self.filter(unit=unit)

    def in_force(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)


class Recalculation(models.Model):
    """From this day the chart of a measure at a unit has a new level and new limits (omräkning).

    A person decides it, never the product; it alters no number, and no report that is frozen.
    """

    measure = models.CharField("mått", max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    begins_on = models.DateField("nya gränser från")
    reason = models.CharField("skäl", max_length=200)
    saw_shift = models.BooleanField("diagrammet visade ett skifte")
    decided_at = models.DateTimeField("beslutades")
    decided_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="beslutad av"
    )
    withdrawn_at = models.DateTimeField("togs tillbaka", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="tillbakatagen av",
    )

    objects = RecalculationQuerySet.as_manager()

    class Meta:
        verbose_name = "omräkning"
        verbose_name_plural = "omräkningar"
        ordering = ("begins_on", "pk")
        constraints: ClassVar = [
            filled("reason", name="recalculation_has_a_reason"),
            all_or_none("withdrawn_at", "withdrawn_by", name="recalculation_withdrawn_by_somebody"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("decided_at")),
                name="recalculation_withdrawn_after_it_was_decided",
            ),
            models.UniqueConstraint(
                fields=["measure", "unit", "begins_on"],
                condition=Q(withdrawn_at=None),
                name="recalculation_once_per_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.begins_on}"
