"""The classification: what the owner said of the information, who took part, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.models.terms import (
    ClassificationTemplate,
    InputItem,
    Programme,
)
from patientsakerhet.information_security.querysets import ClassificationQuerySet
from patientsakerhet.information_security.things import Thing
from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem


@dataclass(frozen=True)
class Aspect:
    """One aspect as it was judged."""

    name: str
    label: str
    level: int | None
    reason: str

    @property
    def letter(self) -> str:
        """K, R, T or S."""
        return self.label[0].upper()


ASPECTS = (
    ("confidentiality", "konfidentialitet"),
    ("integrity", "riktighet"),
    ("availability", "tillgänglighet"),
    ("traceability", "spårbarhet"),
)
"""What is judged; the need of traceability stands beside the three."""


def _level(label: str) -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


class InformationClassification(models.Model):
    """What harm it does when a system's information fails (informationsklassning), and its risks."""

    class Occasion(models.TextChoices):
        """Why it is made; the year's report counts by it."""

        NEW = "new", "nytt system"
        CHANGED = "changed", "stor förändring av informationshanteringen"
        EXISTING = "existing", "befintligt system utan klassning"
        RENEWAL = "renewal", "klassningen görs om"

    class Decision(models.TextChoices):
        """What the owner decided about the risks."""

        ACCEPTED = "accepted", "riskerna accepteras"
        WITH_MEASURES = "with_measures", "accepteras när åtgärderna är gjorda"
        REFUSED = "refused", "accepteras inte"

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="information_classification"
    )
    system = models.ForeignKey(
        ITSystem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="classifications",
        verbose_name="IT-system",
    )
    asset = models.CharField("informationstillgång", max_length=120, blank=True)
    occasion = models.CharField("anledning", max_length=10, choices=Occasion)
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="classifications",
        verbose_name="program",
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="informationsägare"
    )
    lead = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="leder riskbedömningen"
    )
    information = models.TextField("information", blank=True)
    confidentiality = _level("konfidentialitet")
    confidentiality_reason = models.TextField("skäl, konfidentialitet", blank=True)
    integrity = _level("riktighet")
    integrity_reason = models.TextField("skäl, riktighet", blank=True)
    availability = _level("tillgänglighet")
    availability_reason = models.TextField("skäl, tillgänglighet", blank=True)
    traceability = _level("spårbarhet")
    traceability_reason = models.TextField("skäl, spårbarhet", blank=True)
    delivered_at = models.DateTimeField("lämnades", null=True, blank=True)
    delivered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lämnades av"
    )
    no_risks_reason = models.TextField("varför det inte finns några risker", blank=True)
    risk_assessed_at = models.DateTimeField("riskbedömdes", null=True, blank=True)
    decision = models.CharField("beslut", max_length=15, choices=Decision, blank=True)
    decision_reason = models.TextField("skäl till beslutet", blank=True)
    decided_at = models.DateTimeField("beslutades", null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="beslutat av"
    )
    decided_by_name = models.CharField(
        "beslutat av, utan konto", max_length=120, blank=True,
        help_text="Som källan skrev, i en klassning som är inläst.",
    )  # fmt: skip
    valid_until = models.DateField("gäller till", null=True, blank=True)
    template = models.ForeignKey(
        ClassificationTemplate, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="började från mallen",
    )  # fmt: skip
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies",
        verbose_name="började som kopia av",
    )  # fmt: skip

    objects = ClassificationQuerySet.as_manager()

    class Meta:
        verbose_name = "informationsklassning"
        verbose_name_plural = "informationsklassningar"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(system=None, asset__regex=r"\S") | Q(system__isnull=False, asset=""),
                name="classification_of_a_system_or_an_asset",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__lte": 4}),
                    name=f"classification_{name}_0_to_4",
                )
                for name, _ in ASPECTS
            ),
            all_or_none("delivered_at", "delivered_by", name="classification_delivered_together"),
            all_or_none(
                "decided_at", "decided_by", "valid_until", name="classification_decided_together"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | (Q(decided_at__isnull=False) & ~Q(decision="") & ~Q(decision_reason="")),
                name="classification_decision_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(template=None) | Q(copied_from=None),
                name="classification_began_in_one_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "-decided_at"], name="classification_of_system"),
            models.Index(fields=["programme", "-decided_at"], name="classification_of_programme"),
            models.Index(fields=["-decided_at"], name="classification_decided"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """What is classified."""
        return self.system.name if self.system is not None else self.asset

    @property
    def thing(self) -> Thing:
        """What is classified, as it stands in the gap list."""
        return Thing(self.system, self.asset, self.case.filing_unit)

    @property
    def decider(self) -> str:
        """Who decided, as the source said where it is read in."""
        return self.decided_by_name or (self.decided_by.name if self.decided_by else "")

    @property
    def source(self) -> str:
        """What it was read in from; empty for one that was ordered here."""
        return self.case.source_system

    @property
    def aspects(self) -> list[Aspect]:
        """Each aspect with its level and why."""
        return [
            Aspect(name, label, getattr(self, name), getattr(self, f"{name}_reason"))
            for name, label in ASPECTS
        ]

    @property
    def levels(self) -> str:
        """K3 R2 T3, or what is judged so far."""
        return " ".join(
            f"{one.letter}{one.level}" for one in self.aspects[:3] if one.level is not None
        )

    @property
    def has_expired(self) -> bool:
        """Whether it held until a day that has passed."""
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class AffectedAdministration(models.Model):
    """An administration that the system concerns (berörd förvaltning), and its coordinator."""

    classification = models.ForeignKey(
        InformationClassification, models.PROTECT, related_name="administrations"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="förvaltning")
    coordinator = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="informationssäkerhetssamordnare",
    )

    class Meta:
        verbose_name = "berörd förvaltning"
        verbose_name_plural = "berörda förvaltningar"
        ordering = ("classification", "unit")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["classification", "unit"], name="affected_administration_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}"


class Participant(models.Model):
    """Somebody who took part in classifying or assessing (deltagare)."""

    classification = models.ForeignKey(
        InformationClassification, models.PROTECT, related_name="participants"
    )
    name = models.CharField("namn", max_length=120)
    part = models.CharField("roll", max_length=120)

    class Meta:
        verbose_name = "deltagare"
        verbose_name_plural = "deltagare"
        ordering = ("classification", "pk")
        constraints: ClassVar = [
            filled("name", name="participant_has_a_name"),
            models.UniqueConstraint(
                fields=["classification", "name", "part"], name="participant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.part}" if self.part else self.name


class InputMaterial(models.Model):
    """Whether one thing of the checklist is there (underlag i ärendet), and where."""

    class State(models.TextChoices):
        """How it stands."""

        MISSING = "missing", "saknas"
        THERE = "there", "finns"
        NOT_APPLICABLE = "not_applicable", "inte aktuellt"

    classification = models.ForeignKey(
        InformationClassification, models.PROTECT, related_name="inputs"
    )
    item = models.ForeignKey(InputItem, models.PROTECT, related_name="+", verbose_name="underlag")
    state = models.CharField("läge", max_length=15, choices=State, default=State.MISSING)
    note = models.CharField(
        "var det finns, eller varför det inte behövs", max_length=300, blank=True
    )

    class Meta:
        verbose_name = "underlag i ärendet"
        verbose_name_plural = "underlag i ärendet"
        ordering = ("classification", "item__position", "item__code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["classification", "item"], name="input_once_per_item"),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(note=""),
                name="input_not_applicable_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_state_display()}"

    @property
    def is_missed(self) -> bool:
        """Required and not there."""
        return self.item.is_required and self.state == self.State.MISSING
