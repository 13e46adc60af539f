"""Those who make, bring in and sell what the register holds, and every way their names are spelt."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, QuerySet

from patientsakerhet.lib.constraints import filled
from patientsakerhet.register.spelling import party_spelling

SRN = RegexValidator(
    r"^[A-Z]{2}-(MF|AR|IM|PR)-\d{9}$",
    "Skriv SRN som land, roll och nio siffror, till exempel SE-MF-000012345.",
)


class PartyQuerySet(QuerySet["Party"]):
    """Questions about parties."""

    def current(self) -> Self:
        """Those that have not been merged into another."""
        return self.filter(merged_into=None)

    def called(self, name: str) -> Self:
        """The party that goes by this name, however it is spelt; none or one."""
        return self.current().filter(aliases__spelling=party_spelling(name))

    def writing_from(self, address: str) -> Self:
        """Those whose address this is, or whose mail domain it ends with."""
        address = address.strip().lower()
        labels = address.rpartition("@")[2].split(".")
        domains = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        return self.current().filter(
            Q(contact_addresses__contains=[address]) | Q(mail_domains__overlap=domains)
        )


class Party(models.Model):
    """A manufacturer, supplier, authorised representative or importer (aktör)."""

    class Part(models.TextChoices):
        """What it is to the devices, MDR (EU) 2017/745 article 2."""

        MANUFACTURER = "manufacturer", "tillverkare"
        SUPPLIER = "supplier", "leverantör"
        REPRESENTATIVE = "authorised_representative", "auktoriserad representant"
        IMPORTER = "importer", "importör"

    name = models.CharField("namn", max_length=160)
    parts = ArrayField(
        models.CharField(max_length=30, choices=Part),
        verbose_name="är",
        default=list,
        blank=True,
    )
    srn = models.CharField("SRN", max_length=20, blank=True, validators=[SRN])
    mail_domains = ArrayField(
        models.CharField(max_length=120), verbose_name="e-postdomäner", default=list, blank=True
    )
    contact_addresses = ArrayField(
        models.EmailField(), verbose_name="kontaktadresser", default=list, blank=True
    )
    contact_details = models.TextField("kontaktuppgifter", max_length=1000, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name="ihopslagen med",
    )
    version = models.PositiveIntegerField("version", default=1)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = "aktör"
        verbose_name_plural = "aktörer"
        ordering = ("name", "pk")
        constraints: ClassVar = [
            filled("name", name="party_has_a_name"),
            models.UniqueConstraint(
                fields=["srn"],
                condition=~Q(srn="") & Q(merged_into=None),
                name="party_srn_once",
                violation_error_message="Det SRN hör till en annan aktör.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")),
                name="party_is_not_merged_into_itself",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["mail_domains"], name="party_mail_domains"),
            GinIndex(fields=["contact_addresses"], name="party_contact_addresses"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyAlias(models.Model):
    """One way a party's name is written (stavning), the name itself among them.

    A spelling leads to one party alone, so that what comes in has one answer.
    """

    party = models.ForeignKey(Party, models.CASCADE, related_name="aliases", verbose_name="aktör")
    name = models.CharField("skrivs", max_length=160)
    spelling = models.CharField("stavning", max_length=160, unique=True, editable=False)

    class Meta:
        verbose_name = "stavning"
        verbose_name_plural = "stavningar"
        ordering = ("name", "pk")
        constraints: ClassVar = [filled("spelling", name="party_alias_has_a_spelling")]

    def __str__(self) -> str:
        return self.name
