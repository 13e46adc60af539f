"""IT systems and medical devices that cases may be about, and the units that answer for them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet

from patientsakerhet.organisation.models import Person, Unit


class ITSystem(models.Model):
    """An IT system in use (IT-system), with the other names people write."""

    name = models.CharField("namn", max_length=120, unique=True)
    aliases = ArrayField(
        models.CharField(max_length=80), verbose_name="kallas också", default=list, blank=True
    )
    managing_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="managed_systems", verbose_name="förvaltande enhet"
    )
    system_manager = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_systems",
        verbose_name="systemansvarig",
    )
    in_use = models.BooleanField("i drift", default=True)

    class Meta:
        verbose_name = "IT-system"
        verbose_name_plural = "IT-system"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DeviceModel(models.Model):
    """A make and model of medical device (produkt)."""

    manufacturer = models.CharField("tillverkare", max_length=120)
    name = models.CharField("handelsnamn", max_length=120)
    group = models.CharField("produktgrupp", max_length=120, blank=True)
    managing_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="managed_models", verbose_name="förvaltande enhet"
    )

    class Meta:
        verbose_name = "produkt"
        verbose_name_plural = "produkter"
        ordering = ("name", "manufacturer")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manufacturer", "name"], name="device_model_once")
        ]

    def __str__(self) -> str:
        return self.name


class DeviceQuerySet(QuerySet["Device"]):
    """Questions about devices."""

    def numbered(self, written: str) -> Self:
        """With this inventory number, however it is spaced or cased."""
        return self.filter(inventory_number="".join(written.split()).upper())


class Device(models.Model):
    """One individual medical device (utrustning), found by the number on its label."""

    model = models.ForeignKey(
        DeviceModel, models.PROTECT, related_name="devices", verbose_name="produkt"
    )
    inventory_number = models.CharField("inventarienummer", max_length=40, unique=True)
    serial_number = models.CharField("serienummer", max_length=80, blank=True)
    software_version = models.CharField("programversion", max_length=40, blank=True)
    holding_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name="finns hos",
    )

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "utrustning"
        verbose_name_plural = "utrustningar"
        ordering = ("inventory_number",)

    def __str__(self) -> str:
        return f"{self.model} {self.inventory_number}"
