"""How far cases have reached units and persons, and the keys by which programs come in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager

from patientsakerhet.organisation.models import Person, Unit

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class Level(models.TextChoices):
    """How far a case has reached a unit or a person."""

    COORDINATION = "coordination", "koordinerar"
    OWNER = "owner", "äger"
    HANDLER = "handler", "handlägger"
    MEASURES = "measures", "ansvarar för åtgärd"
    READER = "reader", "läser"
    EXTRACT = "extract", "delat utdrag"
    RECIPIENT = "recipient", "mottagare av säkerhetsmeddelande"
    CLASSIFICATION = "classification", "informationsklassning"
    ADVISER = "adviser", "dataskyddsombud"


class AtTheTime(Value):
    """The time at which the question is put, not that at which it was put together."""

    def __init__(self) -> None:
        super().__init__(None, output_field=models.DateTimeField())

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (timezone.now(),)


class CaseAccessQuerySet(QuerySet["CaseAccess"]):
    """Questions about reach."""

    def in_force(self, at: datetime | None = None) -> Self:
        """Rows that hold at the time, now unless something else is said."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at or AtTheTime()))

    def to_open_cases(self) -> Self:
        """Rows whose case is open."""
        return self.filter(is_open=True)


class CaseAccess(models.Model):
    """One case has reached one unit, or one person, at one level.

    Written only by the transactions that move cases, so that who may see a case is always
    what its movements have made it.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="access")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    level = models.CharField("nivå", max_length=20, choices=Level)
    valid_until = models.DateTimeField("gäller till", null=True, blank=True)
    is_open = models.BooleanField("öppet ärende", db_default=True, editable=False)
    """Whether the case is open; the database keeps it so, see `sql/carried.sql`."""
    filed_at = models.DateTimeField("kom in", db_default=Now(), editable=False)
    """When the case was filed, kept so likewise: lists are walked in this order."""

    objects = CaseAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "åtkomst"
        verbose_name_plural = "åtkomster"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit=None, person__isnull=False) | Q(unit__isnull=False, person=None),
                name="case_access_is_for_a_unit_or_a_person",
            ),
            models.UniqueConstraint(
                fields=["case", "unit", "level"],
                condition=Q(unit__isnull=False),
                name="case_access_once_per_unit_and_level",
            ),
            models.UniqueConstraint(
                fields=["case", "person", "level"],
                condition=Q(person__isnull=False),
                name="case_access_once_per_person_and_level",
            ),
        ]
        indexes: ClassVar = [
            # What a unit or a person has had, in the order of the lists.
            models.Index(
                fields=["unit", "-filed_at", "-case"],
                name="case_access_of_unit",
                condition=Q(unit__isnull=False),
            ),
            models.Index(
                fields=["person", "-filed_at", "-case"],
                name="case_access_of_person",
                condition=Q(person__isnull=False),
            ),
            # What a unit or a person has open, however much it has had.
            models.Index(
                fields=["unit", "-case"],
                name="case_access_open_of_unit",
                condition=Q(is_open=True, unit__isnull=False),
            ),
            models.Index(
                fields=["person", "-case"],
                name="case_access_open_of_person",
                condition=Q(is_open=True, person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.unit or self.person} {self.level}"


class Scope(models.TextChoices):
    """What a token may be used for."""

    REPORTS_WRITE = "reports:write", "lämna anmälningar"
    REPORTS_READ = "reports:read", "läsa egna anmälningar"
    CASES_READ = "cases:read", "läsa ärenden"
    CASES_WRITE = "cases:write", "arbeta i ärenden"
    REFERENCE_READ = "reference:read", "läsa enheter, kodverk och register"
    REGISTER_WRITE = "register:write", "skriva i registret över system och utrustning"


USE_KNOWN_FOR = timedelta(minutes=10)
"""A key in steady use is written down this seldom."""


class ApiTokenQuerySet(QuerySet["ApiToken"]):
    """Questions about keys."""

    def in_force(self) -> Self:
        """Keys that still open something."""
        return self.filter(Q(expiry=None) | Q(expiry__gt=timezone.now()), user__is_active=True)

    def ended(self) -> Self:
        """Keys that have run out, or whose person can no longer sign in."""
        return self.filter(Q(expiry__lte=timezone.now()) | Q(user__is_active=False))


ApiTokenManager = AuthTokenManager.from_queryset(ApiTokenQuerySet)


class ApiToken(AbstractAuthToken):
    """A key to the API for one person, within some scopes (API-nyckel); only its hash is kept."""

    ref = models.UUIDField("beteckning", unique=True, editable=False, db_default=RandomUUID())
    name = models.CharField("används av", max_length=80)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name="omfång")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enhet"
    )
    """Reports are filed from this unit and those below it only; from any without one."""
    made_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="utfärdad av"
    )
    last_used_at = models.DateTimeField("användes senast", null=True, blank=True)

    objects = ApiTokenManager()

    class Meta:
        verbose_name = "API-nyckel"
        verbose_name_plural = "API-nycklar"
        ordering = ("-created",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="api_token_has_a_scope")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        """Whether it opens nothing any more."""
        return self.expiry is not None and self.expiry <= timezone.now()

    def may_file_from(self, unit: Unit) -> bool:
        """Whether reports may be filed from the unit with this key."""
        return self.unit is None or unit.path.startswith(self.unit.path)

    def used(self) -> None:
        """The key has been used about now; written down when that was not known already."""
        now = timezone.now()
        if self.last_used_at is None or self.last_used_at < now - USE_KNOWN_FOR:
            self.last_used_at = now
            self.save(update_fields=["last_used_at"])


class IdempotencyKey(models.Model):
    """One POST to the API and the answer it got, so that the same one sent again gets the same."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "besvarad begäran"
        verbose_name_plural = "besvarade begäranden"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
