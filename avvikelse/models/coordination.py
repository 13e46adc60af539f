"""Routing rules, and what a worker has prepared for the coordinator's decision."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet

from avvikelse.models.deviation import Deviation
from patientsakerhet.cases.models import Code
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, DeviceModel, ITSystem


class RoutingRuleQuerySet(QuerySet["RoutingRule"]):
    """Questions about routing rules."""

    def active(self) -> Self:
        """Switched on, in the order they are tried."""
        return self.filter(is_active=True).order_by("position", "pk")


class RoutingRule(models.Model):
    """If a report is like this, that unit is suggested (vägvisningsregel).

    All conditions that are set must hold; of the words, one is enough.
    """

    name = models.CharField("namn", max_length=80)
    position = models.PositiveIntegerField("ordning", default=100)
    kind = models.ForeignKey(
        Code, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="typ"
    )
    system = models.ForeignKey(
        ITSystem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="IT-system"
    )
    device_model = models.ForeignKey(
        DeviceModel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="produkt"
    )
    filing_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="rapporterande enhet",
    )
    words = ArrayField(
        models.CharField(max_length=60), verbose_name="ord i texten", default=list, blank=True
    )
    receiver = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="föreslå enhet"
    )
    is_active = models.BooleanField("påslagen", default=False)
    dry_run_at = models.DateTimeField("senast provkörd", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField("ändrades", auto_now=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "vägvisningsregel"
        verbose_name_plural = "vägvisningsregler"
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__isnull=False)
                | Q(system__isnull=False)
                | Q(device_model__isnull=False)
                | Q(filing_unit__isnull=False)
                | ~Q(words=[]),
                name="routing_rule_has_a_condition",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(dry_run_at__isnull=False),
                name="routing_rule_dry_run_before_it_is_on",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Preparation(models.Model):
    """What a worker found out about a new report, for the coordinator to decide on (underlag).

    The row is promised with the report and kept later; without it the coordinator decides alone.
    """

    deviation = models.OneToOneField(
        Deviation, models.PROTECT, primary_key=True, related_name="preparation"
    )
    promised_at = models.DateTimeField(auto_now_add=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    prepared_at = models.DateTimeField("förbereddes", null=True, blank=True)
    receiver = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="föreslagen enhet",
    )
    receiver_reason = models.TextField("därför", blank=True)
    rule = models.ForeignKey(
        RoutingRule, models.SET_NULL, null=True, blank=True, related_name="prepared"
    )
    kind = models.ForeignKey(Code, models.PROTECT, null=True, blank=True, related_name="+")
    kind_reason = models.TextField(blank=True)
    event_class = models.ForeignKey(Code, models.PROTECT, null=True, blank=True, related_name="+")
    event_class_reason = models.TextField(blank=True)
    similar_there = models.PositiveSmallIntegerField(
        "liknande som gick till den föreslagna enheten", default=0
    )
    similar_routed = models.PositiveSmallIntegerField("liknande som har koordinerats", default=0)
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="+")
    system = models.ForeignKey(ITSystem, models.PROTECT, null=True, blank=True, related_name="+")
    device_model = models.ForeignKey(
        DeviceModel, models.PROTECT, null=True, blank=True, related_name="+"
    )
    likely = models.JSONField(
        "liknande",
        default=list,
        help_text="Lista av {case, score, duplicate, why}, mest lik först.",
    )

    class Meta:
        verbose_name = "underlag"
        verbose_name_plural = "underlag"
        indexes: ClassVar = [
            models.Index(
                fields=["promised_at"], name="preparation_due", condition=Q(prepared_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.deviation_id)


class Routing(models.Model):
    """What was suggested and what the coordinator chose (koordineringsbeslut), to learn from."""

    deviation = models.ForeignKey(Deviation, models.PROTECT, related_name="routings")
    suggested = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    chosen = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    rule = models.ForeignKey(
        RoutingRule, models.SET_NULL, null=True, blank=True, related_name="routings"
    )
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "koordineringsbeslut"
        verbose_name_plural = "koordineringsbeslut"
        indexes: ClassVar = [models.Index(fields=["chosen", "-at"], name="routing_to_unit")]

    def __str__(self) -> str:
        return f"{self.deviation_id} → {self.chosen}"
