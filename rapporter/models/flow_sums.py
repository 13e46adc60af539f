"""What is counted in advance, so that figures of millions of cases are answered at once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patientsakerhet.cases.models import Case

EVERYTHING = 0
"""Stands in `unit` for all units together, and in `sort` for a case without a sort."""


class FlowSum(models.Model):
    """How many cases of a unit, and of those below it, came to a stage and left it in a time.

    Written by `flow.prepared` alone. Keys of units and codes stand as they are, without a guard: the
    rows can be counted again from the transitions at any time.
    """

    unit = models.BigIntegerField()
    day = models.DateField("tiden börjar")
    stage = models.CharField(max_length=20)
    """A stage, an end, or `filed` for the day a case came in."""
    sort = models.BigIntegerField()
    secrecy = models.PositiveSmallIntegerField()
    came = models.IntegerField()
    left = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.stage}: +{self.came} −{self.left}"


KEY = ["unit", "secrecy", "day", "stage", "sort"]


class FlowDay(FlowSum):
    """Day by day (flöde per dag)."""

    class Meta:
        verbose_name = "flöde en dag"
        verbose_name_plural = "flöde per dag"
        constraints: ClassVar = [models.UniqueConstraint(fields=KEY, name="flow_day_once")]


class FlowMonth(FlowSum):
    """Month by month (flöde per månad); `day` is the first of the month."""

    came_into = models.BigIntegerField("mikrosekunder in i månaden som de kom, sammanlagt")
    left_into = models.BigIntegerField("mikrosekunder in i månaden som de gick, sammanlagt")

    class Meta:
        verbose_name = "flöde en månad"
        verbose_name_plural = "flöde per månad"
        constraints: ClassVar = [models.UniqueConstraint(fields=KEY, name="flow_month_once")]


class FiledMonth(models.Model):
    """How many cases of a unit, and of those below it, were filed in a month, by what they are about.

    Written by `flow.prepared.fold` alone, and read through `flow.filed`.
    """

    unit = models.BigIntegerField()
    secrecy = models.PositiveSmallIntegerField()
    day = models.DateField("månadens första dag")
    origin = models.CharField("ursprung", max_length=10)
    door = models.CharField("gäller", max_length=15, blank=True)
    sort = models.BigIntegerField()
    event_class = models.BigIntegerField("händelseklass")
    cases = models.IntegerField("ärenden")

    class Meta:
        verbose_name = "skrivna ärenden en månad"
        verbose_name_plural = "skrivna ärenden per månad"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "secrecy", "day", "origin", "door", "sort", "event_class"],
                name="filed_month_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.door}: {self.cases}"


class FlowCounted(models.Model):
    """As what a case has been counted in the sums, so that it can be taken out of them again."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="+")
    last = models.BigIntegerField("sista räknade övergången")
    counts = models.BooleanField("räknas")
    filed_at = models.DateTimeField("kom in")
    sort = models.BigIntegerField()
    secrecy = models.PositiveSmallIntegerField()
    origin = models.CharField("ursprung", max_length=10)
    door = models.CharField("gäller", max_length=15, blank=True)
    event_class = models.BigIntegerField("händelseklass")
    """`EVERYTHING` for a case without one."""
    owned_by = ArrayField(models.BigIntegerField(), verbose_name="ägs av, uppåt i trädet")
    fold = models.BigIntegerField("räkningen", default=0)
    """Which of all countings it was last counted in by."""

    class Meta:
        verbose_name = "räknat ärende"
        verbose_name_plural = "räknade ärenden"
        indexes: ClassVar = [models.Index(fields=["fold"], name="flow_counted_by")]

    def __str__(self) -> str:
        return f"{self.case_id} till {self.last}"


class FlowMark(models.Model):
    """This case has changed since it was counted; until it is counted again it is read as it is.

    The database itself adds a mark with every change that matters, in the same transaction.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        verbose_name = "ändrat ärende"
        verbose_name_plural = "ändrade ärenden"

    def __str__(self) -> str:
        return str(self.case_id)


class FlowRow(models.Model):
    """What a row that is kept of a case says of it, so that nobody else's is read.

    Written by `flow.prepared.fold` alone, as the sums are, and read through `flow.kept` alone.
    """

    sort = models.BigIntegerField()
    secrecy = models.PositiveSmallIntegerField()
    owner = models.BigIntegerField("ägande enhet")

    class Meta:
        abstract = True


class FlowStay(FlowRow):
    """One stay of a case in a stage (vistelse)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_constraint=False)
    stage = models.CharField(max_length=20)
    start = models.DateTimeField("började")
    length = models.BigIntegerField("mikrosekunder", null=True)
    """None while it lasts."""
    to = models.CharField("gick till", max_length=20)
    visit = models.PositiveIntegerField("besök")
    begun_by = models.BigIntegerField("övergången som började den")

    class Meta:
        verbose_name = "vistelse"
        verbose_name_plural = "vistelser"
        indexes: ClassVar = [
            models.Index(fields=["owner", "start"], name="flow_stay_of_owner"),
            models.Index(
                fields=["start"],
                include=["stage", "length", "owner", "secrecy", "sort", "case"],
                name="flow_stay_begun",
            ),
            models.Index(fields=["stage"], condition=models.Q(length=None), name="flow_stay_open"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage} {self.visit}"


class FlowWay(FlowRow):
    """The turning points of a case that counts (väg); what has not come is None."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    filed_at = models.DateTimeField("kom in")
    coordinated_at = models.DateTimeField("koordinerades först", null=True)
    closed_at = models.DateTimeField("slutade först", null=True)
    closed_as = models.CharField("slutade först som", max_length=20, blank=True)
    settled_at = models.DateTimeField("slutade senast", null=True)
    settled_as = models.CharField("slutade senast som", max_length=20, blank=True)
    told_at = models.DateTimeField("skrevs in")
    origin = models.CharField("ursprung", max_length=10)
    door = models.CharField("gäller", max_length=15, blank=True)

    class Meta:
        verbose_name = "ärendes väg"
        verbose_name_plural = "ärendens vägar"
        indexes: ClassVar = [
            models.Index(fields=["owner", "filed_at"], name="flow_way_of_owner"),
            models.Index(fields=["filed_at"], name="flow_way_filed"),
            models.Index(fields=["closed_at"], name="flow_way_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} från {self.filed_at}"


class FlowLaid(models.Model):
    """The kept rows of a month in columns, so that curves go through millions of them (utlagd månad).

    Written and read by `flow.columns` alone. True of every case that has not been counted in since.
    """

    what = models.CharField(max_length=5)
    """`stays` that began in the month, or `ways` filed in it."""
    day = models.DateField("månadens första dag")
    layout = models.TextField()
    """What the columns are; laid out in any other way, the month is read from the rows."""
    upto = models.BigIntegerField("till och med räkningen")
    columns = models.BinaryField("kolumner")

    class Meta:
        verbose_name = "utlagd månad"
        verbose_name_plural = "utlagda månader"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "day"], name="flow_laid_once")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.day}"
