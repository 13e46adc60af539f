"""What is known of every system's protection, and the follow-ups of the work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from patientsakerhet.cases.models import Alarming, Case
from patientsakerhet.information_security.models.terms import Programme
from patientsakerhet.information_security.querysets import FollowUpQuerySet, StandingQuerySet
from patientsakerhet.information_security.things import owner_of
from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem


class SystemStanding(Alarming):
    """How a system, or another information asset, stands (läge i gaplistan): what was done when, and
    what changed since.

    The database makes a row for every system and notes its changes, see `sql/assets_stand.sql`; an
    asset that is no system stands there from when it is first classified. The rest is kept by the
    actions that decide. While nothing is done about it, alarms are sent about the day it should be.
    """

    system = models.OneToOneField(
        ITSystem,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="standing",
        verbose_name="IT-system",
    )
    asset = models.CharField("informationstillgång", max_length=120, blank=True, db_default="")
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="informationsägare",
    )
    """These two are of an asset that is no system; a system has its owner in the register."""
    managing_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    owner_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    criticality = models.CharField(
        "kritikalitet", max_length=10, choices=ITSystem.Criticality, blank=True, db_default=""
    )
    in_use = models.BooleanField("i drift", db_default=True)
    """These four are the register's of a system, kept beside by the database so that the list is narrowed here."""
    classified_on = models.DateField("klassad", null=True, blank=True)
    valid_until = models.DateField("klassningen gäller till", null=True, blank=True)
    levels = models.CharField("nivåer", max_length=20, blank=True)
    risk_assessed_on = models.DateField("riskbedömd", null=True, blank=True)
    assessed_on = models.DateField("konsekvensbedömd", null=True, blank=True)
    assessment_due_on = models.DateField("konsekvensbedömning ses över", null=True, blank=True)
    assessment_not_needed_on = models.DateField(
        "konsekvensbedömning behövs inte", null=True, blank=True
    )
    changed_at = models.DateTimeField("ändrades i registret", null=True, blank=True)
    classification = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="klassning"
    )
    under_way = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pågår"
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="program"
    )
    requested_at = models.DateTimeField("klassning begärdes", null=True, blank=True)
    requested_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="begärd av"
    )
    requested_why = models.TextField("varför den begärs", blank=True, db_default="")
    """What whoever answers for it has asked for, until a classification is ordered."""
    due_at = models.DateTimeField("ska vara omhändertaget", null=True, blank=True)
    """By when something should have been ordered; none while nothing is lacking, or it is under way."""

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = "läge i gaplistan"
        verbose_name_plural = "lägen i gaplistan"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(classified_on=None, valid_until=None)
                | Q(classified_on__isnull=False, valid_until__isnull=False),
                name="standing_classified_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(system__isnull=False, asset="", owner=None)
                | Q(system=None, asset__regex=r"\S", managing_unit__isnull=False),
                name="standing_of_a_system_or_an_asset",
            ),
            all_or_none("requested_at", "requested_by", name="standing_requested_together"),
            models.CheckConstraint(
                condition=Q(requested_at=None, requested_why="")
                | (Q(requested_at__isnull=False) & ~Q(requested_why="")),
                name="standing_request_says_why",
            ),
            models.UniqueConstraint(
                Lower("asset"),
                "managing_unit",
                condition=Q(system=None),
                name="standing_asset_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("valid_until").asc(nulls_first=True), "id", name="standing_urgent_first"
            ),
            models.Index(
                F("valid_until").asc(nulls_first=True),
                "id",
                name="standing_changed_since",
                condition=Q(changed_at__isnull=False, classified_on__isnull=False),
            ),
            models.Index(
                fields=["next_alarm_at"],
                name="standing_alarm",
                condition=Q(next_alarm_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """What stands so."""
        return self.system.name if self.system is not None else self.asset

    @property
    def is_to_review(self) -> bool:
        """Whether it was changed after it was classified."""
        return self.changed_at is not None and self.classified_on is not None

    @property
    def asked(self) -> Person | None:
        """Who is asked for its classification: by the register, or as the asset was classified."""
        return owner_of(self.system) if self.system is not None else self.owner


class SecurityFollowUp(Alarming):
    """A follow-up of the information-security work (uppföljning), planned and then recorded."""

    title = models.CharField("vad som följs upp", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhet")
    system = models.ForeignKey(
        ITSystem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="security_follow_ups",
        verbose_name="IT-system",
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="program"
    )
    responsible = models.ForeignKey(
        Person, models.PROTECT, related_name="security_follow_ups", verbose_name="ansvarig"
    )
    planned_on = models.DateField("planerad till")
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    done_on = models.DateField("genomfördes", null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    result = models.TextField("vad den visade", blank=True)
    version = models.PositiveIntegerField("version", default=1)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "uppföljning av informationssäkerheten"
        verbose_name_plural = "uppföljningar av informationssäkerheten"
        ordering = ("planned_on", "pk")
        constraints: ClassVar = [
            filled("title", name="security_follow_up_has_a_title"),
            all_or_none("done_on", "done_by", name="security_follow_up_done_together"),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result=""), name="security_follow_up_has_a_result"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["planned_on", "id"], name="security_follow_up_planned"),
            models.Index(
                fields=["next_alarm_at"],
                name="security_follow_up_alarm",
                condition=Q(done_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title
