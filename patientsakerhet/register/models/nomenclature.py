"""The European nomenclature of medical devices, as a tree."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class EmdnTerm(models.Model):
    """One term of the European Medical Device Nomenclature (EMDN-term)."""

    class Origin(models.TextChoices):
        """Who wrote it."""

        OFFICIAL = "official", "Europeiska kommissionen"
        OURS = "ours", "startlista"

    code = models.CharField("kod", max_length=20, unique=True)
    term = models.CharField("engelsk term", max_length=500, blank=True)
    label = models.CharField("svensk benämning", max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="överordnad",
    )
    level = models.PositiveSmallIntegerField("nivå")
    is_terminal = models.BooleanField("lägsta nivån", default=False)
    origin = models.CharField("från", max_length=10, choices=Origin, default=Origin.OURS)
    release = models.CharField("utgåva", max_length=20, blank=True)
    is_current = models.BooleanField("gäller", default=True)

    class Meta:
        verbose_name = "EMDN-term"
        verbose_name_plural = "EMDN-termer"
        ordering = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(term="") | ~Q(label=""), name="emdn_term_says_something"
            ),
            models.CheckConstraint(
                condition=Q(level=1, parent=None) | Q(level__gt=1, parent__isnull=False),
                name="emdn_term_below_the_first_level_has_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label or self.term}"
