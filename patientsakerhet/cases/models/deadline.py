"""Deadlines and the dated rules they come from, each with its legal or local basis as text."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.cases.models.case import Case
from patientsakerhet.organisation.models import in_force, valid_to_after_from


class DeadlineRuleQuerySet(QuerySet["DeadlineRule"]):
    """Questions about deadline rules."""

    def current(self) -> Self:
        """Rules in force today."""
        return self.filter(in_force(timezone.localdate()))


class DeadlineRule(models.Model):
    """How long a case may stay in a state, and on what ground (tidsgräns).

    A changed rule is a new row; running deadlines keep the day they were given.
    """

    class Measured(models.TextChoices):
        """What the amount counts."""

        WORKING_DAYS = "working_days", "arbetsdagar"
        CALENDAR_DAYS = "calendar_days", "kalenderdagar"
        HOURS = "hours", "timmar"

    class Standing(models.TextChoices):
        """How sure the ground is, shown wherever the deadline is."""

        LAW = "law", "lag eller föreskrift"
        PRACTICE = "practice", "exempel från annan huvudman"
        LOCAL = "local", "lokalt mål"

    kind = models.CharField("slag", max_length=30)
    status = models.CharField("läge", max_length=30)
    label = models.CharField("benämning", max_length=80)
    amount = models.PositiveSmallIntegerField("längd")
    measured = models.CharField("räknas i", max_length=15, choices=Measured)
    remind_before = models.PositiveSmallIntegerField(
        "påminn före", default=0, help_text="I samma enhet som längden."
    )
    escalate_after = models.PositiveSmallIntegerField(
        "lyft till chef efter", default=0, help_text="I samma enhet, efter tidsgränsen."
    )
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=Standing)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = DeadlineRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "regel för tidsgräns"
        verbose_name_plural = "regler för tidsgränser"
        ordering = ("kind", "status", "-valid_from")
        constraints: ClassVar = [
            valid_to_after_from("deadline_rule_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="deadline_rule_has_a_length"),
            models.UniqueConstraint(
                fields=["kind", "status"],
                condition=Q(valid_to=None),
                name="deadline_rule_one_open_per_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.amount} {self.get_measured_display()}"


class DeadlineQuerySet(QuerySet["Deadline"]):
    """Questions about deadlines; what is overdue is asked of the clock, never stored."""

    def open(self) -> Self:
        """Still to be met."""
        return self.filter(met_at=None)

    def overdue(self) -> Self:
        """Past due and not met."""
        return self.open().filter(due_at__lt=timezone.now())

    def alarming(self) -> Self:
        """An alarm should have gone out by now."""
        return self.open().filter(next_alarm_at__lte=timezone.now())


class Alarming(models.Model):
    """Something with a day, and the alarms around it: a reminder, that it has passed, lifted to a head."""

    class Alarm(models.IntegerChoices):
        """How far the alarms have gone."""

        NONE = 0, "inget"
        REMINDED = 1, "påmind"
        OVERDUE = 2, "förfallen"
        ESCALATED = 3, "lyft till chef"

    remind_at = models.DateTimeField("påminn", null=True, blank=True)
    escalate_at = models.DateTimeField("lyft till chef", null=True, blank=True)
    next_alarm_at = models.DateTimeField("nästa larm", null=True, blank=True)
    alarm = models.PositiveSmallIntegerField("larm", choices=Alarm, default=Alarm.NONE)

    class Meta:
        abstract = True


class Deadline(Alarming):
    """By when something must have happened in a case (tidsgräns), and why that day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines")
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField("gäller", max_length=40)
    label = models.CharField("benämning", max_length=80)
    basis = models.TextField("grund", blank=True)
    starts_at = models.DateTimeField("räknas från")
    due_at = models.DateTimeField("senast")
    met_at = models.DateTimeField("uppfylld", null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "tidsgräns"
        verbose_name_plural = "tidsgränser"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "purpose"],
                condition=Q(met_at=None),
                name="deadline_one_open_per_purpose",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_alarm_at"], name="deadline_alarm", condition=Q(met_at=None)),
            models.Index(fields=["case", "due_at"], name="deadline_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due_at:%Y-%m-%d}"
