"""Measures that are to keep it from happening again, and whether they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from patientsakerhet.cases.models.case import Case
from patientsakerhet.lib.constraints import all_or_none
from patientsakerhet.organisation.models import Person, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class MeasureQuerySet(QuerySet["Measure"]):
    """Questions about measures."""

    def visible_to(self, person: Person | AnonymousUser) -> Self:
        """One's own, and those of the cases one may read at least an extract of."""
        if not isinstance(person, Person):
            return self.none()
        shared = MeasureCase.objects.filter(
            measure=OuterRef("pk"), case__in=Case.objects.extract_visible_to(person)
        )
        return self.filter(Q(owner=person) | Exists(shared))

    def open(self) -> Self:
        """Decided and neither done nor cancelled."""
        return self.filter(status__in=Measure.OPEN)

    def overdue(self) -> Self:
        """Open past its last day."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def effect_due(self) -> Self:
        """Done, with an effect nobody has looked at though its day has come."""
        return self.filter(
            status=Measure.Status.DONE, effect="", effect_due_on__lte=timezone.localdate()
        )


class Measure(models.Model):
    """Something decided so that it does not happen again (åtgärd); it may serve several cases."""

    class Strength(models.TextChoices):
        """How well this sort of measure holds, whoever is on duty."""

        STRONG = "strong", "stark"
        MEDIUM = "medium", "medel"
        WEAK = "weak", "svag"

    class Status(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", "föreslagen"
        PLANNED = "planned", "planerad"
        STARTED = "started", "pågår"
        DONE = "done", "klar"
        CANCELLED = "cancelled", "utgår"
        REJECTED = "rejected", "avslagen"

    class Effect(models.TextChoices):
        """What the follow-up found."""

        YES = "yes", "avsedd effekt"
        PARTLY = "partly", "delvis effekt"
        NO = "no", "ingen effekt"

    OPEN: ClassVar = (Status.PLANNED, Status.STARTED)
    """Decided, and to be done."""

    title = models.CharField("åtgärd", max_length=200)
    description = models.TextField("beskrivning", blank=True)
    strength = models.CharField("styrka", max_length=10, choices=Strength)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="measures", verbose_name="åtgärdsansvarig"
    )
    owner_told_at = models.DateTimeField("ansvarig tillfrågad")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="measures", verbose_name="enhet")
    due_on = models.DateField("klar senast")
    status = models.CharField("läge", max_length=10, choices=Status, default=Status.PLANNED)
    progress = models.CharField("så långt", max_length=120, blank=True)
    effect_sign = models.TextField("så ska effekten synas")
    effect_due_on = models.DateField("effekten följs upp")
    effect = models.CharField("effekt", max_length=10, choices=Effect, blank=True)
    effect_result = models.TextField("resultat av uppföljningen", blank=True)
    effect_at = models.DateTimeField("effekten bedömdes", null=True, blank=True)
    effect_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("beslutades", null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beslutad av"
    )
    decision_reason = models.TextField("skäl till beslutet", blank=True)
    done_at = models.DateTimeField("blev klar", null=True, blank=True)
    cancelled_reason = models.TextField("skäl till att den utgår", blank=True)
    version = models.PositiveIntegerField("version", default=1)
    cases = models.ManyToManyField(Case, through="MeasureCase", related_name="measures")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "åtgärd"
        verbose_name_plural = "åtgärder"
        constraints: ClassVar = [
            all_or_none("effect_at", "effect_by"),
            all_or_none("decided_at", "decided_by"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at=None)
                | Q(status="cancelled")
                | (~Q(status="proposed") & Q(decided_at__isnull=False)),
                name="measure_decided_when_no_longer_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(decision_reason=""),
                name="measure_rejected_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(effect="", effect_at=None)
                | (~Q(effect="") & Q(effect_at__isnull=False) & ~Q(effect_result="")),
                name="measure_effect_has_result",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | (~Q(status="done") & Q(done_at=None)),
                name="measure_done_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancelled_reason=""),
                name="measure_cancelled_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(owner_told_at__lte=F("decided_at")),
                name="measure_owner_told_before_it_was_registered",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on", "id"],
                name="measure_open_due",
                condition=Q(status__in=["planned", "started"]),
            ),
            models.Index(fields=["owner", "status", "due_on"], name="measure_of_owner"),
            models.Index(fields=["unit", "due_on", "id"], name="measure_of_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stands(self) -> bool:
        """Whether it may be counted on: proposed, decided or done, neither taken back nor turned down."""
        return self.status not in {Measure.Status.CANCELLED, Measure.Status.REJECTED}


class MeasureCase(models.Model):
    """A measure serves a case."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="serves")
    case = models.ForeignKey(Case, models.PROTECT, related_name="served_by")

    class Meta:
        verbose_name = "åtgärd i ärende"
        verbose_name_plural = "åtgärder i ärenden"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measure", "case"], name="measure_once_per_case")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} i {self.case_id}"
