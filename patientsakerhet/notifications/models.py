"""The outbox: one row is one promise to tell somebody something; and signs of life."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

if TYPE_CHECKING:
    from patientsakerhet.organisation.models import Person


class MessageQuerySet(QuerySet["Message"]):
    """Questions about what has been promised and told."""

    def owed(self) -> Self:
        """Promised and neither sent, shown, withdrawn nor given up."""
        return self.filter(state__in=Message.OWED)

    def by_mail(self) -> Self:
        """Told by mail."""
        return self.filter(channel=Message.Channel.MAIL)

    def due(self) -> Self:
        """Mails that should have left by now, one by one: the oldest tells if the relay lives."""
        return self.by_mail().owed().filter(urgent=True, not_before__lte=Now())

    def for_digest(self, before: datetime) -> Self:
        """What waits for the daily mail, if promised and due before this moment."""
        return self.by_mail().filter(
            urgent=False, state=Message.State.PENDING, created_at__lt=before, not_before__lt=before
        )

    def dead(self) -> Self:
        """Given up by the relay; somebody must retry or close them."""
        return self.filter(state=Message.State.DEAD)

    def on_page_of(self, person: Person) -> Self:
        """What the person's own page shows her until she has read it."""
        return self.filter(
            person=person,
            channel=Message.Channel.PAGE,
            state=Message.State.PENDING,
            not_before__lte=Now(),
        )

    def of_case(self, case_id: int) -> Self:
        """What has been told about a case."""
        return self.filter(case_id=case_id)


class Message(models.Model):
    """Somebody is to be told something (meddelande).

    Written in the transaction that makes it true. Holds ids, numbers and codes, never what
    people wrote: the words come from a template when it is sent, after asking whether it still
    should be.
    """

    class Channel(models.TextChoices):
        """Where it is told."""

        MAIL = "mail", "e-post"
        PAGE = "page", "Min sida"

    class State(models.TextChoices):
        """How far the promise has come."""

        PENDING = "pending", "väntar"
        LEASED = "leased", "skickas"
        FAILED = "failed", "försöker igen"
        SENT = "sent", "skickat"
        COLLECTED = "collected", "i dagens sammandrag"
        WITHDRAWN = "withdrawn", "inte längre aktuellt"
        DEAD = "dead", "gick inte att skicka"
        CLOSED = "closed", "avskrivet"

    OWED: ClassVar = (State.PENDING, State.LEASED, State.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("slag", max_length=60)
    key = models.CharField("nyckel", max_length=200, unique=True)
    channel = models.CharField("väg", max_length=10, choices=Channel, default=Channel.MAIL)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="messages",
        verbose_name="till",
    )
    address = models.EmailField("adress", blank=True)
    case_id = models.BigIntegerField("ärende", null=True)
    number = models.CharField("ärendenummer", max_length=40, blank=True)
    urgent = models.BooleanField("genast", default=True)
    context = models.JSONField("uppgifter", default=dict)
    state = models.CharField("läge", max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField("försök", default=0)
    not_before = models.DateTimeField("tidigast", db_default=Now())
    lease_until = models.DateTimeField("upptaget till", null=True)
    first_tried_at = models.DateTimeField("första försöket", null=True)
    last_error = models.CharField("senaste fel", max_length=60, blank=True)
    created_at = models.DateTimeField("skapat", db_default=Now())
    sent_at = models.DateTimeField("skickat", null=True)
    message_id = models.CharField("Message-ID", max_length=200)
    collected_in = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="collected", verbose_name="sammandrag"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="avskrivet av",
    )
    closed_reason = models.CharField("skäl", max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "meddelande"
        verbose_name_plural = "meddelanden"
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address="")
                | (Q(person__isnull=True, channel="mail") & ~Q(address=""))
                # Whoever holds a receipt code is told on the page that the code opens.
                | Q(person__isnull=True, channel="page", address=""),
                name="message_has_one_recipient",
            ),
            # Both end up in the head of a mail, where a line break would begin another header.
            models.CheckConstraint(
                condition=Q(number__regex=r"^[[:alnum:]_./ -]*$"), name="message_number_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(address="") | Q(address__regex=r"^[^\s<>,;:\"()]+@[^\s<>,;:\"()@]+$"),
                name="message_address_is_one",
            ),
            models.CheckConstraint(
                condition=Q(state="leased", lease_until__isnull=False)
                | (~Q(state="leased") & Q(lease_until__isnull=True)),
                name="message_is_leased_until",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="collected", collected_in__isnull=False)
                | (~Q(state="collected") & Q(collected_in__isnull=True)),
                name="message_collected_in_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_by__isnull=False, closed_reason__regex=r"\S")
                | (~Q(state="closed") & Q(closed_by__isnull=True, closed_reason="")),
                name="message_closed_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before"],
                name="message_owed",
                condition=Q(state__in=["pending", "leased", "failed"]),
            ),
            models.Index(
                fields=["created_at", "id"],
                name="message_undelivered",
                condition=Q(state__in=["dead", "closed"]),
            ),
            models.Index(fields=["case_id"], name="message_case"),
            models.Index(
                fields=["person", "created_at"], name="message_page", condition=Q(channel="page")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()


class Heartbeat(models.Model):
    """A background role was alive at this moment (livstecken)."""

    role = models.CharField("roll", max_length=40, primary_key=True)
    at = models.DateTimeField("senast", db_default=Now())

    class Meta:
        verbose_name = "livstecken"
        verbose_name_plural = "livstecken"

    def __str__(self) -> str:
        return self.role
