"""The deep form of an investigation: who ordered it, who took part, barriers, proposals, the report."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from avvikelse.models.deviation import Deviation
from avvikelse.models.investigation import Cause, TimelineEntry
from patientsakerhet.cases.models import Measure
from patientsakerhet.lib.constraints import all_or_none
from patientsakerhet.organisation.models import Person


class EventAnalysis(models.Model):
    """The analysis of one event (händelseanalys): the commission, and the report when it is in."""

    deviation = models.OneToOneField(
        Deviation, models.PROTECT, primary_key=True, related_name="event_analysis"
    )
    question = models.TextField("uppdrag och avgränsning")
    ordered_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="uppdragsgivare"
    )
    ordered_at = models.DateTimeField("beställdes")
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="analysledare")
    due_on = models.DateField("rapporten ska vara klar")
    contact = models.TextField("kontakt med patient och närstående", blank=True)
    method = models.TextField("så gjordes analysen", blank=True)
    summary = models.TextField("sammanfattning", blank=True)
    lessons = models.TextField("lärdomar för andra", blank=True)
    reported_at = models.DateTimeField("rapporten lämnades", null=True, blank=True)
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_of = models.CharField("granskad text", max_length=64, blank=True)
    """SHA-256 of the de-identified report that somebody has read; another text is not cleared."""
    cleared_at = models.DateTimeField("granskades", null=True, blank=True)
    cleared_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "händelseanalys"
        verbose_name_plural = "händelseanalyser"
        constraints: ClassVar = [
            all_or_none("reported_at", "reported_by"),
            all_or_none("cleared_at", "cleared_by"),
            models.CheckConstraint(
                condition=Q(reported_at=None) | ~Q(summary=""),
                name="event_analysis_reported_with_a_summary",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at=None) | ~Q(cleared_of=""),
                name="event_analysis_cleared_of_a_text",
            ),
        ]

    def __str__(self) -> str:
        return str(self.deviation_id)


class AnalysisParticipant(models.Model):
    """Somebody who takes part in the analysis, known to the product or only by name."""

    class Part(models.TextChoices):
        """As what."""

        MEMBER = "member", "deltagare"
        EXPERT = "expert", "sakkunnig"
        PATIENT_VIEW = "patient_view", "patientens eller närståendes företrädare"
        SAFETY_REPRESENTATIVE = "safety_representative", "skyddsombud"

    analysis = models.ForeignKey(EventAnalysis, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("namn", max_length=120, blank=True)
    part = models.CharField("roll", max_length=25, choices=Part)

    class Meta:
        verbose_name = "deltagare i händelseanalys"
        verbose_name_plural = "deltagare i händelseanalyser"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="") | (Q(person=None) & ~Q(name="")),
                name="analysis_participant_is_a_person_or_a_name",
            ),
            models.UniqueConstraint(
                fields=["analysis", "person"],
                condition=Q(person__isnull=False),
                name="analysis_participant_once",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name if self.person else self.name


class Barrier(models.Model):
    """Something that stopped the event, should have, or was not there (barriär)."""

    class Held(models.TextChoices):
        """What became of it."""

        HELD = "held", "höll"
        FAILED = "failed", "brast"
        MISSING = "missing", "fanns inte"

    analysis = models.ForeignKey(EventAnalysis, models.PROTECT, related_name="barriers")
    moment = models.ForeignKey(
        TimelineEntry, models.PROTECT, null=True, blank=True, related_name="barriers"
    )
    text = models.TextField("barriär")
    held = models.CharField("vad blev det av den", max_length=10, choices=Held)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("skrevs")

    class Meta:
        verbose_name = "barriär"
        verbose_name_plural = "barriärer"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Proposal(models.Model):
    """A measure that the analysis proposed (åtgärdsförslag), and against which cause.

    What it says and what was decided stand in the measure itself.
    """

    analysis = models.ForeignKey(EventAnalysis, models.PROTECT, related_name="proposals")
    measure = models.OneToOneField(Measure, models.PROTECT, related_name="+")
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="mot"
    )

    class Meta:
        verbose_name = "åtgärdsförslag"
        verbose_name_plural = "åtgärdsförslag"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.measure)
