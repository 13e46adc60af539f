"""The kinds of report there are: which authority, on what ground, what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.lib.constraints import filled
from patientsakerhet.organisation.models import in_force, valid_to_after_from


@dataclass(frozen=True)
class WorksheetField:
    """One thing that the authority's form asks for, and where in the case it may be found."""

    key: str
    label: str
    help: str = ""
    source: str = ""
    required: bool = False


@dataclass(frozen=True)
class ChecklistItem:
    """One thing to make sure of before the report leaves."""

    key: str
    text: str


class ReportKindQuerySet(QuerySet["ReportKind"]):
    """Questions about kinds of report."""

    def current(self) -> Self:
        """Kinds in force today, in the order they are offered."""
        return self.filter(in_force(timezone.localdate())).order_by("position", "name", "pk")


class ReportKind(models.Model):
    """One sort of report to an authority (anmälningsslag), with its legal ground as text.

    A changed kind is a new row from a day; reports keep the row they were begun with.
    """

    class Clock(models.TextChoices):
        """What its time is counted from."""

        EVENT = "event", "händelsen"
        AWARENESS = "awareness", "när det blev känt"
        FILED = "filed", "när ärendet kom in"

    class Decider(models.TextChoices):
        """Who decides; the value is the right that person must hold."""

        CHIEF_PHYSICIAN = str(Can.DECIDE_LEX_MARIA), "chefläkaren"
        OPERATION = str(Can.DECIDE_REPORT), "verksamhetens chef, samordnare eller chefläkare"
        SECURITY = (
            str(Can.DECIDE_SECURITY_REPORT),
            "verksamhetschefen eller chefläkaren",
        )

    class Channel(models.TextChoices):
        """How a report may be handed in."""

        E_SERVICE = "e_service", "e-tjänst"
        POST = "post", "post"
        MAIL = "mail", "e-post"
        PHONE = "phone", "telefon"
        MESSAGE = "message", "säker digital kommunikation"

    key = models.SlugField("kod", max_length=40)
    name = models.CharField("namn", max_length=80)
    authority = models.CharField("myndighet eller mottagare", max_length=80)
    position = models.PositiveSmallIntegerField("ordning", default=100)
    basis = models.TextField("rättslig grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)
    when = models.CharField("när den ska göras", max_length=200, blank=True)
    clock = models.CharField("tiden räknas från", max_length=10, choices=Clock)
    decided_with = models.CharField("beslutas av", max_length=30, choices=Decider)
    own_event_only = models.BooleanField("bara egna händelser", default=False)
    tells_manufacturer = models.BooleanField("tillverkaren ska informeras", default=False)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel), verbose_name="får lämnas in genom"
    )
    never_by_mail = models.BooleanField("tas aldrig emot med e-post", default=False)
    address = models.TextField("så lämnas den in", blank=True)
    target_amount = models.PositiveSmallIntegerField("tid", null=True, blank=True)
    target_measured = models.CharField(
        "räknas i", max_length=15, choices=DeadlineRule.Measured, blank=True
    )
    target_basis = models.TextField("tidens grund", blank=True)
    target_standing = models.CharField(
        "tidens ställning", max_length=10, choices=DeadlineRule.Standing, blank=True
    )
    fields = models.JSONField("underlagets fält", default=list, blank=True)
    checklist = models.JSONField("kontrollista", default=list, blank=True)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = ReportKindQuerySet.as_manager()

    class Meta:
        verbose_name = "anmälningsslag"
        verbose_name_plural = "anmälningsslag"
        ordering = ("position", "name", "-valid_from")
        constraints: ClassVar = [
            valid_to_after_from("report_kind_ends_after_it_begins"),
            filled("basis", name="report_kind_has_a_basis"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(valid_to=None), name="report_kind_one_open_per_key"
            ),
            models.CheckConstraint(
                condition=Q(never_by_mail=False) | ~Q(channels__contains=["mail"]),
                name="report_kind_not_by_mail_where_it_is_not_taken",
                violation_error_message="Myndigheten tar inte emot anmälan med e-post.",
            ),
            models.CheckConstraint(
                condition=Q(channels__len__gte=1),
                name="report_kind_has_a_channel",
                violation_error_message="Välj minst ett sätt att lämna in.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(target_amount=None, target_measured="", target_standing="", target_basis="")
                    | Q(target_amount__gte=1, target_basis__regex=r"\S")
                    & ~Q(target_measured="")
                    & ~Q(target_standing="")
                ),
                name="report_kind_target_with_its_ground",
                violation_error_message="En tid har längd, enhet, grund och ställning, eller finns inte.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def worksheet(self) -> list[WorksheetField]:
        """The fields of its worksheet, in order."""
        return [WorksheetField(**one) for one in self.fields]

    @property
    def points(self) -> list[ChecklistItem]:
        """The points of its checklist, in order."""
        return [ChecklistItem(**one) for one in self.checklist]

    @property
    def ways(self) -> list[tuple[str, str]]:
        """How it may be handed in: code and Swedish."""
        return [pair for pair in self.Channel.choices if pair[0] in self.channels]

    @property
    def target_label(self) -> str:
        """What its time is called: a limit only where law sets it, otherwise a target of one's own."""
        law = self.target_standing == DeadlineRule.Standing.LAW
        return "Tidsgräns" if law else "Internt mål"
