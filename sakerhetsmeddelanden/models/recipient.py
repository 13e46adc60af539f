"""The units a notice was sent to, what each was asked, what it answered, and everything that happened."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, ITSystem
from sakerhetsmeddelanden.models.notice import SafetyNotice
from sakerhetsmeddelanden.querysets import RecipientQuerySet
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW, SELECTED


class Ground(models.TextChoices):
    """By what a unit or a device was found, surest first."""

    UDI = "udi", "UDI-DI i registret"
    MODEL = "model", "tillverkare och modell"
    FAMILY = "family", "produktfamilj"
    SYSTEM = "system", "förvaltar systemet"
    MANUAL = "manual", "tillagd för hand"
    EARLIER = "earlier", "fick den tidigare versionen"


class Recipient(models.Model):
    """One unit that must answer one notice (mottagare), with the reason why it was chosen.

    The reason is frozen. How the unit's way may go is in `workflow.RECIPIENT_WORKFLOW` and in the
    database; every move leaves a `RecipientEvent`.
    """

    class Answer(models.TextChoices):
        """What the unit said last."""

        AFFECTED = "affected", "berörd"
        NOT_AFFECTED = "not_affected", "inte berörd"

    class Via(models.TextChoices):
        """How the answer came."""

        PAGE = "page", "i Varsam"
        LINK = "link", "personlig länk"
        PHONE = "phone", "telefon"
        API = "api", "annat system"

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="recipients")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    status = models.CharField("läge", max_length=30, default=SELECTED)
    status_since = models.DateTimeField("i läget sedan")
    ground = models.CharField("vald genom", max_length=10, choices=Ground)
    reason = models.TextField("skäl")
    chosen_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vald av"
    )
    chosen_at = models.DateTimeField("vald")
    asked = ArrayField(
        models.CharField(max_length=20, choices=SafetyNotice.UserAction),
        verbose_name="ombedd att",
        default=list,
        blank=True,
    )
    asked_again = models.TextField("nytt i den här versionen", blank=True)
    earlier = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name="mottagare av den tidigare versionen",
    )
    distribution = models.ForeignKey(
        "Distribution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recipients",
        verbose_name="utskick",
    )
    address = models.EmailField("skickat till", blank=True)
    sent_at = models.DateTimeField("skickades", null=True, blank=True)
    due_at = models.DateTimeField("svarar senast", null=True, blank=True)
    next_step_at = models.DateTimeField("nästa påminnelse", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("påminnelser", default=0)

    answer = models.CharField("svar", max_length=15, choices=Answer, blank=True)
    answer_note = models.TextField("kommentar", blank=True)
    answered_at = models.DateTimeField("svarade", null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="svarade"
    )
    answered_name = models.CharField("undertecknat av", max_length=120, blank=True)
    answered_via = models.CharField("svarade genom", max_length=10, choices=Via, blank=True)
    done_at = models.DateTimeField("åtgärdat", null=True, blank=True)
    waived_at = models.DateTimeField("svaret avstods", null=True, blank=True)
    waived_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avstods av"
    )
    waived_reason = models.TextField("skäl att avstå", blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "mottagare"
        verbose_name_plural = "mottagare"
        ordering = ("notice", "unit__path")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "unit"], name="recipient_once_per_unit"),
            filled("reason", name="recipient_has_a_reason"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_name="")
                | (~Q(answer="") & ~Q(answered_name="") & Q(answered_at__isnull=False)),
                name="recipient_answered_together",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["acknowledged_affected", "action_done"])
                | Q(answer="affected"),
                name="recipient_affected_has_said_so",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["acknowledged_not_affected", "not_affected"])
                | Q(answer="not_affected"),
                name="recipient_not_affected_has_said_so",
            ),
            all_or_none("waived_at", "waived_by", name="recipient_waived_together"),
            models.CheckConstraint(
                condition=~Q(status="waived")
                | (Q(waived_at__isnull=False) & Q(waived_reason__regex=r"\S")),
                name="recipient_waiver_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(ground="manual") | Q(chosen_by__isnull=False),
                name="recipient_by_hand_was_somebodys_choice",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "status"], name="recipient_of_unit"),
            models.Index(fields=["notice", "status"], name="recipient_of_notice"),
            models.Index(
                fields=["next_step_at"],
                name="recipient_next_step",
                condition=Q(next_step_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.unit}"

    @property
    def status_label(self) -> str:
        """The state in Swedish."""
        return RECIPIENT_WORKFLOW.label(self.status)


class RecipientEvent(models.Model):
    """Something that happened with one recipient (händelse hos mottagare); never changed."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="events")
    step = models.CharField("vad", max_length=30)
    from_status = models.CharField("från läge", max_length=30, blank=True)
    to_status = models.CharField("till läge", max_length=30, blank=True)
    at = models.DateTimeField("när")
    recorded_at = models.DateTimeField("registrerades", auto_now_add=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField("anteckning", blank=True)
    body = models.JSONField("uppgifter", default=dict, blank=True)

    class Meta:
        verbose_name = "händelse hos mottagare"
        verbose_name_plural = "händelser hos mottagare"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_status="", to_status="") | ~Q(to_status=""),
                name="recipient_event_moves_to_something",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "at", "id"], name="recipient_event_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id}: {self.step}"


class RecipientDevice(models.Model):
    """One device a recipient is asked about (utrustning hos mottagare), and what became of it.

    Without a device in the register it is one that the unit itself has named.
    """

    class Outcome(models.TextChoices):
        """What the unit says it has done with it."""

        QUARANTINED = "quarantined", "i karantän"
        RETURNED = "returned", "återlämnad"
        DESTROYED = "destroyed", "kasserad"
        UPDATED = "updated", "uppdaterad eller ändrad"
        EXCHANGED = "exchanged", "utbytt"
        CHECKED = "checked", "kontrollerad, utan fel"
        NOT_HERE = "not_here", "finns inte här"
        NOT_AFFECTED = "not_affected", "berörs inte"

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="devices")
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="utrustning"
    )
    named = models.CharField("som enheten skrev den", max_length=200, blank=True)
    ground = models.CharField("funnen genom", max_length=10, choices=Ground)
    reason = models.CharField("skäl", max_length=300)
    outcome = models.CharField("svar", max_length=15, choices=Outcome, blank=True)
    outcome_on = models.DateField("gjort", null=True, blank=True)
    quantity = models.PositiveIntegerField("antal", null=True, blank=True)
    note = models.CharField("kommentar", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="svarade"
    )
    answered_at = models.DateTimeField("svarade", null=True, blank=True)
    answered_name = models.CharField("undertecknat av", max_length=120, blank=True)

    class Meta:
        verbose_name = "utrustning hos mottagare"
        verbose_name_plural = "utrustning hos mottagare"
        ordering = ("recipient", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "device"],
                condition=Q(device__isnull=False),
                name="recipient_device_once",
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=False) | Q(named__regex=r"\S"),
                name="recipient_device_is_named",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None)
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="recipient_device_answered_together",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["device"], name="recipient_device_of_device")]

    def __str__(self) -> str:
        return str(self.device or self.named)


class Distribution(models.Model):
    """One wave of mails to a notice's units (utskick); work that may be resumed where it stopped."""

    class Purpose(models.TextChoices):
        """What the wave is."""

        FIRST = "first", "utskick"
        REMINDER = "reminder", "påminnelse till alla som inte svarat"

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="distributions")
    purpose = models.CharField("slag", max_length=10, choices=Purpose, default=Purpose.FIRST)
    total = models.PositiveIntegerField("mottagare")
    done = models.PositiveIntegerField("behandlade", default=0)
    reached = models.BigIntegerField("till och med mottagare", default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("påbörjades")
    finished_at = models.DateTimeField("klart", null=True, blank=True)

    class Meta:
        verbose_name = "utskick"
        verbose_name_plural = "utskick"
        ordering = ("begun_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done__lte=models.F("total")), name="distribution_within_its_total"
            ),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(finished_at=None), name="distribution_one_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["begun_at"], name="distribution_unfinished", condition=Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.done} av {self.total}"


class SystemRecipient(models.Model):
    """The system for which a recipient, its maintaining unit, was chosen (system hos mottagare)."""

    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="systems")
    system = models.ForeignKey(ITSystem, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="systemansvarig",
    )
    mailbox = models.EmailField("förvaltningsgruppens brevlåda", blank=True)

    class Meta:
        verbose_name = "system hos mottagare"
        verbose_name_plural = "system hos mottagare"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "system"], name="system_recipient_once_per_system"
            )
        ]

    def __str__(self) -> str:
        return str(self.system)
