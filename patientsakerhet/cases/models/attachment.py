"""Files added to a case; the bytes lie outside the database, under the name of their hash."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patientsakerhet.cases.models.case import Case
from patientsakerhet.cases.models.comment import Comment
from patientsakerhet.organisation.models import Person


class Attachment(models.Model):
    """One file in a case (bilaga); it can be fetched only when it has been found clean."""

    class Verdict(models.TextChoices):
        """What the examination found."""

        PENDING = "pending", "kontrolleras"
        CLEAN = "clean", "kontrollerad"
        REFUSED = "refused", "stoppad"

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    audience = models.CharField(
        "till", max_length=10, choices=Comment.Audience, default=Comment.Audience.INTERNAL
    )
    name = models.CharField("filnamn", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("storlek i byte")
    content_type = models.CharField("typ", max_length=100)
    verdict = models.CharField("kontroll", max_length=10, choices=Verdict, default=Verdict.PENDING)
    verdict_note = models.CharField("kontrollens skäl", max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("lades till", auto_now_add=True)

    class Meta:
        verbose_name = "bilaga"
        verbose_name_plural = "bilagor"
        ordering = ("at", "pk")
        indexes: ClassVar = [models.Index(fields=["sha256"], name="attachment_by_hash")]

    def __str__(self) -> str:
        return self.name
