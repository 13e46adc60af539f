"""How well each notice reached those it concerns, counted out so that years of them can be added up."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet

from patientsakerhet.cases.models import Case
from sakerhetsmeddelanden.models.notice import SafetyNotice

COUNTED = (
    "sent",
    "affected",
    "unanswered",
    "unanswered_matched",
    "missed",
    "devices_reached",
    "devices_missed",
    "in_time",
    "affected_in_time",
    "contradicted",
)
"""What `figures.Reached` is made of, by the same names."""
SEEN = ("by_hand", "by_hand_affected", "denied", "late_devices")
"""What tells of the targeting's own mistakes."""


class NoticeTallyQuerySet(QuerySet["NoticeTally"]):
    """What one may ask of the counts."""

    def of_cases(self, cases: QuerySet[Case]) -> Self:
        """Those of these cases."""
        return self.filter(notice__in=cases.order_by().values("pk"))

    def missing_somebody(self) -> Self:
        """With an affected unit that never got the notice."""
        return self.filter(missed__gt=0)

    def with_needless(self) -> Self:
        """With a unit that got it and was not affected."""
        return self.filter(sent__gt=F("affected") + F("unanswered"))

    def unanswered_still(self) -> Self:
        """With a unit that has not answered."""
        return self.filter(unanswered__gt=0)

    def concerning_nobody(self) -> Self:
        """Without any unit known to be affected: whom it should have reached cannot be told."""
        return self.filter(affected=0, unanswered_matched=0, missed=0)

    def newest_first(self) -> Self:
        """In a total order, by when the first unit got it."""
        return self.order_by("-first_sent_at", "-pk")


class NoticeTally(models.Model):
    """What was counted of one notice that has been sent (träffsiffror): whom it reached and missed.

    Counted out of the recipients and the register by a worker, again and again while the notice is
    open, and never written by anybody else.
    """

    notice = models.OneToOneField(
        SafetyNotice,
        models.PROTECT,
        primary_key=True,
        related_name="tally",
        verbose_name="säkerhetsmeddelande",
    )
    first_sent_at = models.DateTimeField("skickades")
    counted_at = models.DateTimeField("räknades")
    sent = models.PositiveIntegerField("mottagare")
    affected = models.PositiveIntegerField("svarade berörd")
    unanswered = models.PositiveIntegerField("utan svar")
    unanswered_matched = models.PositiveIntegerField("utan svar, i registret")
    missed = models.PositiveIntegerField("missade enheter")
    devices_reached = models.PositiveIntegerField("nådda utrustningar")
    devices_missed = models.PositiveIntegerField("missade utrustningar")
    in_time = models.PositiveIntegerField("svarade i tid")
    affected_in_time = models.PositiveIntegerField("berörda som svarade i tid")
    contradicted = models.PositiveIntegerField("svar mot registret")
    by_hand = models.PositiveIntegerField("tillagda för hand")
    by_hand_affected = models.PositiveIntegerField("tillagda för hand, berörda")
    denied = models.PositiveIntegerField("har inte det registret säger")
    late_devices = models.PositiveIntegerField("utrustningar som kom senare")
    median_days = models.FloatField("hälften hade svarat efter, dygn", null=True, blank=True)

    objects = NoticeTallyQuerySet.as_manager()

    class Meta:
        verbose_name = "träffsiffror"
        verbose_name_plural = "träffsiffror"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sent__gte=1) & Q(sent__gte=F("affected") + F("unanswered")),
                name="notice_tally_within_those_it_was_sent_to",
            ),
            models.CheckConstraint(
                condition=Q(
                    unanswered__gte=F("unanswered_matched"),
                    contradicted__gte=F("denied"),
                    by_hand__gte=F("by_hand_affected"),
                ),
                name="notice_tally_parts_within_their_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-first_sent_at", "-notice"], name="notice_tally_newest")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.sent}"
