"""What people have said in a case, and to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from patientsakerhet.cases.models.case import Case
from patientsakerhet.organisation.models import Person


class Comment(models.Model):
    """Something said in a case to one of three audiences (kommentar)."""

    class Audience(models.TextChoices):
        """Who gets to read it."""

        INTERNAL = "internal", "internt"
        PARTIES = "parties", "parterna"
        REPORTER = "reporter", "rapportören"

    class Purpose(models.TextChoices):
        """What it is for."""

        NOTE = "note", "anteckning"
        QUESTION = "question", "fråga"
        ANSWER = "answer", "svar"
        FEEDBACK = "feedback", "återkoppling"

    case = models.ForeignKey(Case, models.PROTECT, related_name="comments")
    audience = models.CharField("till", max_length=10, choices=Audience)
    purpose = models.CharField("gäller", max_length=10, choices=Purpose, default=Purpose.NOTE)
    text = models.TextField("text")
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    by_reporter = models.BooleanField("från rapportören", default=False)
    at = models.DateTimeField("skrevs", auto_now_add=True)
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies"
    )

    class Meta:
        verbose_name = "kommentar"
        verbose_name_plural = "kommentarer"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(by_reporter=True),
                name="comment_has_an_author",
            ),
            models.CheckConstraint(
                condition=~Q(purpose__in=["question", "answer", "feedback"])
                | Q(audience__in=["reporter", "parties"]),
                name="comment_to_the_reporter_is_not_internal",
            ),
            models.CheckConstraint(
                condition=~Q(by_reporter=True) | Q(audience="reporter"),
                name="comment_from_the_reporter_stays_with_her",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "at", "id"], name="comment_of_case"),
            models.Index(
                fields=["at", "case"], name="comment_feedback", condition=Q(purpose="feedback")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.audience}"
