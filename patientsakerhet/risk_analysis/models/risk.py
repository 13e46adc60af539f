"""A risk, how it has been judged, what is to be done about it, and when it must be judged again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import DeviceModel, ITSystem
from patientsakerhet.risk_analysis.models.analysis import ProcessStep, RiskAnalysis
from patientsakerhet.risk_analysis.models.method import ScoringMethod
from patientsakerhet.risk_analysis.querysets import RiskQuerySet, RiskReviewQuerySet


class Risk(models.Model):
    """Something that can go wrong (risk), with its causes, consequences and what holds it back today.

    `score` and `band` are as things are: those of the latest judgement before measures or at a
    review, and those after measures from when the analysis closes with all of them done.
    """

    analysis = models.ForeignKey(RiskAnalysis, models.PROTECT, related_name="risks")
    serial = models.PositiveSmallIntegerField("nummer")
    step = models.ForeignKey(
        ProcessStep, models.PROTECT, null=True, blank=True, related_name="risks",
        verbose_name="processteg",
    )  # fmt: skip
    title = models.CharField("risk", max_length=200, help_text="Vad kan gå fel?")
    cause = models.TextField("orsaker", blank=True)
    consequence = models.TextField("följder", blank=True)
    existing_controls = models.TextField("det som redan skyddar", blank=True)
    systems = models.ManyToManyField(
        ITSystem, blank=True, related_name="risks", verbose_name="IT-system"
    )
    products = models.ManyToManyField(
        DeviceModel, blank=True, related_name="risks", verbose_name="produkter"
    )
    watched_words = models.CharField("ord att bevaka", max_length=200, blank=True)
    raised_from = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="raised_risks",
        verbose_name="väcktes av ärendet",
    )  # fmt: skip
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies",
        verbose_name="kopia av risken",
    )  # fmt: skip
    accepted_reason = models.TextField("varför risken godtas utan åtgärd", blank=True)
    score = models.PositiveSmallIntegerField("risktal", null=True, blank=True)
    band = models.PositiveSmallIntegerField("risknivå", null=True, blank=True)
    reviewed_at = models.DateTimeField("senast omprövad")
    created_at = models.DateTimeField("lades till")
    created_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="lades till av"
    )
    withdrawn_at = models.DateTimeField("ströks", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ströks av"
    )
    withdrawn_reason = models.TextField("varför den ströks", blank=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = "risk"
        verbose_name_plural = "risker"
        ordering = ("analysis", "serial")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["analysis", "serial"], name="risk_once_per_number"),
            filled("title", name="risk_title_filled"),
            all_or_none("score", "band"),
            all_or_none("withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="risk_withdrawn_has_a_reason",
            ),
        ]
        indexes: ClassVar = [
            # The register: gravest first.
            models.Index(
                F("band").desc(nulls_last=True),
                F("score").desc(nulls_last=True),
                F("id"),
                name="risk_gravest",
                condition=Q(withdrawn_at=None),
            ),
            models.Index(fields=["raised_from"], name="risk_raised_from"),
        ]

    def __str__(self) -> str:
        return f"{self.serial}. {self.title}"

    @property
    def before(self) -> Scoring | None:
        """How it was judged as things are, the latest time that was done before measures."""
        return self._latest(Scoring.Stage.BEFORE)

    @property
    def after(self) -> Scoring | None:
        """How it is judged when the measures are done."""
        return self._latest(Scoring.Stage.AFTER)

    @property
    def latest(self) -> Scoring | None:
        """The judgement that holds."""
        return next(iter(sorted(self.scorings.all(), key=lambda one: (one.at, one.pk))[::-1]), None)

    def _latest(self, stage: str) -> Scoring | None:
        found = [one for one in self.scorings.all() if one.stage == stage]
        return max(found, key=lambda one: (one.at, one.pk), default=None)


class Scoring(models.Model):
    """One judgement of how grave a risk is (bedömning av risk); never changed, only followed."""

    class Stage(models.TextChoices):
        """What is judged."""

        BEFORE = "before", "före åtgärder"
        AFTER = "after", "efter åtgärder"
        REVIEW = "review", "vid omprövning"

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="scorings")
    method = models.ForeignKey(ScoringMethod, models.PROTECT, related_name="+")
    stage = models.CharField("gäller", max_length=10, choices=Stage)
    severity = models.PositiveSmallIntegerField("allvarlighetsgrad")
    probability = models.PositiveSmallIntegerField("sannolikhet")
    detection = models.PositiveSmallIntegerField("upptäckt", null=True, blank=True)
    score = models.GeneratedField(
        expression=F("severity") * F("probability") * Coalesce(F("detection"), 1),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name="risktal",
    )
    band = models.PositiveSmallIntegerField("risknivå")
    reason = models.TextField("skäl", blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="av")
    at = models.DateTimeField("bedömdes")

    class Meta:
        verbose_name = "bedömning av risk"
        verbose_name_plural = "bedömningar av risker"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(severity__gte=1, probability__gte=1)
                & (Q(detection=None) | Q(detection__gte=1)),
                name="scoring_from_one",
            ),
            models.CheckConstraint(condition=Q(band__gte=1, band__lte=3), name="scoring_in_a_band"),
        ]
        indexes: ClassVar = [models.Index(fields=["risk", "stage", "at"], name="scoring_of_risk")]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.stage}"


class RiskMeasure(models.Model):
    """A measure of the analysis is to lower a risk (åtgärd mot risk)."""

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="aims")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="aimed_at")

    class Meta:
        verbose_name = "åtgärd mot risk"
        verbose_name_plural = "åtgärder mot risker"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["risk", "measure"], name="risk_measure_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} mot {self.risk_id}"


class RiskReview(models.Model):
    """A risk should be judged again, or has been (omprövning): for what has happened, and what came of it."""

    class Outcome(models.TextChoices):
        """What the review led to."""

        HOLDS = "holds", "bedömningen gäller"
        RESCORED = "rescored", "bedömd på nytt"

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="reviews")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="avvikelsen som föreslog den",
    )  # fmt: skip
    proposed_at = models.DateTimeField("föreslogs")
    outcome = models.CharField("utfall", max_length=10, choices=Outcome, blank=True)
    note = models.TextField("bedömning", blank=True)
    handled_at = models.DateTimeField("omprövades", null=True, blank=True)
    handled_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="omprövades av",
    )

    objects = RiskReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "omprövning"
        verbose_name_plural = "omprövningar"
        ordering = ("proposed_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["risk", "case"],
                condition=Q(case__isnull=False),
                name="risk_review_once_per_case",
            ),
            all_or_none("handled_at", "handled_by"),
            models.CheckConstraint(
                condition=Q(handled_at=None, outcome="")
                | (Q(handled_at__isnull=False) & ~Q(outcome="") & ~Q(note="")),
                name="risk_review_handled_has_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["proposed_at", "id"],
                name="risk_review_waiting",
                condition=Q(handled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.outcome or 'väntar'}"
