"""Care providers, the dated unit tree, persons, and who holds which role where and when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.utils import timezone
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

HSA_ID = RegexValidator(
    r"^SE\d{10}-[A-Z0-9]{1,17}$",
    "Skriv HSA-id som SE, tio siffror, bindestreck och högst 17 tecken, till exempel SE9999999999-E1A2.",
)

PHONE = RegexValidator(
    r"^\+?\d[\d ()/-]{4,}$",
    "Skriv telefonnumret med siffror, till exempel 08-465 004 00.",
)


def in_force(day: date) -> Q:
    """Rows whose validity covers the day; an open end lasts."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def valid_to_after_from(name: str) -> models.CheckConstraint:
    """A validity cannot end before it began."""
    return models.CheckConstraint(
        condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name=name
    )


def dialled(number: str) -> str:
    """A number as it stands in a link: `tel:0846500400`; empty for an empty one."""
    digits = "".join(sign for sign in number if sign.isdecimal())
    return f"tel:{'+' if number.startswith('+') else ''}{digits}" if digits else ""


class CareProvider(models.Model):  # type: ignore[django-manager-missing]  # the unit tree's
    """Whoever runs care and answers for its safety (vårdgivare): region, municipality or private."""

    class Kind(models.TextChoices):
        """What sort of provider it is, PSL (2010:659) 1:3."""

        REGION = "region", "region"
        MUNICIPALITY = "municipality", "kommun"
        PRIVATE = "private", "privat vårdgivare"

    name = models.CharField("namn", max_length=120, unique=True)
    kind = models.CharField("slag", max_length=20, choices=Kind)
    organisation_number = models.CharField("organisationsnummer", max_length=11, blank=True)

    class Meta:
        verbose_name = "vårdgivare"
        verbose_name_plural = "vårdgivare"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(MP_NodeQuerySet):
    """Questions about units."""

    def on(self, day: date) -> Self:
        """Units that exist on the day."""
        return self.filter(in_force(day))

    def current(self) -> Self:
        """Units that exist today."""
        return self.on(timezone.localdate())

    def within(self, unit: Unit) -> Self:
        """The unit and everything below it."""
        return self.filter(path__startswith=unit.path)

    def of_other_providers(self, provider: CareProvider) -> Self:
        """Units of everybody but this provider."""
        return self.exclude(care_provider=provider)


class UnitTree(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]  # made at run time
    """Units in the order of the tree, which is what treebeard expects of a node's manager."""

    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """A place in the organisation that files, receives or answers for cases (enhet)."""

    care_provider = models.ForeignKey(
        CareProvider, models.PROTECT, related_name="units", verbose_name="vårdgivare"
    )
    name = models.CharField("namn", max_length=120)
    code = models.SlugField(
        "enhetskod", max_length=40, unique=True, help_text="Kort kod i länken till formuläret."
    )
    hsa_id = models.CharField(
        "HSA-id", max_length=31, unique=True, null=True, blank=True, validators=[HSA_ID]
    )
    mailbox = models.EmailField("funktionsbrevlåda", blank=True)
    phone = models.CharField("telefon", max_length=30, blank=True, validators=[PHONE])
    receives_cases = models.BooleanField("tar emot ärenden", default=False)
    coordinates = models.BooleanField(
        "koordinerar", default=False, help_text="Nya avvikelser i samma träd hamnar här först."
    )
    valid_from = models.DateField("gäller från", default=date(2000, 1, 1))
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = UnitTree()

    class Meta:
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        ordering = ("path",)
        constraints: ClassVar = [valid_to_after_from("unit_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_address(self) -> str:
        """What a telephone dials for it; empty when no number is known."""
        return dialled(self.phone)


class UnitPeriod(models.Model):
    """What a unit was called and where it lay during a period (enhetens historik).

    A unit that was never renamed or moved has none. One that begins later is a change that has
    been decided; the unit itself follows on its day.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="periods", verbose_name="enhet")
    name = models.CharField("namn", max_length=120)
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="överordnad"
    )
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    class Meta:
        verbose_name = "enhetens historik"
        verbose_name_plural = "enheternas historik"
        ordering = ("unit", "valid_from")
        constraints: ClassVar = [
            valid_to_after_from("unit_period_ends_after_it_begins"),
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_period_once_per_day"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to=None), name="unit_period_one_open_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}–{self.valid_to or ''}"


class PersonManager(BaseUserManager["Person"]):  # Django asks for this name and these methods
    """Creates persons; the two names are Django's."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        """A person who can sign in; without a password only through an identity provider."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        """Sign-in is by e-mail, whatever the case of its letters."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):  # type: ignore[django-manager-missing]  # the token library's
    """Somebody who works with cases (person); what she may do is in her assignments."""

    email = models.EmailField("e-post", unique=True)
    name = models.CharField("namn", max_length=120)
    title = models.CharField("befattning", max_length=120, blank=True)
    hsa_id = models.CharField(
        "HSA-id", max_length=31, unique=True, null=True, blank=True, validators=[HSA_ID]
    )
    home_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="enhet"
    )
    is_active = models.BooleanField("aktiv", default=True)
    created_at = models.DateTimeField("upplagd", auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "personer"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What somebody is, at a unit and everything below it; the powers are in access/policy.py."""

    REPORTER = "reporter", "rapportör"
    UNIT_MANAGER = "unit_manager", "enhetschef"
    HEAD_OF_OPERATIONS = "head_of_operations", "verksamhetschef"
    COORDINATOR = "coordinator", "patientsäkerhetssamordnare"
    INVESTIGATOR = "investigator", "utredare"
    ACTION_OWNER = "action_owner", "åtgärdsansvarig"
    CHIEF_PHYSICIAN = "chief_physician", "chefläkare"
    INFOSEC_COORDINATOR = "infosec_coordinator", "informationssäkerhetssamordnare"
    SYSTEM_MANAGER = "system_manager", "systemansvarig"
    EXTERNAL_PARTY = "external_party", "extern part"
    LOG_REVIEWER = "log_reviewer", "loggranskare"
    ADMINISTRATOR = "administrator", "systemförvaltare"


class AssignmentQuerySet(QuerySet["Assignment"]):
    """Questions about who holds which role."""

    def on(self, day: date) -> Self:
        """Assignments in force that day, of persons who are active."""
        return self.filter(in_force(day), person__is_active=True)

    def current(self) -> Self:
        """Assignments in force today."""
        return self.on(timezone.localdate())

    def reaching(self, unit: Unit) -> Self:
        """Assignments at the unit or at a unit above it."""
        paths = [unit.path[:end] for end in range(Unit.steplen, len(unit.path) + 1, Unit.steplen)]
        return self.filter(unit__path__in=paths)


class Assignment(models.Model):
    """One person has one role at one unit during a period (uppdrag)."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="assignments", verbose_name="person"
    )
    role = models.CharField("roll", max_length=30, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name="enhet")
    valid_from = models.DateField("gäller från", default=timezone.localdate)
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "uppdrag"
        verbose_name_plural = "uppdrag"
        constraints: ClassVar = [
            valid_to_after_from("assignment_ends_after_it_begins"),
            ExclusionConstraint(
                name="assignment_periods_do_not_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "valid_to"], name="assignment_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.unit}"


class AbsenceQuerySet(QuerySet["Absence"]):
    """Questions about who is away."""

    def on(self, day: date) -> Self:
        """Absences that cover the day."""
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """A person is away and somebody else gets what is addressed to her (frånvaro, ersättare)."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="absences", verbose_name="person"
    )
    first_day = models.DateField("första dagen")
    last_day = models.DateField("sista dagen")
    substitute = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutes_for",
        verbose_name="ersättare",
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "frånvaro"
        verbose_name_plural = "frånvaro"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("person")),
                name="absence_substitute_is_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.first_day}–{self.last_day}"


def stand_in(person: Person, *, on: date) -> Person:
    """Whoever should get what is addressed to this person that day: herself, or her substitute.

    Follows a chain of absent substitutes and stops before a circle, so somebody always gets it.
    """
    seen = {person.pk}
    while True:
        absence = (
            Absence.objects.on(on)
            .filter(person=person, substitute__is_active=True)
            .exclude(substitute__in=seen)
            .select_related("substitute")
            .order_by("pk")
            .first()
        )
        if absence is None or absence.substitute is None:
            return person
        person = absence.substitute
        seen.add(person.pk)
