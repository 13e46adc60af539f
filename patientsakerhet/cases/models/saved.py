"""What a person keeps for herself: saved views and unfinished forms."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patientsakerhet.organisation.models import Person


class SavedView(models.Model):
    """A filter somebody has given a name (sparad vy)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    page = models.SlugField("sida", max_length=40)
    name = models.CharField("namn", max_length=40)
    query = models.CharField("urval", max_length=2000)
    position = models.PositiveSmallIntegerField("ordning", default=0)

    class Meta:
        verbose_name = "sparad vy"
        verbose_name_plural = "sparade vyer"
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "page", "name"], name="saved_view_named_once_per_page"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """A form somebody has begun and not sent (utkast)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    form = models.SlugField("formulär", max_length=40)
    key = models.CharField("nyckel", max_length=60, blank=True)
    fields = models.JSONField("innehåll", default=dict)
    saved_at = models.DateTimeField("sparades", auto_now=True)

    class Meta:
        verbose_name = "utkast"
        verbose_name_plural = "utkast"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "form", "key"], name="draft_once_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.saved_at:%Y-%m-%d %H:%M}"
