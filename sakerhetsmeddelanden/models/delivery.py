"""How a notice is brought to its recipients: each mail that was promised, and links for those without account."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.lib.constraints import filled
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models.recipient import Recipient


class RecipientMail(models.Model):
    """One mail promised to one recipient (utskick till mottagare); how far it has come is the outbox's to say."""

    class Purpose(models.TextChoices):
        """Why it was sent."""

        FIRST = "first", "utskick"
        AGAIN = "again", "nytt utskick"
        RETRY = "retry", "nytt försök"
        REMINDER = "reminder", "påminnelse"
        ESCALATION = "escalation", "till chef"
        ACTIONS = "actions", "påminnelse om åtgärder"

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="mails")
    message = models.OneToOneField(Message, models.PROTECT, related_name="notice_mail")
    purpose = models.CharField("ärende", max_length=10, choices=Purpose)
    at = models.DateTimeField("lades i utkorgen")
    returned_at = models.DateTimeField("kom tillbaka", null=True, blank=True)

    class Meta:
        verbose_name = "utskick till mottagare"
        verbose_name_plural = "utskick till mottagare"
        ordering = ("at", "pk")
        indexes: ClassVar = [models.Index(fields=["recipient", "at"], name="recipient_mail_latest")]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.purpose}"


class AnswerLinkQuerySet(QuerySet["AnswerLink"]):
    """Questions about links."""

    def open(self) -> Self:
        """Still leading somewhere."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class AnswerLink(models.Model):
    """A way for somebody without account to answer for one recipient (personlig länk).

    The link and its code are computed under a key of ours and kept nowhere; the row holds only
    keyed hashes of them. Opening the link answers nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="links")
    name = models.CharField("namn", max_length=120, blank=True)
    address = models.EmailField("e-post")
    token_lookup = models.CharField(max_length=64, unique=True)
    code_serial = models.PositiveIntegerField("kodens nummer", default=1)
    code_lookup = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField("fel i rad", default=0)
    made_at = models.DateTimeField("gjordes")
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gjordes av"
    )
    expires_at = models.DateTimeField("gäller till")
    opened_at = models.DateTimeField("öppnad med kod", null=True, blank=True)
    revoked_at = models.DateTimeField("återkallad", null=True, blank=True)

    objects = AnswerLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "personlig länk"
        verbose_name_plural = "personliga länkar"
        ordering = ("made_at", "pk")
        constraints: ClassVar = [
            filled("address", name="answer_link_has_an_address"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")),
                name="answer_link_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["recipient", "address"],
                condition=Q(revoked_at=None),
                name="answer_link_one_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.address}"
