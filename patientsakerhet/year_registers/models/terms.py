"""The choices that the registers are kept with: sorts of meeting, topics, sorts of training."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import in_force, valid_to_after_from


class RegisterTermQuerySet(QuerySet["RegisterTerm"]):
    """Questions about the choices."""

    def current(self) -> Self:
        """Those in force today."""
        return self.filter(in_force(timezone.localdate()))

    def of(self, name: str) -> Self:
        """Those of one list, in the order they are offered."""
        return self.filter(list=name).order_by("position", "name", "pk")


class RegisterTerm(models.Model):
    """One choice in the registers of the year (val i årets register): the region's own, with its ground.

    The code is what figures count by and never changes; the name may.
    """

    class List(models.TextChoices):
        """Which list it stands in."""

        MEETING_KIND = "meeting_kind", "mötesslag"
        MEETING_TOPIC = "meeting_topic", "mötesämne"
        TRAINING_KIND = "training_kind", "utbildningsslag"

    list = models.CharField("lista", max_length=20, choices=List)
    code = models.SlugField("kod", max_length=40)
    name = models.CharField("namn", max_length=80)
    basis = models.TextField("grund")
    position = models.PositiveSmallIntegerField("ordning", default=100)
    valid_from = models.DateField("gäller från", default=timezone.localdate)
    valid_to = models.DateField("gäller till", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = RegisterTermQuerySet.as_manager()

    class Meta:
        verbose_name = "val i årets register"
        verbose_name_plural = "val i årets register"
        ordering = ("list", "position", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "code"], name="register_term_once"),
            filled("name", name="register_term_has_a_name"),
            filled("basis", name="register_term_has_a_basis"),
            valid_to_after_from("register_term_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name
