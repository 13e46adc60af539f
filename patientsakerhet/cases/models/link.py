"""What a case hangs together with: other cases, and tickets in other systems."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from patientsakerhet.cases.models.case import Case
from patientsakerhet.organisation.models import Person


class Link(models.Model):
    """Two cases have to do with each other (länk)."""

    class Kind(models.TextChoices):
        """How they hang together."""

        SIMILAR = "similar", "liknar"
        RELATED = "related", "hör ihop med"

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")
    kind = models.CharField("slag", max_length=10, choices=Kind)
    note = models.CharField("anmärkning", max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "länk"
        verbose_name_plural = "länkar"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other"], name="link_once_per_pair"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="link_to_another_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class ExternalTicket(models.Model):
    """A ticket in the service-management system that the case hangs together with."""

    class Kind(models.TextChoices):
        """ITIL's kinds."""

        INCIDENT = "incident", "incident"
        PROBLEM = "problem", "problem"
        CHANGE = "change", "ändring"
        MAJOR_INCIDENT = "major_incident", "stor incident"

    case = models.ForeignKey(Case, models.PROTECT, related_name="tickets")
    kind = models.CharField("slag", max_length=20, choices=Kind)
    system = models.CharField("system", max_length=60)
    number = models.CharField("nummer", max_length=60)
    url = models.URLField("adress", blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "ärende i annat system"
        verbose_name_plural = "ärenden i andra system"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "system", "number"], name="ticket_once_per_case"
            )
        ]

    def __str__(self) -> str:
        return self.number
