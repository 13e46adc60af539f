"""A report to an authority, what happened with it, and what was sent afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from patientsakerhet.authority_reports.models.kind import ReportKind
from patientsakerhet.authority_reports.querysets import AuthorityReportQuerySet
from patientsakerhet.authority_reports.workflow import (
    CANDIDATE,
    CLOSED,
    DECIDED,
    DRAFTING,
    NOT_REPORTED,
    SUBMITTED,
    SUPPLEMENTED,
    UNDECIDED,
    WORKFLOW,
)
from patientsakerhet.cases.models import Attachment, Case
from patientsakerhet.lib.constraints import all_or_none
from patientsakerhet.organisation.models import CareProvider, Person

SENT = (SUBMITTED, SUPPLEMENTED, DECIDED, CLOSED)


class AuthorityReport(models.Model):
    """A question whether a case is to be reported to an authority, and what came of it (anmälan)."""

    class Decision(models.TextChoices):
        """Whether it is to be reported."""

        YES = "yes", "anmäls"
        NO = "no", "anmäls inte"

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="authority_reports", verbose_name="ärende"
    )
    kind = models.ForeignKey(
        ReportKind, models.PROTECT, related_name="reports", verbose_name="slag"
    )
    status = models.CharField("läge", max_length=20, default=CANDIDATE)
    status_since = models.DateTimeField("i läget sedan")
    clock_from = models.DateTimeField("tiden räknas från")
    event_provider = models.ForeignKey(
        CareProvider, models.PROTECT, related_name="+", verbose_name="händelsen inträffade hos"
    )
    grounds = models.TextField("varför frågan ställs")
    created_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="uppmärksammad av"
    )
    created_at = models.DateTimeField("uppmärksammad")
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="begärd av"
    )
    asked_at = models.DateTimeField("beslut begärt", null=True, blank=True)

    decision = models.CharField("beslut", max_length=5, choices=Decision, blank=True)
    motive = models.TextField("motivering", blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beslutad av"
    )
    decided_at = models.DateTimeField("beslutad", null=True, blank=True)

    worksheet = models.JSONField("underlag", default=dict, blank=True)
    checked = ArrayField(
        models.CharField(max_length=60), verbose_name="avbockat", default=list, blank=True
    )
    submitted_at = models.DateTimeField("inskickad", null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="inskickad av"
    )
    channel = models.CharField(
        "inskickad genom", max_length=10, choices=ReportKind.Channel, blank=True
    )
    diary_no = models.CharField("diarienummer", max_length=60, blank=True)
    receipt = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kvittens"
    )
    manufacturer_told_at = models.DateTimeField("tillverkaren informerad", null=True, blank=True)
    manufacturer_told_how = models.CharField(
        "hur tillverkaren informerades", max_length=200, blank=True
    )
    answered_on = models.DateField("myndigheten svarade", null=True, blank=True)
    outcome = models.TextField("myndighetens svar", blank=True)
    closed_at = models.DateTimeField("avslutad", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = AuthorityReportQuerySet.as_manager()

    class Meta:
        verbose_name = "anmälan"
        verbose_name_plural = "anmälningar"
        constraints: ClassVar = [
            all_or_none("asked_by", "asked_at", name="authority_report_asked_together"),
            all_or_none("decided_by", "decided_at", name="authority_report_decided_together"),
            all_or_none("submitted_by", "submitted_at", name="authority_report_sent_together"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | Q(decided_at__isnull=False, motive__regex=r"\S") & ~Q(decision=""),
                name="authority_report_decision_has_a_motive",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNDECIDED, decision="")
                | Q(status=NOT_REPORTED, decision="no")
                | Q(status__in=[DRAFTING, *SENT], decision="yes"),
                name="authority_report_stands_as_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SENT) | Q(submitted_at__isnull=False) & ~Q(channel=""),
                name="authority_report_sent_when_and_how",
            ),
            models.CheckConstraint(
                condition=~Q(status=DECIDED) | Q(answered_on__isnull=False, outcome__regex=r"\S"),
                name="authority_report_answered_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(manufacturer_told_at=None, manufacturer_told_how="")
                | Q(manufacturer_told_at__isnull=False) & ~Q(manufacturer_told_how=""),
                name="authority_report_manufacturer_told_how",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(status__in=[NOT_REPORTED, CLOSED]),
                name="authority_report_one_running_per_kind",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["clock_from", "id"], name="authority_report_oldest"),
            models.Index(fields=["status", "clock_from", "id"], name="authority_report_in_status"),
            models.Index(fields=["-submitted_at", "-id"], name="authority_report_latest_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {WORKFLOW.label(self.status).lower()}"

    def get_absolute_url(self) -> str:
        return reverse("case_report", args=[self.case.number, self.pk])

    @property
    def status_label(self) -> str:
        """The state in Swedish."""
        return WORKFLOW.label(self.status)

    @property
    def is_own_event(self) -> bool:
        """Whether it happened in the operation of the provider that would report it."""
        return self.event_provider_id == self.case.owning_unit.care_provider_id

    @property
    def unfilled(self) -> list[str]:
        """The required fields of the worksheet with nothing in them, by their labels."""
        return [
            one.label
            for one in self.kind.worksheet
            if one.required and not str(self.worksheet.get(one.key, "")).strip()
        ]

    @property
    def unchecked(self) -> int:
        """How many points of the checklist are not ticked."""
        return sum(one.key not in self.checked for one in self.kind.points)


class ReportEvent(models.Model):
    """Something that happened with a report (händelse med anmälan); never changed."""

    report = models.ForeignKey(AuthorityReport, models.PROTECT, related_name="events")
    step = models.CharField("steg", max_length=30)
    from_status = models.CharField("från", max_length=20, blank=True)
    to_status = models.CharField("till", max_length=20, blank=True)
    at = models.DateTimeField("när")
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField("skäl", blank=True)

    class Meta:
        verbose_name = "händelse med anmälan"
        verbose_name_plural = "händelser med anmälningar"
        ordering = ("at", "pk")
        indexes: ClassVar = [models.Index(fields=["report", "at"], name="report_event_of_report")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.step}"


class ReportSupplement(models.Model):
    """Something sent to the authority after the report (komplettering); never changed."""

    report = models.ForeignKey(AuthorityReport, models.PROTECT, related_name="supplements")
    text = models.TextField("vad som skickades")
    sent_at = models.DateTimeField("skickades")
    channel = models.CharField("genom", max_length=10, choices=ReportKind.Channel)
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fil"
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField("registrerades")

    class Meta:
        verbose_name = "komplettering"
        verbose_name_plural = "kompletteringar"
        ordering = ("sent_at", "pk")

    def __str__(self) -> str:
        return f"{self.report_id} {self.sent_at:%Y-%m-%d}"
