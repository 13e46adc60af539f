"""One act on many cases, case by case, with what came of each."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, QuerySet

from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person


class BulkActQuerySet(QuerySet["BulkAct"]):
    """Questions about acts on many cases."""

    def unfinished(self) -> Self:
        """With cases that wait for their turn."""
        return self.filter(items__state__in=BulkItem.WAITING).distinct()


class BulkAct(models.Model):
    """Somebody has decided to do one thing with several cases (massåtgärd)."""

    class Act(models.TextChoices):
        """What is done with each."""

        TAKE = "take", "ta"
        COORDINATE = "coordinate", "koordinera"
        MERGE = "merge", "slå ihop"
        REJECT = "reject", "avvisa"

    act = models.CharField("åtgärd", max_length=12, choices=Act)
    arguments = models.JSONField("uppgifter", default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="av")
    at = models.DateTimeField("beslutades", auto_now_add=True)
    undone_at = models.DateTimeField("ångrades", null=True, blank=True)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        verbose_name = "massåtgärd"
        verbose_name_plural = "massåtgärder"

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.at:%Y-%m-%d %H:%M}"


class BulkItem(models.Model):
    """One case of an act on many, and what came of it."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "väntar"
        DONE = "done", "klar"
        REFUSED = "refused", "gick inte"
        UNDOING = "undoing", "ska ångras"
        UNDONE = "undone", "ångrad"
        KEPT = "kept", "gick inte att ångra"

    WAITING: ClassVar = (State.WAITING, State.UNDOING)

    bulk = models.ForeignKey(BulkAct, models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField("version som visades")
    state = models.CharField("läge", max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField("därför inte", blank=True)

    class Meta:
        verbose_name = "ärende i massåtgärd"
        verbose_name_plural = "ärenden i massåtgärder"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulk", "case"], name="bulk_item_once_per_case"),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "kept"]) | ~Q(reason=""),
                name="bulk_item_refused_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["bulk", "id"],
                name="bulk_item_waiting",
                condition=Q(state__in=["waiting", "undoing"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.state}"
