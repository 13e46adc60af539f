"""Meetings and training: planned, held or cancelled."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import Person, Role, Unit
from patientsakerhet.year_registers.models.terms import RegisterTerm
from patientsakerhet.year_registers.querysets import MeetingQuerySet, TrainingQuerySet


class State(models.TextChoices):
    """Whether it took place."""

    PLANNED = "planned", "planerat"
    HELD = "held", "genomfört"
    CANCELLED = "cancelled", "inställt"


class Gathering(models.Model):
    """What a meeting and a training have in common.

    `confirmed_at` is when somebody said that it took place; a figure as of an earlier moment does
    not know of it.
    """

    title = models.CharField("rubrik", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    state = models.CharField("läge", max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField("varför det ställdes in", max_length=200, blank=True)
    notes = models.TextField("anteckningar", blank=True)
    confirmed_at = models.DateTimeField("bekräftades", null=True, blank=True)
    recorded_at = models.DateTimeField("lades in", auto_now_add=True)
    recorded_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="inlagt av"
    )
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


def _facts(name: str) -> list[models.BaseConstraint]:
    """What is true of every gathering; constraints are named for their table."""
    return [
        filled("title", name=f"{name}_has_a_title"),
        models.CheckConstraint(
            condition=Q(state=State.HELD, confirmed_at__isnull=False)
            | ~Q(state=State.HELD) & Q(confirmed_at=None),
            name=f"{name}_held_is_confirmed",
        ),
        models.CheckConstraint(
            condition=Q(state=State.CANCELLED, reason__regex=r"\S")
            | ~Q(state=State.CANCELLED) & Q(reason=""),
            name=f"{name}_cancelled_for_a_reason",
            violation_error_message="Skriv varför det ställdes in.",
        ),
    ]


class Meeting(Gathering):
    """A meeting that the year's report tells of (möte): a workshop, a meeting with patients, a dialogue."""

    kind = models.ForeignKey(
        RegisterTerm, models.PROTECT, related_name="meetings", verbose_name="mötesslag"
    )
    topic = models.ForeignKey(
        RegisterTerm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_about",
        verbose_name="ämne",
    )
    held_on = models.DateField("dag")
    participants = models.PositiveIntegerField("antal deltagare", null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "möte"
        verbose_name_plural = "möten"
        ordering = ("-held_on", "-pk")
        constraints: ClassVar = _facts("meeting")
        indexes: ClassVar = [
            models.Index(fields=["-held_on", "-id"], name="meeting_latest"),
            models.Index(fields=["kind", "-held_on"], name="meeting_of_kind"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.pk])


class Training(Gathering):
    """A training or an induction day (utbildning): for whom, when, and how many took part."""

    kind = models.ForeignKey(
        RegisterTerm, models.PROTECT, related_name="trainings", verbose_name="utbildningsslag"
    )
    role = models.CharField("för rollen", max_length=30, choices=Role, blank=True)
    audience = models.CharField("för vilka", max_length=200, blank=True)
    first_day = models.DateField("första dagen")
    last_day = models.DateField("sista dagen")
    trained = models.PositiveIntegerField("antal utbildade", null=True, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "utbildning"
        verbose_name_plural = "utbildningar"
        ordering = ("-first_day", "-pk")
        constraints: ClassVar = [
            *_facts("training"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="training_ends_after_it_begins",
                violation_error_message="Sista dagen kan inte ligga före den första.",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HELD) | Q(trained__isnull=False),
                name="training_held_says_how_many",
                violation_error_message="Skriv hur många som utbildades.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-first_day", "-id"], name="training_latest")]

    def get_absolute_url(self) -> str:
        return reverse("training", args=[self.pk])
