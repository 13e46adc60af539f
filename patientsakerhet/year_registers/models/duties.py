"""Who answers for what, and how much of a full post somebody's role is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import Assignment, Person, Unit, valid_to_after_from
from patientsakerhet.year_registers.querysets import ResponsibilityQuerySet, RoleShareQuerySet

FULL = 100
"""Per cent of a full post."""


class Responsibility(models.Model):
    """Who answers for something in the work for patient safety (ansvar), as the provider must document.

    Patientsäkerhetslagen (2010:659) 3 kap. 9 §.
    """

    duty = models.CharField("vad ansvaret gäller", max_length=200)
    description = models.TextField("beskrivning", blank=True)
    basis = models.CharField("grund", max_length=300)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="responsibilities", verbose_name="enhet"
    )
    function = models.CharField("funktion eller roll", max_length=120)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name="person",
    )
    post = models.CharField("befattning", max_length=120, blank=True)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)
    recorded_at = models.DateTimeField("lades in", auto_now_add=True)
    recorded_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="inlagt av"
    )
    version = models.PositiveIntegerField("version", default=1)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = "ansvar"
        verbose_name_plural = "ansvar"
        ordering = ("duty", "pk")
        constraints: ClassVar = [
            filled("duty", name="responsibility_has_a_duty"),
            filled("basis", name="responsibility_has_a_basis"),
            filled("function", name="responsibility_has_a_function"),
            valid_to_after_from("responsibility_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(post__regex=r"\S"),
                name="responsibility_is_somebodys",
                violation_error_message="Skriv vem som har ansvaret: en person eller en befattning.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["duty", "id"], name="responsibility_in_order")]

    def __str__(self) -> str:
        return self.duty

    def get_absolute_url(self) -> str:
        return reverse("responsibility", args=[self.pk])


class RoleShare(models.Model):
    """How much of a full post somebody's role is during a period (tjänstgöringsgrad).

    It counts no longer than the role itself is held, whatever end it has of its own.
    """

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="shares", verbose_name="uppdrag"
    )
    percent = models.PositiveSmallIntegerField("procent av heltid")
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)
    note = models.CharField("kommentar", max_length=200, blank=True)
    recorded_at = models.DateTimeField("lades in", auto_now_add=True)
    recorded_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="inlagt av"
    )
    version = models.PositiveIntegerField("version", default=1)

    objects = RoleShareQuerySet.as_manager()

    class Meta:
        verbose_name = "tjänstgöringsgrad"
        verbose_name_plural = "tjänstgöringsgrader"
        ordering = ("-valid_from", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__range=(1, FULL)),
                name="role_share_1_to_100",
                violation_error_message="Skriv mellan 1 och 100 procent.",
            ),
            valid_to_after_from("role_share_ends_after_it_begins"),
            ExclusionConstraint(
                name="role_share_periods_do_not_overlap",
                expressions=[
                    ("assignment", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Det finns redan en tjänstgöringsgrad för den tiden.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-valid_from", "-id"], name="role_share_latest")]

    def __str__(self) -> str:
        return f"{self.assignment}, {self.percent} %"

    def get_absolute_url(self) -> str:
        return reverse("role_share", args=[self.pk])

    def posts(self, first: date, last: date) -> Decimal:
        """Its part of a full post, averaged over the days of the period, both ends with."""
        starts = max(first, self.valid_from, self.assignment.valid_from)
        ends = min(last, self.valid_to or last, self.assignment.valid_to or last)
        days = max((ends - starts).days + 1, 0)
        return Decimal(self.percent * days) / (FULL * ((last - first).days + 1))
