"""IT systems: who owns and manages them, how much hangs on them, which units depend on them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.organisation.models import Person, Unit, in_force, valid_to_after_from
from patientsakerhet.register.models.parties import Party


class MaintenanceGroup(models.Model):
    """A group that maintains IT systems together (förvaltningsgrupp), reached by one address."""

    name = models.CharField("namn", max_length=120, unique=True)
    mailbox = models.EmailField("funktionsbrevlåda", blank=True)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="maintenance_groups",
        verbose_name="enhet",
    )

    class Meta:
        verbose_name = "förvaltningsgrupp"
        verbose_name_plural = "förvaltningsgrupper"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ITSystemQuerySet(QuerySet["ITSystem"]):
    """Questions about IT systems."""

    def in_use(self) -> Self:
        """Those in use."""
        return self.filter(in_use=True)

    def needed_by(self, unit: Unit, *, on: date | None = None) -> Self:
        """Those the unit, or a unit below it, depends on that day."""
        needs = SystemDependency.objects.filter(
            in_force(on or timezone.localdate()), unit__path__startswith=unit.path
        )
        return self.filter(pk__in=needs.values("system"))


class ITSystem(models.Model):
    """An IT system in use (IT-system), with the other names people write."""

    class Criticality(models.TextChoices):
        """How soon care suffers without it."""

        LOW = "low", "låg"
        MEDIUM = "medium", "medel"
        HIGH = "high", "hög"
        CRITICAL = "critical", "verksamhetskritisk"

    class OnCall(models.TextChoices):
        """When somebody answers for it (jourklass)."""

        NONE = "none", "ingen jour"
        OFFICE_HOURS = "office_hours", "kontorstid"
        EXTENDED = "extended", "utökad tid"
        ALWAYS = "always", "dygnet runt"

    name = models.CharField("namn", max_length=120, unique=True)
    description = models.CharField("beskrivning", max_length=300, blank=True)
    aliases = ArrayField(
        models.CharField(max_length=80), verbose_name="kallas också", default=list, blank=True
    )
    supplier = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="systems",
        verbose_name="leverantör",
    )
    managing_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="managed_systems", verbose_name="förvaltande enhet"
    )
    owner_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_systems",
        verbose_name="ägande enhet",
    )
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_systems",
        verbose_name="systemägare",
    )
    system_manager = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_systems",
        verbose_name="systemansvarig",
    )
    information_owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_information",
        verbose_name="informationsägare",
    )
    maintenance_group = models.ForeignKey(
        MaintenanceGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="systems",
        verbose_name="förvaltningsgrupp",
    )
    criticality = models.CharField("kritikalitet", max_length=10, choices=Criticality, blank=True)
    on_call = models.CharField("jourklass", max_length=15, choices=OnCall, blank=True)
    in_use = models.BooleanField("i drift", default=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = ITSystemQuerySet.as_manager()

    class Meta:
        verbose_name = "IT-system"
        verbose_name_plural = "IT-system"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SystemDependency(models.Model):
    """A unit depends on an IT system during a period (beroende enhet)."""

    system = models.ForeignKey(
        ITSystem, models.CASCADE, related_name="dependencies", verbose_name="IT-system"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="system_dependencies", verbose_name="enhet"
    )
    valid_from = models.DateField("gäller från", default=timezone.localdate)
    valid_to = models.DateField("gäller till", null=True, blank=True)

    class Meta:
        verbose_name = "beroende enhet"
        verbose_name_plural = "beroende enheter"
        ordering = ("system", "unit", "valid_from")
        constraints: ClassVar = [
            valid_to_after_from("system_dependency_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["system", "unit"],
                condition=Q(valid_to=None),
                name="system_dependency_one_open_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}, {self.unit}"
