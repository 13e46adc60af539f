"""What comes in about safety notices before anybody has judged it, and what was read in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet

from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib.constraints import all_or_none, printable
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import Party
from sakerhetsmeddelanden.models.notice import SafetyNotice


class IncomingMessageQuerySet(QuerySet["IncomingMessage"]):
    """What one may ask of what has come in."""

    def undecided(self) -> Self:
        """Waiting for somebody to say what it is, in quarantine or not."""
        return self.filter(verdict__in=["waiting", "quarantine"])

    def unread(self) -> Self:
        """Taken in, and not yet looked into."""
        return self.filter(read_at=None)

    def with_the_same_content(self, digest: str) -> Self:
        """The same words and files, whatever envelope they came in."""
        return self.filter(content_digest=digest) if digest else self.none()

    def about_the_same(self, fsn_key: str, fsca_key: str) -> Self:
        """With the same designation of the notice or of the action; none without either."""
        same = Q(pk__in=[])
        if fsn_key:
            same |= Q(fsn_key=fsn_key)
        if fsca_key:
            same |= Q(fsca_key=fsca_key)
        return self.filter(same)

    def in_thread(self, identities: Sequence[str]) -> Self:
        """The messages with these Message-IDs."""
        return self.filter(message_id__in=identities)


class IncomingMessage(models.Model):
    """A message that has come in (inkommet meddelande): kept as it came, in exactly one place.

    It waits, or lies in quarantine, until somebody makes it a notice, adds it to one, or lays it
    aside with a reason. What came twice to the byte is one message.
    """

    class Door(models.TextChoices):
        """The way it came."""

        MAIL = "mail", "funktionsbrevlådan"
        FORM = "form", "leverantörsformuläret"
        UPLOAD = "upload", "uppladdad fil"
        API = "api", "annat system"

    class Verdict(models.TextChoices):
        """Where it is now."""

        WAITING = "waiting", "väntar på granskning"
        QUARANTINE = "quarantine", "karantän"
        NOTICE = "notice", "blev säkerhetsmeddelande"
        FOLLOW_UP = "follow_up", "hör till säkerhetsmeddelande"
        SET_ASIDE = "set_aside", "lagt åt sidan"

    UNDECIDED: ClassVar = (Verdict.WAITING, Verdict.QUARANTINE)

    door = models.CharField("kom genom", max_length=10, choices=Door)
    verdict = models.CharField("läge", max_length=15, choices=Verdict, default=Verdict.WAITING)
    sha256 = models.CharField("kontrollsumma", max_length=64, unique=True)
    submission = models.UUIDField("sändning", null=True, blank=True, unique=True, editable=False)
    size = models.PositiveBigIntegerField("storlek i byte")
    is_whole = models.BooleanField("hela meddelandet är sparat", default=True)
    received_at = models.DateTimeField("kom in")
    taken_at = models.DateTimeField("togs in", auto_now_add=True)

    subject = models.CharField("ämne", max_length=998, blank=True)
    sender = models.CharField("avsändare", max_length=254, blank=True)
    sender_name = models.CharField("avsändarens namn", max_length=200, blank=True)
    reply_to = models.CharField("svar till", max_length=254, blank=True)
    recipient = models.CharField("mottagare", max_length=998, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    answers = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    sent_at = models.DateTimeField("skickades", null=True, blank=True)
    is_automatic = models.BooleanField("automatiskt svar", default=False)
    authenticated_by = models.CharField("kontrollerad av", max_length=255, blank=True)
    spf = models.CharField("SPF", max_length=10, blank=True)
    dkim = models.CharField("DKIM", max_length=10, blank=True)
    dmarc = models.CharField("DMARC", max_length=10, blank=True)
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="leverantör"
    )
    lookalike_of = models.CharField("domänen liknar", max_length=254, blank=True)

    text = models.TextField("text", blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    fsn_key = models.CharField(max_length=60, blank=True)
    fsca_key = models.CharField(max_length=60, blank=True)
    edition = models.CharField("version", max_length=20, blank=True)
    remarks = ArrayField(models.TextField(), verbose_name="anmärkningar", default=list, blank=True)
    problem = models.TextField("skäl till karantän", blank=True)
    read_at = models.DateTimeField("lästes", null=True, blank=True)
    lease_until = models.DateTimeField("läses till", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("läsförsök", default=0)

    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    suggested_notice = models.ForeignKey(
        SafetyNotice, models.PROTECT, null=True, blank=True, related_name="+"
    )
    suggestion = models.CharField("därför", max_length=300, blank=True)

    notice = models.ForeignKey(
        SafetyNotice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name="säkerhetsmeddelande",
    )
    decided_at = models.DateTimeField("avgjordes", null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avgjordes av"
    )
    reason = models.CharField("skäl", max_length=500, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = IncomingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "inkommet meddelande"
        verbose_name_plural = "inkomna meddelanden"
        ordering = ("-received_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict__in=["notice", "follow_up"], notice__isnull=False)
                | (~Q(verdict__in=["notice", "follow_up"]) & Q(notice=None)),
                name="incoming_message_leads_to_a_notice_or_not",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["waiting", "quarantine"], decided_at=None)
                | (~Q(verdict__in=["waiting", "quarantine"]) & Q(decided_at__isnull=False)),
                name="incoming_message_is_decided_or_waits",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="quarantine") | ~Q(problem=""),
                name="incoming_message_in_quarantine_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="set_aside") | ~Q(reason=""),
                name="incoming_message_set_aside_says_why",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("pk")),
                name="incoming_message_is_no_duplicate_of_itself",
            ),
            printable("subject", name="incoming_message_subject_printable"),
            printable("text", name="incoming_message_text_printable"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="incoming_message_newest"),
            models.Index(
                fields=["received_at", "id"],
                name="incoming_message_undecided",
                condition=Q(verdict__in=["waiting", "quarantine"]),
            ),
            models.Index(fields=["id"], name="incoming_message_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["message_id"],
                name="incoming_message_by_id",
                condition=~Q(message_id=""),
            ),
            models.Index(fields=["content_digest"], name="incoming_message_by_content"),
            models.Index(fields=["fsn_key"], name="incoming_message_by_fsn"),
            models.Index(fields=["fsca_key"], name="incoming_message_by_fsca"),
            models.Index(fields=["sender"], name="incoming_message_by_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or "(utan ämne)"

    @property
    def is_undecided(self) -> bool:
        """Whether somebody still has to say what it is."""
        return self.verdict in self.UNDECIDED


class MailPlace(models.Model):
    """Where in the mailbox a message lay (plats i brevlådan), by the mail server's own numbers.

    After a change of numbering, or when it was sent twice to the byte, a message has several.
    """

    message = models.ForeignKey(IncomingMessage, models.PROTECT, related_name="places")
    mailbox = models.CharField("brevlåda", max_length=200)
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    seen_at = models.DateTimeField("sågs", auto_now_add=True)

    class Meta:
        verbose_name = "plats i brevlådan"
        verbose_name_plural = "platser i brevlådan"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid", "sha256"], name="mail_place_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid_validity}/{self.uid}"


class IncomingFile(models.Model):
    """A file that came with a message (fil i inkommet meddelande), with the words read in it."""

    message = models.ForeignKey(IncomingMessage, models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField("ordning")
    name = models.CharField("filnamn", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("storlek i byte")
    content_type = models.CharField("typ", max_length=100)
    verdict = models.CharField(
        "kontroll",
        max_length=10,
        choices=Attachment.Verdict,
        default=Attachment.Verdict.PENDING,
    )
    verdict_note = models.CharField("kontrollens skäl", max_length=200, blank=True)
    pages = models.JSONField("text per sida", default=list, blank=True)
    problem = models.CharField("gick inte att läsa", max_length=300, blank=True)

    class Meta:
        verbose_name = "fil i inkommet meddelande"
        verbose_name_plural = "filer i inkomna meddelanden"
        ordering = ("message", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="incoming_file_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="incoming_file_by_hash"),
            models.Index(
                fields=["id"], name="incoming_file_waiting", condition=Q(verdict="pending")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProposedField(models.Model):
    """A value read for one of the template's fields (föreslaget fält), and where it stood."""

    message = models.ForeignKey(IncomingMessage, models.PROTECT, related_name="proposals")
    code = models.CharField("fält", max_length=20)
    value = models.TextField("värde")
    file = models.ForeignKey(
        IncomingFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fil"
    )
    page = models.PositiveIntegerField("sida", default=0)
    line = models.PositiveIntegerField("rad", default=0)
    quote = models.TextField("som det stod", blank=True)

    class Meta:
        verbose_name = "föreslaget fält"
        verbose_name_plural = "föreslagna fält"
        ordering = ("message", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "code"], name="proposed_field_once")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value[:60]}"

    @property
    def place(self) -> str:
        """Where it stood, in words."""
        if self.file is not None:
            return f"{self.file.name}, sida {self.page}, rad {self.line}"
        return f"Meddelandet, rad {self.line}" if self.line else "Meddelandets huvud"


class PublishedNotice(models.Model):
    """A notice on the authority's public list (publicerat säkerhetsmeddelande), as its file has it."""

    number = models.CharField("nummer", max_length=80, unique=True)
    published_on = models.DateField("publicerades")
    manufacturer = models.CharField("tillverkare", max_length=200)
    product = models.CharField("produkt", max_length=300)
    reference = models.CharField("beteckning", max_length=80, blank=True)
    reference_key = models.CharField(max_length=60, blank=True)
    address = models.URLField("webbadress", max_length=500, blank=True)
    notice = models.ForeignKey(
        SafetyNotice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="published",
        verbose_name="säkerhetsmeddelande",
    )
    checked_at = models.DateTimeField("kontrollerades", null=True, blank=True)
    checked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    note = models.CharField("anteckning", max_length=300, blank=True)

    class Meta:
        verbose_name = "publicerat säkerhetsmeddelande"
        verbose_name_plural = "publicerade säkerhetsmeddelanden"
        ordering = ("-published_on", "-pk")
        constraints: ClassVar = [
            all_or_none("checked_at", "checked_by", name="published_notice_checked_together"),
            models.CheckConstraint(
                condition=Q(checked_at=None) | ~Q(note="") | Q(notice__isnull=False),
                name="published_notice_checked_says_what_was_found",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reference_key"], name="published_notice_by_reference"),
            models.Index(
                fields=["-published_on", "-id"],
                name="published_notice_missing",
                condition=Q(notice=None, checked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number
