"""The tables of major incidents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from patientsakerhet.cases.models import Case
from patientsakerhet.lib.constraints import filled, ordered
from patientsakerhet.major_incidents.querysets import MajorIncidentQuerySet
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem


class MajorIncident(models.Model):
    """A critical failure that harms the region's work, or may, and must be solved at once (stor incident)."""

    class Severity(models.TextChoices):
        """What it meant for care, at the worst."""

        RISKED = "risked", "risk för störning i vården"
        DISTURBED = "disturbed", "vården stördes"
        DELAYED = "delayed", "vård ställdes in eller försenades"
        ENDANGERED = "endangered", "patienter utsattes för risk"
        HARMED = "harmed", "patienter kan ha skadats"

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="major_incident"
    )
    declared_at = models.DateTimeField("utlystes")
    declared_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="utlystes av"
    )
    started_at = models.DateTimeField("började")
    noticed_at = models.DateTimeField("upptäcktes")
    ended_at = models.DateTimeField("driften återställd", null=True, blank=True)
    what_happened = models.TextField("vad som hände")
    workaround = models.TextField("så klarade sig verksamheten", blank=True)
    severity = models.CharField("allvarlighet", max_length=12, choices=Severity, blank=True)
    consequence = models.TextField("konsekvens för vården", blank=True)
    cause = models.TextField("orsak", blank=True)
    lessons = models.TextField("lärdomar", blank=True)
    systems = models.ManyToManyField(
        ITSystem, related_name="major_incidents", blank=True, verbose_name="berörda IT-system"
    )
    units = models.ManyToManyField(
        Unit, related_name="major_incidents", blank=True, verbose_name="berörda enheter"
    )

    objects = MajorIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = "stor incident"
        verbose_name_plural = "stora incidenter"
        constraints: ClassVar = [
            filled("what_happened", name="major_incident_says_what_happened"),
            ordered("started_at", "noticed_at", name="major_incident_noticed_after_it_started"),
            ordered("started_at", "ended_at", name="major_incident_ended_after_it_started"),
            ordered("noticed_at", "declared_at", name="major_incident_declared_after_noticed"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-declared_at", "-case"], name="major_incident_latest"),
        ]

    def __str__(self) -> str:
        return self.case.title


class GatheredCase(models.Model):
    """A deviation that the incident led to, or that tells of it (samlad avvikelse)."""

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="gathered")
    case = models.ForeignKey(Case, models.PROTECT, related_name="gathered_in")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "samlad avvikelse"
        verbose_name_plural = "samlade avvikelser"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "case"], name="gathered_once_per_incident")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} i {self.incident_id}"
