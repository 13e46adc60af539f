"""The status history every flow figure is computed from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.cases.models.case import Case
from patientsakerhet.organisation.models import Person, Unit


class Transition(models.Model):
    """One step a case took: from where to where, when it happened and when it was recorded.

    Rows are only ever added; the database refuses to change or remove them.
    """

    class Source(models.TextChoices):
        """Whether the product moved the case or it moved in another system before the import."""

        ACTION = "action", "i Varsam"
        IMPORT = "import", "i ett tidigare system"

    case = models.ForeignKey(Case, models.PROTECT, related_name="transitions")
    step = models.CharField("steg", max_length=30)
    from_status = models.CharField("från läge", max_length=30, blank=True)
    to_status = models.CharField("till läge", max_length=30)
    from_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    handler = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField("hände")
    recorded_at = models.DateTimeField("registrerades", default=timezone.now, editable=False)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField("skäl", blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.ACTION)

    class Meta:
        verbose_name = "övergång"
        verbose_name_plural = "övergångar"
        ordering = ("occurred_at", "pk")
        indexes: ClassVar = [
            models.Index(fields=["case", "occurred_at", "id"], name="transition_of_case"),
            models.Index(fields=["to_status", "occurred_at"], name="transition_into_status"),
            models.Index(
                fields=["from_unit", "occurred_at"],
                name="transition_handed_over",
                condition=Q(step="hand_over"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_status} → {self.to_status}"
