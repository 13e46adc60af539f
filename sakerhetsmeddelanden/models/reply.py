"""What was answered to the supplier, as it left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib.constraints import all_or_none
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models.notice import SafetyNotice


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
