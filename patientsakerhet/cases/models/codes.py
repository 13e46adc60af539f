"""Dated code trees: a changed list never rewrites what was coded before."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from patientsakerhet.organisation.models import in_force, valid_to_after_from


class CodeSystem(models.Model):
    """One tree of codes (kodverk), with where it comes from."""

    key = models.SlugField("nyckel", max_length=40, unique=True)
    name = models.CharField("namn", max_length=80)
    origin = models.TextField("ursprung")
    editable = models.BooleanField("kan ändras av systemförvaltare", default=True)

    class Meta:
        verbose_name = "kodverk"
        verbose_name_plural = "kodverk"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CodeQuerySet(QuerySet["Code"]):
    """Questions about codes."""

    def of(self, system: str) -> Self:
        """Codes in one tree."""
        return self.filter(system__key=system)

    def current(self) -> Self:
        """Codes in force today."""
        return self.filter(in_force(timezone.localdate()))

    def selectable(self) -> Self:
        """Codes that may be chosen today."""
        return self.current().filter(selectable=True)


class Code(models.Model):
    """One code in a tree (kod), valid during a period."""

    system = models.ForeignKey(CodeSystem, models.PROTECT, related_name="codes")
    code = models.CharField("kod", max_length=40)
    label = models.CharField("benämning", max_length=200)
    definition = models.TextField("definition", blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField("ordning", default=0)
    release = models.CharField("utgåva", max_length=20, blank=True)
    selectable = models.BooleanField(
        "kan väljas", default=True, help_text="Nej för en kod som bara samlar dem under sig."
    )
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = "kod"
        verbose_name_plural = "koder"
        ordering = ("system", "position", "code")
        constraints: ClassVar = [
            valid_to_after_from("code_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["system", "code", "valid_from"], name="code_once_per_period"
            ),
        ]

    def __str__(self) -> str:
        return self.label
