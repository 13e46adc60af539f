"""Medical devices: makes and models with their identifiers, individuals, and where each has been."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from patientsakerhet.lib.constraints import filled, ordered
from patientsakerhet.organisation.models import Unit
from patientsakerhet.register.models.nomenclature import EmdnTerm
from patientsakerhet.register.models.parties import Party
from patientsakerhet.register.spelling import Compact, compact


def _compacted(field: str, width: int) -> models.GeneratedField:
    """What the field is found by, however it is spaced and cased."""
    return models.GeneratedField(
        expression=Compact(F(field)),
        output_field=models.CharField(max_length=width),
        db_persist=True,
    )


class DeviceModelQuerySet(QuerySet["DeviceModel"]):
    """Questions about makes and models."""

    def current(self) -> Self:
        """Those that have not been merged into another."""
        return self.filter(merged_into=None)

    def identified(self, *udi_dis: str) -> Self:
        """Those with any of these UDI-DI."""
        return self.filter(
            pk__in=DeviceIdentifier.objects.filter(udi_di__in=udi_dis).values("model")
        )

    def designated(self, written: str) -> Self:
        """Those whose trade name, model number or catalogue number this is, however it is spaced."""
        key = compact(written)
        if not key:
            return self.none()
        return self.filter(Q(name_key=key) | Q(model_key=key) | Q(catalogue_key=key))


class DeviceModel(models.Model):
    """A make and model of medical device (produkt)."""

    manufacturer = models.ForeignKey(
        Party, models.PROTECT, related_name="device_models", verbose_name="tillverkare"
    )
    name = models.CharField("handelsnamn", max_length=120)
    model_number = models.CharField("modellbeteckning", max_length=80, blank=True)
    catalogue_number = models.CharField("artikelnummer", max_length=80, blank=True)
    emdn = models.ForeignKey(
        EmdnTerm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="device_models",
        verbose_name="EMDN-term",
    )
    family = models.CharField("produktfamilj", max_length=120, blank=True)
    group = models.CharField("produktgrupp", max_length=120, blank=True)
    managing_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="managed_models", verbose_name="förvaltande enhet"
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name="ihopslagen med",
    )
    version = models.PositiveIntegerField("version", default=1)
    name_key = _compacted("name", 120)
    model_key = _compacted("model_number", 80)
    catalogue_key = _compacted("catalogue_number", 80)
    family_key = _compacted("family", 120)

    objects = DeviceModelQuerySet.as_manager()

    class Meta:
        verbose_name = "produkt"
        verbose_name_plural = "produkter"
        ordering = ("name", "pk")
        constraints: ClassVar = [
            filled("name", name="device_model_has_a_name"),
            models.UniqueConstraint(
                fields=["manufacturer", "name", "model_number", "catalogue_number"],
                condition=Q(merged_into=None),
                name="device_model_once",
                violation_error_message="Produkten finns redan hos tillverkaren.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["manufacturer", "name_key"], name="device_model_by_name"),
            models.Index(fields=["manufacturer", "model_key"], name="device_model_by_model"),
            models.Index(
                fields=["manufacturer", "catalogue_key"], name="device_model_by_catalogue"
            ),
            models.Index(fields=["name_key"], name="device_model_name_key"),
            models.Index(fields=["catalogue_key"], name="device_model_catalogue_key"),
            models.Index(fields=["family_key"], name="device_model_family_key"),
        ]

    def __str__(self) -> str:
        return self.name


class DeviceIdentifier(models.Model):
    """A UDI-DI of a model (produktidentifierare): a package or a market may have one of its own."""

    class Agency(models.TextChoices):
        """Who gave it out."""

        GS1 = "gs1", "GS1"
        HIBC = "hibc", "HIBCC"
        ICCBBA = "iccbba", "ICCBBA"

    model = models.ForeignKey(
        DeviceModel, models.CASCADE, related_name="identifiers", verbose_name="produkt"
    )
    udi_di = models.CharField("UDI-DI", max_length=60, unique=True)
    agency = models.CharField("utgivare", max_length=10, choices=Agency, blank=True)

    class Meta:
        verbose_name = "UDI-DI"
        verbose_name_plural = "UDI-DI"
        ordering = ("udi_di",)
        constraints: ClassVar = [filled("udi_di", name="device_identifier_is_not_empty")]

    def __str__(self) -> str:
        return self.udi_di


class DeviceQuerySet(QuerySet["Device"]):
    """Questions about devices."""

    def numbered(self, written: str) -> Self:
        """With this inventory number, however it is spaced or cased."""
        return self.filter(inventory_number="".join(written.split()).upper()).exclude(
            inventory_number=""
        )

    def with_serial(self, *written: str) -> Self:
        """With any of these serial numbers, however they are spaced or cased."""
        return self.filter(serial_key__in=[key for one in written if (key := compact(one))])

    def of_lot(self, *written: str) -> Self:
        """Of any of these lots, however they are spaced or cased."""
        return self.filter(lot_key__in=[key for one in written if (key := compact(one))])

    def present(self) -> Self:
        """Those the region still has in its hands, wherever they stand."""
        return self.filter(status__in=Device.PRESENT)

    def held_within(self, unit: Unit) -> Self:
        """Those the unit, or a unit below it, holds now."""
        return self.filter(holding_unit__path__startswith=unit.path)

    def held_at(self, moment: datetime, unit: Unit) -> Self:
        """Those the unit held at the moment."""
        held = DeviceHolding.objects.at(moment).filter(device=OuterRef("pk"), unit=unit)
        return self.filter(Exists(held))


class Device(models.Model):
    """One individual medical device (utrustning), found by the number on its label.

    Where it has been, `holdings`, is written by the database whenever `holding_unit` changes.
    """

    class Status(models.TextChoices):
        """Where in its life it is."""

        IN_USE = "in_use", "i bruk"
        STORED = "stored", "i förråd"
        IN_SERVICE = "in_service", "på service"
        QUARANTINED = "quarantined", "i karantän"
        RETURNED = "returned", "återlämnad"
        SCRAPPED = "scrapped", "kasserad"
        MISSING = "missing", "saknas"

    PRESENT: ClassVar = (
        Status.IN_USE,
        Status.STORED,
        Status.IN_SERVICE,
        Status.QUARANTINED,
        Status.MISSING,
    )
    """Not handed back and not scrapped; what is missing may turn up."""

    model = models.ForeignKey(
        DeviceModel, models.PROTECT, related_name="devices", verbose_name="produkt"
    )
    inventory_number = models.CharField("inventarienummer", max_length=40, blank=True)
    serial_number = models.CharField("serienummer", max_length=80, blank=True)
    lot_number = models.CharField("partinummer", max_length=80, blank=True)
    software_version = models.CharField("programversion", max_length=40, blank=True)
    udi_pi = models.CharField("UDI-PI", max_length=200, blank=True)
    holding_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="devices",
        verbose_name="finns hos",
    )
    status = models.CharField("läge", max_length=15, choices=Status, default=Status.IN_USE)
    bought_on = models.DateField("inköpt", null=True, blank=True)
    manufactured_on = models.DateField("tillverkad", null=True, blank=True)
    expires_on = models.DateField("bäst före", null=True, blank=True)
    out_of_use_on = models.DateField("tagen ur bruk", null=True, blank=True)
    source = models.CharField("källa", max_length=60, blank=True)
    external_key = models.CharField("nyckel i källan", max_length=80, blank=True)
    last_seen_at = models.DateTimeField("senast i källan", null=True, blank=True)
    is_stale = models.BooleanField("borta ur källan", default=False)
    version = models.PositiveIntegerField("version", default=1)
    serial_key = _compacted("serial_number", 80)
    lot_key = _compacted("lot_number", 80)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "utrustning"
        verbose_name_plural = "utrustningar"
        ordering = ("inventory_number", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inventory_number"],
                condition=~Q(inventory_number=""),
                name="device_inventory_number_once",
                violation_error_message="Inventarienumret finns redan.",
            ),
            models.UniqueConstraint(
                fields=["source", "external_key"],
                condition=~Q(external_key=""),
                name="device_once_per_source",
                violation_error_message="Nyckeln finns redan i källan.",
            ),
            models.CheckConstraint(
                condition=~Q(inventory_number="", serial_number="", lot_number="", external_key=""),
                name="device_can_be_told_apart",
                violation_error_message="Ange inventarienummer, serienummer eller partinummer.",
            ),
            ordered("manufactured_on", "expires_on", name="device_expires_after_it_was_made"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["inventory_number", "id"], name="device_in_order"),
            models.Index(fields=["model", "serial_key"], name="device_by_model_and_serial"),
            models.Index(fields=["model", "lot_key"], name="device_by_model_and_lot"),
            models.Index(fields=["serial_key"], name="device_serial_key"),
            models.Index(fields=["lot_key"], condition=~Q(lot_number=""), name="device_lot_key"),
            models.Index(fields=["holding_unit", "status"], name="device_by_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.label}"

    @property
    def label(self) -> str:
        """The number it is told apart by."""
        return (
            self.inventory_number
            or self.serial_number
            or self.external_key
            or f"parti {self.lot_number}"
        )


class DeviceHoldingQuerySet(QuerySet["DeviceHolding"]):
    """Questions about who has held what."""

    def at(self, moment: datetime) -> Self:
        """Holdings in force at the moment."""
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)

    def current(self) -> Self:
        """Holdings in force now."""
        return self.filter(until=None)

    def begun_after(self, moment: datetime) -> Self:
        """Devices that came to their unit after the moment, and are still there."""
        return self.current().filter(since__gt=moment)


class DeviceHolding(models.Model):
    """A unit held a device from a moment up to another (innehav). Written by the database.

    `since` is when the register was told, or for a device's first the day it was bought.
    """

    device = models.ForeignKey(
        Device, models.CASCADE, related_name="holdings", verbose_name="utrustning"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="device_holdings", verbose_name="enhet"
    )
    since = models.DateTimeField("från", default=timezone.now)
    until = models.DateTimeField("till", null=True, blank=True)

    objects = DeviceHoldingQuerySet.as_manager()

    class Meta:
        verbose_name = "innehav"
        verbose_name_plural = "innehav"
        ordering = ("device", "since", "pk")
        constraints: ClassVar = [
            ordered("since", "until", name="device_holding_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["device"], condition=Q(until=None), name="device_held_by_one_unit_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "since"], name="device_holding_of_unit"),
            models.Index(fields=["device", "since"], name="device_holding_of_device"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} hos {self.unit_id} från {self.since:%Y-%m-%d}"
