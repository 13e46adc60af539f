"""That somebody looked at a part of the log, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from patientsakerhet.lib.constraints import all_or_none, filled, ordered
from patientsakerhet.log_review.querysets import LogReviewQuerySet
from patientsakerhet.organisation.models import Person, Unit


class LogReview(models.Model):
    """Somebody looked at a part of the log and said what came of it (loggkontroll).

    It is evidence: it is never changed, and a wrong one is taken back with a reason and stays.
    """

    class Outcome(models.TextChoices):
        """What the reviewer found."""

        NOTHING = "nothing", "inget att anmärka"
        QUESTIONS = "questions", "frågor att följa upp"
        BREACH = "breach", "misstänkt obehörig åtkomst"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    first_day = models.DateField("från")
    last_day = models.DateField("till")
    selection = models.CharField("urval", max_length=1000)
    """The filter in words."""
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vems åtkomst",
    )
    """Whose doings were looked at, when it was one person's."""
    events = models.PositiveIntegerField("antal händelser")
    outcome = models.CharField("utfall", max_length=10, choices=Outcome)
    note = models.TextField("anteckning", blank=True)
    reviewed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="kontrollerat av"
    )
    reviewed_at = models.DateTimeField("kontrollerat", auto_now_add=True)
    withdrawn_at = models.DateTimeField("återtaget", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="återtaget av",
    )
    withdrawn_why = models.CharField("varför", max_length=200, blank=True)

    objects = LogReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "loggkontroll"
        verbose_name_plural = "loggkontroller"
        ordering = ("-reviewed_at", "-pk")
        constraints: ClassVar = [
            filled("selection", name="log_review_says_what"),
            ordered("first_day", "last_day", name="log_review_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(outcome="nothing") | Q(note__regex=r"\S"),
                name="log_review_tells_what_was_found",
                violation_error_message="Skriv vad du fann.",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(person=F("reviewed_by")),
                name="log_review_of_somebody_else",
                violation_error_message="Ingen kontrollerar sin egen åtkomst.",
            ),
            all_or_none("withdrawn_at", "withdrawn_by", name="log_review_withdrawn_by_somebody"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_why__regex=r"\S"),
                name="log_review_withdrawn_for_a_reason",
                violation_error_message="Skriv varför kontrollen återtas.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-reviewed_at", "-id"], name="log_review_latest")]

    def __str__(self) -> str:
        return f"Loggkontroll {self.first_day} – {self.last_day}"

    def get_absolute_url(self) -> str:
        return reverse("log_review", args=[self.pk])
