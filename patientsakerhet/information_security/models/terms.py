"""The rows a classification is made with: levels, programmes, the checklist of input material."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import in_force, valid_to_after_from


class DatedQuerySet(QuerySet["Programme"]):
    """Questions about rows that hold for a time."""

    def current(self) -> Self:
        """Those in force today."""
        return self.filter(in_force(timezone.localdate()))

    def on(self, day: date) -> Self:
        """Those in force that day."""
        return self.filter(in_force(day))


class ConsequenceLevel(models.Model):
    """How bad it is when the information fails in one aspect (konsekvensnivå), 0 to 4.

    A level whose words are changed is a new row from a day.
    """

    number = models.PositiveSmallIntegerField("nivå")
    label = models.CharField("benämning", max_length=60)
    text = models.TextField("när den väljs")
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)
    valid_from = models.DateField("gäller från", default=timezone.localdate)
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "konsekvensnivå"
        verbose_name_plural = "konsekvensnivåer"
        ordering = ("number", "valid_from")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__lte=4), name="consequence_level_0_to_4"),
            valid_to_after_from("consequence_level_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(valid_to=None), name="consequence_level_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class Programme(models.Model):
    """Work under which systems are classified together (program), counted apart in the year's report."""

    code = models.SlugField("kod", max_length=20, unique=True)
    name = models.CharField("namn", max_length=120)
    description = models.TextField("vad det gäller", blank=True)
    counted_apart = models.BooleanField(
        "räknas för sig", default=True, help_text="Utöver övriga klassningar i årets berättelse."
    )
    valid_from = models.DateField("gäller från", default=timezone.localdate)
    valid_to = models.DateField("gäller till", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "program"
        verbose_name_plural = "program"
        ordering = ("code",)
        constraints: ClassVar = [
            valid_to_after_from("programme_ends_after_it_begins"),
            filled("name", name="programme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.code.upper()


class InputItem(models.Model):
    """Something the risk assessment is made from (underlag): a row of the checklist.

    One that is changed is a new row from a day; classifications that have begun keep theirs.
    """

    code = models.SlugField("kod", max_length=40)
    label = models.CharField("underlag", max_length=120)
    help = models.CharField("vad som behövs", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("ordning", default=1)
    is_required = models.BooleanField("krävs", default=True)
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "underlag"
        verbose_name_plural = "underlag"
        ordering = ("position", "code", "valid_from")
        constraints: ClassVar = [
            valid_to_after_from("input_item_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="input_item_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ClassificationTemplate(models.Model):
    """What a classification of some sort can start from (mall för klassning): texts and common risks.

    `content` is {"information", "reasons": {aspect: text}, "risks": [{"title", "threatens",
    "severity", "likelihood", "cause", "consequence", "controls"}]}. Levels are never given: the
    owner sets them.
    """

    name = models.CharField("namn", max_length=120, unique=True)
    text = models.TextField("när den används")
    content = models.JSONField("innehåll")
    is_offered = models.BooleanField("erbjuds", default=True)
    is_ours = models.BooleanField(
        "följer med Varsam", default=False, help_text="Ett förslag att börja med, inte regionens."
    )
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "mall för klassning"
        verbose_name_plural = "mallar för klassning"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
