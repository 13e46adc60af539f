"""How risks are scored: the scales, the limits of the bands, and what follows above them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.organisation.models import in_force, valid_to_after_from


class ScoringMethodQuerySet(QuerySet["ScoringMethod"]):
    """Questions about methods."""

    def current(self) -> Self:
        """Those in force today, the one offered first first."""
        return self.filter(in_force(timezone.localdate())).order_by("rank", "code")


class ScoringMethod(models.Model):
    """One version of a way to score risks (metod för riskbedömning), with the ground for its limits.

    A changed method is a new version from a day; an analysis keeps the version it began with.
    """

    LOW, MEDIUM, HIGH = 1, 2, 3

    code = models.SlugField("kod", max_length=30)
    version = models.PositiveSmallIntegerField("version", default=1)
    name = models.CharField("namn", max_length=80)
    rank = models.PositiveSmallIntegerField("ordning", default=1)
    severity_labels = models.JSONField("allvarlighetsgrader", help_text="Ett ord per steg.")
    severity_texts = models.JSONField("vad allvarlighetsgraderna betyder")
    probability_labels = models.JSONField("sannolikheter", help_text="Ett ord per steg.")
    probability_texts = models.JSONField("vad sannolikheterna betyder")
    detection_labels = models.JSONField(
        "upptäckt", default=list, blank=True, help_text="Tomt när metoden inte räknar med upptäckt."
    )
    detection_texts = models.JSONField("vad upptäckt betyder", default=list, blank=True)
    medium_from = models.PositiveSmallIntegerField("medelhög risk från risktal")
    high_from = models.PositiveSmallIntegerField("hög risk från risktal")
    measure_from = models.PositiveSmallIntegerField("orsak och åtgärd krävs från risktal")
    measure_from_severity = models.PositiveSmallIntegerField(
        "orsak och åtgärd krävs från allvarlighet",
        help_text="Hur osannolik risken än är: det som kan bli allvarligt byggs bort.",
    )
    review_from_severity = models.PositiveSmallIntegerField(
        "en avvikelse föreslår omprövning från allvarlighet", help_text="På avvikelsernas skala."
    )
    review_from_score = models.PositiveSmallIntegerField(
        "en avvikelse föreslår omprövning från risktal", help_text="På avvikelsernas skala."
    )
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = ScoringMethodQuerySet.as_manager()

    class Meta:
        verbose_name = "metod för riskbedömning"
        verbose_name_plural = "metoder för riskbedömning"
        ordering = ("rank", "code", "-version")
        constraints: ClassVar = [
            valid_to_after_from("scoring_method_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["code", "version"], name="scoring_method_once_per_version"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="scoring_method_one_open_per_code"
            ),
            models.CheckConstraint(
                condition=Q(high_from__gt=F("medium_from"), medium_from__gte=1),
                name="scoring_method_high_above_medium",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def steps(self) -> int:
        """How many steps each factor has."""
        return len(self.severity_labels)

    @property
    def detects(self) -> bool:
        """Whether the chance that it is discovered in time counts."""
        return bool(self.detection_labels)

    @property
    def highest(self) -> int:
        """The highest number a risk can get."""
        return self.steps ** (3 if self.detects else 2)

    def band(self, score: int) -> int:
        """1 low, 2 medium, 3 high."""
        if score >= self.high_from:
            return self.HIGH
        return self.MEDIUM if score >= self.medium_from else self.LOW

    def asks_for_measure(self, severity: int, score: int) -> bool:
        """True when the causes must be described and a measure proposed, or the risk accepted."""
        return score >= self.measure_from or severity >= self.measure_from_severity
