"""An import is a row: its file, how far it has come, and one line for each row of the file."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse

from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import Person

if TYPE_CHECKING:
    from patientsakerhet.exchange.kinds import ImportKind


class ImportFile(models.Model):
    """The bytes of an imported file (fil), kept so that any worker can go on where one died."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    packed = models.BinaryField()
    size = models.PositiveBigIntegerField("storlek i byte")
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "importfil"
        verbose_name_plural = "importfiler"

    def __str__(self) -> str:
        return self.sha256

    @classmethod
    def keep(cls, content: bytes) -> ImportFile:
        """The row of these bytes, the earlier one when they have come before."""
        packed = {"packed": zlib.compress(content, 6), "size": len(content)}
        row, is_new = cls.objects.get_or_create(
            sha256=hashlib.sha256(content).hexdigest(), defaults=packed
        )
        if not is_new and not row.packed:  # forgotten since
            row.packed = packed["packed"]
            row.save(update_fields=["packed"])
        return row

    @property
    def content(self) -> bytes:
        """The bytes as they came."""
        return zlib.decompress(self.packed)


class ImportRunQuerySet(QuerySet["ImportRun"]):
    """Questions about imports."""

    def at_work(self) -> Self:
        """That a worker has something left to do for."""
        return self.filter(state__in=ImportRun.AT_WORK)

    def of_kinds(self, keys: list[str]) -> Self:
        """Of these kinds."""
        return self.filter(kind__in=keys)


class ImportRun(models.Model):
    """One file on its way in (import): first read as a trial, then for good when somebody says so."""

    class State(models.TextChoices):
        """How far it has come."""

        UPLOADED = "uploaded", "väntar på provläsning"
        DRY_RUN = "dry_run", "provläses"
        READY = "ready", "provläst"
        RUNNING = "running", "läses in"
        DONE = "done", "inläst"
        FAILED = "failed", "stoppad"
        DISCARDED = "discarded", "borttagen"

    AT_WORK: ClassVar = (State.UPLOADED, State.DRY_RUN, State.RUNNING)

    kind = models.CharField("innehåll", max_length=30)
    file = models.ForeignKey(ImportFile, models.PROTECT, related_name="runs", verbose_name="fil")
    name = models.CharField("filnamn", max_length=200)
    form = models.CharField("lästes som", max_length=80, blank=True)
    mapping = models.TextField("översättning", blank=True)
    options = models.JSONField("val", default=dict)
    ignored = models.JSONField("kolumner som inte läses", default=list)
    heading = models.JSONField("filens rubriker", default=list)
    sample = models.JSONField("filens första rader", default=list)
    state = models.CharField("läge", max_length=10, choices=State, default=State.UPLOADED)
    failure = models.TextField("därför stoppad", blank=True)
    rows = models.PositiveIntegerField("rader", default=0)
    parts = models.PositiveIntegerField("delar", default=0)
    parts_done = models.PositiveIntegerField("klara delar", default=0)
    attempts = models.PositiveSmallIntegerField("försök utan framsteg", default=0)
    planned = models.JSONField("skulle bli", default=dict)
    counts = models.JSONField("blev", default=dict)
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="imports", verbose_name="av"
    )
    at = models.DateTimeField("lämnades in", auto_now_add=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="godkänd av"
    )
    confirmed_at = models.DateTimeField("godkänd", null=True, blank=True)
    finished_at = models.DateTimeField("klar", null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "importer"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parts_done__lte=models.F("parts")), name="import_run_within_its_parts"
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="import_run_failed_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "done"]) | Q(confirmed_at__isnull=False),
                name="import_run_confirmed_before_it_writes",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["at"],
                name="import_run_at_work",
                condition=Q(state__in=["uploaded", "dry_run", "running"]),
            ),
            models.Index(fields=["-at", "-id"], name="import_run_newest"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import_run", args=[self.pk])

    @property
    def kind_row(self) -> ImportKind:
        """The registered kind: what it reads, and who may."""
        from patientsakerhet.exchange import kinds  # kinds name this model: imported late

        return kinds.of(self.kind)


class ImportLine(models.Model):
    """What became, or would become, of one row of the file (rad)."""

    class Outcome(models.TextChoices):
        """The six things that can happen to a row; none is passed over."""

        ADDED = "added", "ny"
        CHANGED = "changed", "ändrad"
        UNCHANGED = "unchanged", "oförändrad"
        KNOWN = "known", "redan inläst"
        CONTRADICTION = "contradiction", "motsäger sig"
        ERROR = "error", "fel"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("rad", null=True, blank=True)
    key = models.CharField("gäller", max_length=120, blank=True)
    outcome = models.CharField("utfall", max_length=15, choices=Outcome)
    text = models.TextField("förklaring", blank=True)

    class Meta:
        verbose_name = "importrad"
        verbose_name_plural = "importrader"
        ordering = ("number", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="import_line_once_per_row")
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "outcome", "number", "id"], name="import_line_by_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number} {self.outcome}"


class ColumnChoice(models.Model):
    """Which column of a source's files is which of ours (kolumnval), kept to be used again."""

    kind = models.CharField("innehåll", max_length=30)
    name = models.CharField("namn", max_length=80)
    columns = models.JSONField("kolumner", help_text="Vår kolumn till filens rubrik.")
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    at = models.DateTimeField("sparades", auto_now=True)

    class Meta:
        verbose_name = "kolumnval"
        verbose_name_plural = "kolumnval"
        ordering = ("kind", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "name"], name="column_choice_once_per_name"),
            filled("name", name="column_choice_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
