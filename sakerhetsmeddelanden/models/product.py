"""What a notice is about: products as the supplier wrote them, and what that was found to mean."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patientsakerhet.register.models import DeviceModel, Party
from sakerhetsmeddelanden.models.notice import SafetyNotice


class AffectedProduct(models.Model):
    """One product in a notice (berörd produkt): how it is recognised, and which of it are affected.

    The text of a range stands as the supplier wrote it; `ranges` is what was understood of it.
    """

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="products")
    position = models.PositiveSmallIntegerField("ordning", default=1)
    udi_dis = ArrayField(
        models.CharField(max_length=60), verbose_name="UDI-DI", default=list, blank=True
    )
    manufacturer = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tillverkare"
    )
    trade_name = models.CharField("handelsnamn", max_length=200, blank=True)
    model_numbers = ArrayField(
        models.CharField(max_length=80),
        verbose_name="modell- eller artikelnummer",
        default=list,
        blank=True,
    )
    family = models.CharField("produktfamilj", max_length=120, blank=True)
    emdn_code = models.CharField("EMDN-kod", max_length=20, blank=True)
    range_text = models.TextField("berörda nummer, som de skrevs", blank=True)
    ranges = models.JSONField("berörda nummer, som de förstås", null=True, blank=True)
    unread = ArrayField(
        models.TextField(), verbose_name="gick inte att tolka", default=list, blank=True
    )
    models_chosen = models.ManyToManyField(
        DeviceModel,
        blank=True,
        related_name="safety_notice_products",
        verbose_name="produkter i registret",
    )
    models_confirmed = models.BooleanField("valda av samordnaren", default=False)

    class Meta:
        verbose_name = "berörd produkt"
        verbose_name_plural = "berörda produkter"
        ordering = ("notice", "position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(trade_name="", udi_dis=[], model_numbers=[], family="", emdn_code=""),
                name="affected_product_can_be_recognised",
            )
        ]

    def __str__(self) -> str:
        return self.trade_name or ", ".join([*self.model_numbers, *self.udi_dis]) or self.family
