"""What targeting considered and did not choose, could not decide, or met later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device
from sakerhetsmeddelanden.models.notice import SafetyNotice
from sakerhetsmeddelanden.models.product import AffectedProduct


class ConsideredUnit(models.Model):
    """A unit that was near and not chosen (övervägd enhet), with the reason."""

    class Why(models.TextChoices):
        """What kept it out."""

        OUTSIDE_RANGE = "outside_range", "numren är inte berörda"
        OUT_OF_USE = "out_of_use", "utrustningen är inte kvar"
        OTHER_MODEL = "other_model", "annan modell i samma familj"
        OTHER_MANUFACTURER = "other_manufacturer", "samma beteckning, annan tillverkare"
        TAKEN_OUT = "taken_out", "borttagen för hand"
        ANSWERED = "answered", "har svarat på den tidigare versionen"

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="considered")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    why = models.CharField("orsak", max_length=20, choices=Why)
    reason = models.TextField("skäl")
    device_count = models.PositiveIntegerField("utrustningar", default=0)

    class Meta:
        verbose_name = "övervägd enhet"
        verbose_name_plural = "övervägda enheter"
        ordering = ("notice", "unit__path")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "unit"], name="considered_unit_once"),
            filled("reason", name="considered_unit_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.unit}"


class UndecidedDevice(models.Model):
    """A device whose data do not say whether it is affected (oavgjord utrustning), and the decision."""

    class Decision(models.TextChoices):
        """What somebody decided."""

        INCLUDED = "included", "räknas som berörd"
        EXCLUDED = "excluded", "räknas inte"

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="undecided")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+", verbose_name="utrustning")
    product = models.ForeignKey(
        AffectedProduct, models.SET_NULL, null=True, related_name="+", verbose_name="produkt"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="finns hos"
    )
    why = models.CharField("varför", max_length=300)
    decision = models.CharField("beslut", max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beslutat av"
    )
    decided_at = models.DateTimeField("beslutat", null=True, blank=True)
    decision_reason = models.CharField("skäl", max_length=300, blank=True)

    class Meta:
        verbose_name = "oavgjord utrustning"
        verbose_name_plural = "oavgjorda utrustningar"
        ordering = ("notice", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "device"], name="undecided_device_once"),
            all_or_none("decided_by", "decided_at", name="undecided_device_decided_together"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None)
                | (Q(decided_at__isnull=False, decision_reason__regex=r"\S") & ~Q(decision="")),
                name="undecided_device_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.device}"


class LateArrival(models.Model):
    """A device that came to a unit after the notice was sent out, and may be affected (sen ankomst)."""

    class Outcome(models.TextChoices):
        """What was decided."""

        ASKED = "asked", "enheten tillfrågas"
        NO_NEED = "no_need", "behövs inte"

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="arrivals")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+", verbose_name="utrustning")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    reason = models.CharField("skäl", max_length=300)
    found_at = models.DateTimeField("upptäcktes")
    handled_at = models.DateTimeField("bedömdes", null=True, blank=True)
    handled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bedömdes av"
    )
    outcome = models.CharField("beslut", max_length=10, choices=Outcome, blank=True)
    outcome_reason = models.CharField("skäl", max_length=300, blank=True)

    class Meta:
        verbose_name = "sen ankomst"
        verbose_name_plural = "sena ankomster"
        ordering = ("notice", "found_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice", "device", "unit"], name="late_arrival_once_per_unit"
            ),
            all_or_none("handled_at", "handled_by", name="late_arrival_handled_together"),
            models.CheckConstraint(
                condition=Q(outcome="", handled_at=None)
                | (~Q(outcome="") & Q(handled_at__isnull=False)),
                name="late_arrival_has_an_outcome_when_handled",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], name="late_arrival_open", condition=Q(handled_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.device}"
