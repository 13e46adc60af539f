"""The trail as tables: what happened, its erasable content, the chain of seals, signed heads.

Rows are written by `trail` and by the database itself; here they are only read. Nothing in the
trail points at a case row: the trail outlives what it tells of.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTransform

SHOWN_CASES = "cases"
"""The key in a body that lists the ids of every case a list, search or export showed."""


class EventQuerySet(QuerySet["Event"]):
    """Questions about what has happened."""

    def of_case(self, case_id: int) -> Self:
        """What was done to the case, or read on it, as itself."""
        return self.filter(case_id=case_id)

    def touching(self, case_id: int) -> Self:
        """As `of_case`, and every list, search and export that showed the case."""
        # A union, since an OR over two tables could use neither's index.
        own = Event.objects.filter(case_id=case_id).values("pk")
        shown = Payload.objects.filter(**{f"body__{SHOWN_CASES}__contains": case_id}).values("pk")
        return self.filter(pk__in=own.union(shown))

    def of_object(self, object_type: str, object_id: int) -> Self:
        """What was done to one thing that is about no case."""
        return self.filter(object_type=object_type, object_id=object_id, case_id=None)

    def by_person(self, person_id: int) -> Self:
        """What one person did."""
        return self.filter(actor_id=person_id)

    def changes(self) -> Self:
        """What changed something."""
        return self.filter(kind=Event.Kind.CHANGE)

    def reads(self) -> Self:
        """What was shown to somebody."""
        return self.filter(kind=Event.Kind.READ)

    def denials(self) -> Self:
        """What somebody tried and was not allowed."""
        return self.filter(kind=Event.Kind.DENIED)

    def between(self, first: datetime, last: datetime) -> Self:
        """What happened from the first moment up to, but not at, the last."""
        return self.filter(at__gte=first, at__lt=last)

    def with_body(self) -> Self:
        """With the content at hand."""
        return self.select_related("payload")

    def latest_first(self) -> Self:
        """In the order of the trail, backwards; clocks may jump, ids do not."""
        return self.order_by("-id")


class Event(models.Model):
    """Somebody did, read or was refused something (händelse); never free text or identities."""

    class Kind(models.TextChoices):
        """Whether anything was changed, shown or refused."""

        CHANGE = "change", "ändring"
        READ = "read", "läsning"
        DENIED = "denied", "nekad"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("tidpunkt", editable=False)
    transaction = models.BigIntegerField("transaktion", editable=False)
    kind = models.CharField("slag", max_length=10, choices=Kind)
    action = models.CharField("handling", max_length=60)
    actor_id = models.BigIntegerField("person", null=True)
    right = models.CharField("med stöd av", max_length=120, blank=True)
    via = models.CharField("genom", max_length=120, blank=True)
    case_id = models.BigIntegerField("ärende", null=True)
    number = models.CharField("ärendenummer", max_length=40, blank=True)
    unit_id = models.BigIntegerField("enhet", null=True)
    object_type = models.CharField("sort", max_length=60, blank=True)
    object_id = models.BigIntegerField("objekt", null=True)
    payload_digest = models.BinaryField("innehållets avtryck", null=True)
    version = models.PositiveSmallIntegerField("version", editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"
        verbose_name = "händelse"
        verbose_name_plural = "händelser"
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(action__regex=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"),
                name="audit_event_action_is_a_dotted_verb",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["change", "read", "denied"]), name="audit_event_kind_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["case_id", "id"],
                name="audit_event_case",
                condition=Q(case_id__isnull=False),
            ),
            models.Index(
                fields=["actor_id", "id"],
                name="audit_event_actor",
                condition=Q(actor_id__isnull=False),
            ),
            models.Index(
                fields=["object_type", "object_id", "id"],
                name="audit_event_of_object",
                condition=Q(case_id__isnull=True, object_id__isnull=False),
            ),
            models.Index(
                fields=["action", "id"],
                name="audit_event_action",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(fields=["id"], name="audit_event_denied", condition=Q(kind="denied")),
            BrinIndex(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action}"


class Payload(models.Model):
    """The content of one event, apart so that it can be erased while the chain still holds.

    The event carries SHA-256 over the salt and the body. The salt makes the digest of a short
    body, such as a search word, impossible to find by trying; erasing takes both.
    """

    event = models.OneToOneField(
        Event, models.PROTECT, primary_key=True, related_name="payload", verbose_name="händelse"
    )
    salt = models.BinaryField("salt")
    body = models.JSONField("innehåll")

    class Meta:
        db_table = "audit_payload"
        verbose_name = "innehåll"
        verbose_name_plural = "innehåll"
        indexes: ClassVar = [
            GinIndex(
                OpClass(KeyTransform(SHOWN_CASES, "body"), name="jsonb_path_ops"),
                name="audit_payload_cases",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}"


class Erasure(models.Model):
    """The content of one event was erased by a decision (gallring), which is itself an event."""

    event = models.OneToOneField(
        Event, models.PROTECT, primary_key=True, related_name="erasure", verbose_name="händelse"
    )
    erased_by = models.ForeignKey(
        Event, models.PROTECT, related_name="erased", verbose_name="gallringsbeslut"
    )

    class Meta:
        db_table = "audit_erasure"
        verbose_name = "gallring"
        verbose_name_plural = "gallringar"

    def __str__(self) -> str:
        return f"{self.event_id} genom {self.erased_by_id}"


class Seal(models.Model):
    """One link of the chain: the event's hash over itself and the link before (försegling)."""

    seq = models.BigIntegerField("ordning", primary_key=True)
    event = models.OneToOneField(
        Event, models.PROTECT, related_name="seal", verbose_name="händelse"
    )
    prev = models.BinaryField("föregående", unique=True)
    hash = models.BinaryField("avtryck", unique=True)

    class Meta:
        db_table = "audit_seal"
        verbose_name = "försegling"
        verbose_name_plural = "förseglingar"
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq}"


class Checkpoint(models.Model):
    """The head of the chain as it was signed into the file outside the database (kontrollpunkt)."""

    epoch = models.PositiveIntegerField("epok")
    seq = models.BigIntegerField("ordning")
    hash = models.BinaryField("avtryck")
    at = models.DateTimeField("tidpunkt")
    key_id = models.CharField("nyckel", max_length=16)
    signature = models.BinaryField("signatur")

    class Meta:
        db_table = "audit_checkpoint"
        verbose_name = "kontrollpunkt"
        verbose_name_plural = "kontrollpunkter"
        ordering = ("epoch", "seq")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["epoch", "seq"], name="audit_checkpoint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"
