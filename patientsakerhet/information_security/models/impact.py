"""The impact assessment (DPIA): screening, description, risks to people, advice, decision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from patientsakerhet.cases.models import Case, DeadlineRule, Measure
from patientsakerhet.information_security.impact_workflow import HIGH
from patientsakerhet.information_security.models.terms import DatedQuerySet, Programme
from patientsakerhet.information_security.querysets import AssessmentQuerySet
from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, valid_to_after_from
from patientsakerhet.register.models import ITSystem


class ScreeningCriterion(models.Model):
    """Something that makes a high risk likely (kriterium), asked before an impact assessment.

    One that is changed is a new row from a day; assessments that have begun keep theirs.
    """

    code = models.SlugField("kod", max_length=40)
    label = models.CharField("kriterium", max_length=200)
    position = models.PositiveSmallIntegerField("ordning", default=1)
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "kriterium"
        verbose_name_plural = "kriterier"
        ordering = ("position", "code", "valid_from")
        constraints: ClassVar = [
            valid_to_after_from("screening_criterion_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="screening_criterion_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ImpactAssessment(models.Model):
    """What processing personal data means for people's rights and freedoms (konsekvensbedömning)."""

    class Advice(models.TextChoices):
        """What the data protection officer advises."""

        AGREES = "agrees", "tillstyrker"
        CONDITIONS = "conditions", "tillstyrker med villkor"
        OBJECTS = "objects", "avstyrker"

    class Decision(models.TextChoices):
        """What was decided about the processing."""

        PROCEED = "proceed", "behandlingen genomförs"
        CONDITIONS = "conditions", "genomförs när åtgärderna är gjorda"
        STOP = "stop", "genomförs inte"

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="impact_assessment"
    )
    processing = models.CharField("behandling", max_length=160)
    system = models.ForeignKey(
        ITSystem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="impact_assessments",
        verbose_name="IT-system",
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="program"
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="ansvarig för behandlingen"
    )
    lead = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="leder bedömningen"
    )
    description = models.TextField("behandlingen och dess ändamål", blank=True)
    necessity = models.TextField("nödvändighet och proportionalitet", blank=True)
    views = models.TextField("de registrerades synpunkter", blank=True)
    officer = models.CharField("dataskyddsombud", max_length=120, blank=True)
    """The name as it was then; of somebody with an account the next says who."""
    officer_person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="dataskyddsombud i Varsam",
    )
    advice = models.CharField("råd", max_length=12, choices=Advice, blank=True)
    advice_text = models.TextField("dataskyddsombudets råd", blank=True)
    advised_on = models.DateField("råd gavs", null=True, blank=True)
    consulted_on = models.DateField("förhandssamråd begärdes", null=True, blank=True)
    consultation_answered_on = models.DateField("förhandssamråd besvarades", null=True, blank=True)
    consultation_answer = models.TextField("myndighetens svar", blank=True)
    decision = models.CharField("beslut", max_length=12, choices=Decision, blank=True)
    decision_reason = models.TextField("skäl till beslutet", blank=True)
    decided_at = models.DateTimeField("beslutades", null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beslutat av"
    )
    review_on = models.DateField("ses över", null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = "konsekvensbedömning"
        verbose_name_plural = "konsekvensbedömningar"
        constraints: ClassVar = [
            filled("processing", name="impact_assessment_of_something"),
            all_or_none("decided_at", "decided_by", "review_on", name="impact_decided_together"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | (Q(decided_at__isnull=False) & ~Q(decision="") & ~Q(decision_reason="")),
                name="impact_decision_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(advised_on=None, advice="")
                | (Q(advised_on__isnull=False) & ~Q(advice="") & ~Q(officer="")),
                name="impact_advice_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(officer_person=None) | ~Q(officer=""),
                name="impact_officer_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(consultation_answered_on=None)
                | (
                    Q(consulted_on__isnull=False, consultation_answered_on__gte=F("consulted_on"))
                    & ~Q(consultation_answer="")
                ),
                name="impact_consultation_answered_after_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "-decided_at"], name="impact_of_system"),
            models.Index(fields=["programme", "-decided_at"], name="impact_of_programme"),
        ]

    def __str__(self) -> str:
        return self.processing

    @property
    def remains_high(self) -> bool:
        """Whether some risk is high also after what is done about it."""
        return any((one.score_after or 0) >= HIGH for one in self.risks.all())

    @property
    def met_criteria(self) -> int:
        """How many criteria of the screening apply."""
        return sum(one.applies is True for one in self.screening.all())


class ScreeningAnswer(models.Model):
    """Whether one criterion applies (svar i prövningen)."""

    assessment = models.ForeignKey(ImpactAssessment, models.PROTECT, related_name="screening")
    criterion = models.ForeignKey(ScreeningCriterion, models.PROTECT, related_name="+")
    applies = models.BooleanField("stämmer", null=True, blank=True)

    class Meta:
        verbose_name = "svar i prövningen"
        verbose_name_plural = "svar i prövningen"
        ordering = ("assessment", "criterion__position", "criterion__code")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "criterion"], name="screening_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.applies}"


class RightsRisk(models.Model):
    """A risk to people's rights and freedoms (risk för de registrerade), and what remains of it."""

    assessment = models.ForeignKey(ImpactAssessment, models.PROTECT, related_name="risks")
    title = models.CharField("vad som kan hända", max_length=200)
    consequence = models.TextField("konsekvens för människor", blank=True)
    severity = models.PositiveSmallIntegerField("allvarlighetsgrad")
    likelihood = models.PositiveSmallIntegerField("sannolikhet")
    score = models.GeneratedField(
        expression=F("severity") * F("likelihood"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name="risktal",
    )
    response = models.TextField("det som redan görs", blank=True)
    measures = models.ManyToManyField(
        Measure, related_name="rights_risks", blank=True, verbose_name="åtgärder"
    )
    severity_after = models.PositiveSmallIntegerField(
        "allvarlighetsgrad efter", null=True, blank=True
    )
    likelihood_after = models.PositiveSmallIntegerField("sannolikhet efter", null=True, blank=True)
    score_after = models.GeneratedField(
        expression=F("severity_after") * F("likelihood_after"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
        verbose_name="risktal efter",
    )

    class Meta:
        verbose_name = "risk för de registrerade"
        verbose_name_plural = "risker för de registrerade"
        ordering = ("assessment", "-score", "pk")
        constraints: ClassVar = [
            filled("title", name="rights_risk_says_what_may_happen"),
            models.CheckConstraint(
                condition=Q(severity__range=(1, 4), likelihood__range=(1, 4)),
                name="rights_risk_scored_1_to_4",
            ),
            all_or_none("severity_after", "likelihood_after", name="rights_risk_after_together"),
            models.CheckConstraint(
                condition=Q(severity_after=None)
                | Q(severity_after__range=(1, 4), likelihood_after__range=(1, 4)),
                name="rights_risk_scored_after_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return self.title
