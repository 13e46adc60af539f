"""Originals that only a named need may open: text in which a personal number was found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patientsakerhet.cases.models.case import Case


class SealedText(models.Model):
    """What somebody wrote before its personal numbers were masked, encrypted and erasable."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sealed")
    field = models.CharField("fält", max_length=60)
    ciphertext = models.BinaryField()
    key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "förseglad text"
        verbose_name_plural = "förseglade texter"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "field"], name="sealed_once_per_field")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"
