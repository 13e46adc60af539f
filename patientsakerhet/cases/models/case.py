"""The case itself, its number, and the legal states and arrows the database knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.organisation.models import Person, Unit

if TYPE_CHECKING:
    from patientsakerhet.cases.kinds import Kind


class Case(models.Model):
    """One matter that somebody must bring to an answer (ärende), whatever its kind."""

    class Secrecy(models.IntegerChoices):
        """Who beyond the ordinary may read it, OSL (2009:400) ch. 25."""

        NORMAL = 0, "normal"
        SENSITIVE = 1, "känslig"
        PROTECTED = 2, "skyddad"

    class Origin(models.TextChoices):
        """Filed by the organisation that handles it, or by somebody else."""

        INCOMING = "incoming", "inkommen"
        OWN = "own", "egen"

    kind = models.CharField("slag", max_length=30)
    number = models.CharField("nummer", max_length=20, unique=True)
    year = models.PositiveSmallIntegerField("år")
    serial = models.PositiveIntegerField("löpnummer")
    title = models.CharField("rubrik", max_length=200)
    status = models.CharField("läge", max_length=30)
    status_since = models.DateTimeField("i läget sedan")
    owning_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="owned_cases", verbose_name="ägande enhet"
    )
    filing_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="filed_cases", verbose_name="rapporterande enhet"
    )
    handler = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_cases",
        verbose_name="handläggare",
    )
    origin = models.CharField("ursprung", max_length=10, choices=Origin, default=Origin.INCOMING)
    secrecy = models.PositiveSmallIntegerField("sekretess", choices=Secrecy, default=Secrecy.NORMAL)
    severity = models.PositiveSmallIntegerField("allvarlighetsgrad", null=True, blank=True)
    risk_score = models.PositiveSmallIntegerField("risktal", null=True, blank=True)
    filed_at = models.DateTimeField("kom in")
    first_coordinated_at = models.DateTimeField("koordinerades först", null=True, blank=True)
    closed_at = models.DateTimeField("avslutades", null=True, blank=True)
    closed_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="avslutades av",
    )
    is_final = models.BooleanField("slutligt läge", default=False)
    due_at = models.DateTimeField("nästa tidsgräns", null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="huvudärende",
    )
    version = models.PositiveIntegerField("version", default=1)
    changed_at = models.DateTimeField("ändrades", auto_now=True)
    source_system = models.CharField("ursprungssystem", max_length=40, blank=True)
    source_key = models.CharField("nummer i ursprungssystemet", max_length=80, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "year", "serial"], name="case_numbered_once_per_kind_and_year"
            ),
            models.UniqueConstraint(
                fields=["source_system", "source_key"],
                condition=~Q(source_system=""),
                name="case_imported_once",
            ),
            models.CheckConstraint(
                condition=Q(is_final=True, closed_at__isnull=False)
                | Q(is_final=False, closed_at=None),
                name="case_final_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("filed_at")),
                name="case_closed_after_it_was_filed",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")), name="case_not_its_own_parent"
            ),
        ]
        indexes: ClassVar = [
            # Queues: open cases only, oldest first.
            models.Index(
                fields=["status", "filed_at", "id"],
                name="case_open_queue",
                condition=Q(is_final=False),
            ),
            models.Index(
                fields=["filed_at", "id"], name="case_open_oldest", condition=Q(is_final=False)
            ),
            models.Index(
                fields=["due_at", "id"], name="case_open_due", condition=Q(is_final=False)
            ),
            models.Index(
                fields=["handler", "due_at"],
                name="case_open_of_handler",
                condition=Q(is_final=False),
            ),
            models.Index(
                fields=["owning_unit", "due_at"],
                name="case_open_of_unit",
                condition=Q(is_final=False),
            ),
            # Lists of everything, newest first.
            models.Index(fields=["-filed_at", "-id"], name="case_newest"),
            models.Index(fields=["owning_unit", "-filed_at", "-id"], name="case_of_unit_newest"),
            models.Index(fields=["filing_unit", "-filed_at", "-id"], name="case_from_unit_newest"),
            models.Index(fields=["status", "-filed_at", "-id"], name="case_in_status_newest"),
            models.Index(fields=["severity", "-filed_at", "-id"], name="case_as_severe_newest"),
            models.Index(fields=["parent"], name="case_merged", condition=Q(parent__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse(self.kind_row.url_name, args=[self.number])

    @property
    def kind_row(self) -> Kind:
        """The registered kind: label, workflow, pages."""
        from patientsakerhet.cases import kinds  # kinds hold models' classes: imported late

        return kinds.of(self.kind)

    @property
    def status_label(self) -> str:
        """The state in Swedish."""
        return self.kind_row.workflow.labels[self.status]


class CaseText(models.Model):
    """What a case is found by; apart from the case so that a change of state rewrites no index."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="text")
    vector = SearchVectorField()

    class Meta:
        verbose_name = "sökunderlag"
        verbose_name_plural = "sökunderlag"
        indexes: ClassVar = [GinIndex(fields=["vector"], name="case_text_vector")]

    def __str__(self) -> str:
        return str(self.case_id)


class Counter(models.Model):
    """The last number given out per kind and year; a row, so that numbers have no gaps."""

    kind = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "nummerserie"
        verbose_name_plural = "nummerserier"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "year"], name="counter_once_per_kind_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class KindState(models.Model):
    """A state that cases of a kind may be in, copied from the workflow for the database's guards."""

    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=30)
    label = models.CharField(max_length=60)
    is_initial = models.BooleanField(default=False)
    is_final = models.BooleanField(default=False)
    needs_feedback = models.BooleanField(default=False)
    needs_receipt = models.BooleanField(default=True)

    class Meta:
        verbose_name = "läge"
        verbose_name_plural = "lägen"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "status"], name="kind_state_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Arrow(models.Model):
    """A legal step between two states of a kind, copied from the workflow."""

    kind = models.CharField(max_length=30)
    source = models.CharField(max_length=30)
    step = models.CharField(max_length=30)
    target = models.CharField(max_length=30)

    class Meta:
        verbose_name = "steg"
        verbose_name_plural = "steg"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source", "step"], name="arrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.source} –{self.step}→ {self.target}"


class Submission(models.Model):
    """One sending of one form; a second sending of the same leads to the first one's case."""

    id = models.UUIDField(primary_key=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="submission")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "inskickning"
        verbose_name_plural = "inskickningar"

    def __str__(self) -> str:
        return str(self.id)
