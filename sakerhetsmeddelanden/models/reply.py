"""What was answered to the supplier, as it left."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet

from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models.notice import SafetyNotice
from sakerhetsmeddelanden.models.recipient import Recipient
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW


class SupplierReply(models.Model):
    """One reply form filled in for a notice (svar till leverantören), partial or complete.

    Both files are kept as they were made, each under its hash; `details` is what the coordinator
    wrote, from which the next form starts.
    """

    class Form(models.TextChoices):
        """Which of the European forms."""

        CUSTOMER = "customer", "kundens formulär"
        DISTRIBUTOR = "distributor", "distributörens eller importörens formulär"

    LANGUAGES: ClassVar = (("sv", "svenska"), ("en", "engelska"))

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="replies")
    form = models.CharField("formulär", max_length=15, choices=Form)
    language = models.CharField("språk", max_length=5, choices=LANGUAGES)
    settled = models.PositiveIntegerField("enheter som svarat färdigt")
    total = models.PositiveIntegerField("enheter")
    details = models.JSONField("uppgifter")
    pdf = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="PDF")
    word = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name="Word")
    prepared_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="undertecknat av"
    )
    prepared_at = models.DateTimeField("undertecknat")
    sent_to = models.EmailField("skickat till", blank=True)
    sent_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="skickat av"
    )
    sent_at = models.DateTimeField("skickat", null=True, blank=True)
    message = models.OneToOneField(
        Message, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="meddelande"
    )

    class Meta:
        verbose_name = "svar till leverantören"
        verbose_name_plural = "svar till leverantören"
        ordering = ("notice", "-prepared_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settled__lte=F("total")), name="supplier_reply_within_its_total"
            ),
            all_or_none("sent_by", "sent_at", "message", name="supplier_reply_sent_together"),
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_to="") | (Q(sent_at__isnull=False) & ~Q(sent_to="")),
                name="supplier_reply_sent_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.settled} av {self.total}"

    @property
    def is_complete(self) -> bool:
        """Whether it told of every unit."""
        return self.settled == self.total


class ChangedAnswerQuerySet(QuerySet["ChangedAnswer"]):
    """Questions about answers that were changed too late."""

    def unhandled(self) -> Self:
        """About which nobody has told the supplier, or said that nobody need."""
        return self.filter(handled_at=None)


class ChangedAnswer(models.Model):
    """A unit says something else than the supplier was told (ändrat svar efter svaret till leverantören).

    Open until a new reply is sent, or somebody says why none is needed.
    """

    class Outcome(models.TextChoices):
        """What came of it."""

        REPLIED = "replied", "leverantören har fått ett nytt svar"
        NO_NEED = "no_need", "behövs inte"

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="changed_answers")
    recipient = models.ForeignKey(
        Recipient, models.PROTECT, related_name="+", verbose_name="mottagare"
    )
    was = models.CharField("sa förut", max_length=30)
    now = models.CharField("säger nu", max_length=30)
    reason = models.TextField("därför")
    changed_at = models.DateTimeField("ändrades")
    handled_at = models.DateTimeField("avgjordes", null=True, blank=True)
    handled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avgjordes av"
    )
    outcome = models.CharField("beslut", max_length=10, choices=Outcome, blank=True)
    outcome_reason = models.CharField("skäl", max_length=300, blank=True)

    objects = ChangedAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "ändrat svar"
        verbose_name_plural = "ändrade svar"
        ordering = ("notice", "changed_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(handled_at=None),
                name="changed_answer_one_open_per_unit",
            ),
            filled("reason", name="changed_answer_says_why"),
            all_or_none("handled_at", "handled_by", name="changed_answer_handled_together"),
            models.CheckConstraint(
                condition=Q(outcome="", handled_at=None)
                | (~Q(outcome="") & Q(handled_at__isnull=False)),
                name="changed_answer_has_an_outcome_when_handled",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="no_need") | Q(outcome_reason__regex=r"\S"),
                name="changed_answer_left_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["changed_at", "id"],
                name="changed_answer_open",
                condition=Q(handled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.recipient_id}"

    @property
    def said_before(self) -> str:
        """What the supplier was told, in Swedish."""
        return RECIPIENT_WORKFLOW.label(self.was)

    @property
    def says_now(self) -> str:
        """What the unit says since, in Swedish."""
        return RECIPIENT_WORKFLOW.label(self.now)
