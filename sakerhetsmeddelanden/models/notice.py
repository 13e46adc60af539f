"""The notice as the supplier sent it and as the region judged it, and the time limits of each risk class."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from patientsakerhet.cases.models import Case, DeadlineRule
from patientsakerhet.lib.constraints import all_or_none, filled
from patientsakerhet.organisation.models import Person, in_force, valid_to_after_from
from patientsakerhet.register.models import ITSystem, Party
from sakerhetsmeddelanden.querysets import SafetyNoticeQuerySet


class RiskClassQuerySet(QuerySet["RiskClass"]):
    """Questions about risk classes."""

    def current(self) -> Self:
        """Those in force today, gravest first."""
        return self.filter(in_force(timezone.localdate())).order_by("rank")


class RiskClass(models.Model):
    """How grave a notice is and the time limits that follow (riskklass), with the ground for them.

    A changed class is a new row; notices keep the limits they were given.
    """

    code = models.SlugField("kod", max_length=20)
    label = models.CharField("benämning", max_length=60)
    help = models.CharField("när den väljs", max_length=200)
    rank = models.PositiveSmallIntegerField("ordning", help_text="1 är allvarligast.")
    send_within = models.PositiveSmallIntegerField("skickas ut inom, timmar")
    answer_within = models.PositiveSmallIntegerField("enheterna svarar inom")
    answer_measured = models.CharField(
        "svarstiden räknas i", max_length=15, choices=DeadlineRule.Measured
    )
    remind_after = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name="påminns efter, timmar",
        help_text="En påminnelse för varje tal.",
    )
    escalate_after = models.PositiveSmallIntegerField("lyfts till chef efter, timmar")
    around_the_clock = models.BooleanField(
        "dygnet runt", default=False, help_text="Påminner även kvällar, nätter och helger."
    )
    basis = models.TextField("grund")
    standing = models.CharField("grundens ställning", max_length=10, choices=DeadlineRule.Standing)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = RiskClassQuerySet.as_manager()

    class Meta:
        verbose_name = "riskklass"
        verbose_name_plural = "riskklasser"
        ordering = ("rank", "-valid_from")
        constraints: ClassVar = [
            valid_to_after_from("risk_class_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="risk_class_one_open_per_code"
            ),
            models.CheckConstraint(
                condition=Q(answer_within__gte=1, send_within__gte=1, escalate_after__gte=1),
                name="risk_class_has_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SafetyNotice(models.Model):
    """What a supplier has sent about a danger in its product or service (säkerhetsmeddelande)."""

    class Channel(models.TextChoices):
        """How it came."""

        MAIL = "mail", "funktionsbrevlådan"
        FORM = "form", "leverantörsformuläret"
        UPLOAD = "upload", "uppladdad fil"
        MANUAL = "manual", "registrerat för hand"
        API = "api", "annat system"
        ADVISORY = "advisory", "maskinläsbar säkerhetsrapport"
        IMPORT = "import", "import"

    class Sort(models.TextChoices):
        """What it is about; decides whom it can concern."""

        DEVICE = "device", "medicinteknisk produkt"
        SERVICE = "service", "IT-system eller tjänst"
        DELIVERY = "delivery", "leverans"

    class Edition(models.TextChoices):
        """Template field 4.1."""

        NEW = "new", "nytt"
        UPDATE = "update", "uppdatering"

    class Language(models.TextChoices):
        """What it is written in."""

        SWEDISH = "sv", "svenska"
        ENGLISH = "en", "engelska"
        OTHER = "other", "annat språk"

    class Urgency(models.TextChoices):
        """How soon the units must act."""

        IMMEDIATE = "immediate", "omedelbart"
        SOON = "soon", "skyndsamt"
        PLANNED = "planned", "planerat"

    class UserAction(models.TextChoices):
        """Template field 3.1, what the user is asked to do."""

        IDENTIFY = "identify", "identifiera utrustningen"
        QUARANTINE = "quarantine", "sätt i karantän"
        RETURN = "return", "lämna tillbaka"
        DESTROY = "destroy", "kassera"
        MODIFY = "modify", "ändring eller kontroll på plats"
        FOLLOW_PATIENTS = "follow_patients", "följ råden om patienter"
        TAKE_NOTE = "take_note", "ta del av ändrad bruksanvisning"
        OTHER = "other", "annat"
        NONE = "none", "inget"

    class ManufacturerAction(models.TextChoices):
        """Template field 3.5, what the manufacturer does."""

        REMOVE = "remove", "tar tillbaka produkten"
        MODIFY = "modify", "ändrar eller kontrollerar på plats"
        UPGRADE = "upgrade", "uppgraderar programvaran"
        CHANGE_LABELLING = "change_labelling", "ändrar bruksanvisning eller märkning"
        OTHER = "other", "annat"
        NONE = "none", "inget"

    class AnswerBasis(models.TextChoices):
        """Where the day by which the units must answer comes from."""

        SUPPLIER = "supplier", "leverantörens sista dag"
        RULE = "rule", "riskklassens tid"
        CHOSEN = "chosen", "vald av samordnaren"

    ON_DEVICES: ClassVar = (
        UserAction.QUARANTINE,
        UserAction.RETURN,
        UserAction.DESTROY,
        UserAction.MODIFY,
    )
    """What is done with each device, and answered for each."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="safety_notice", verbose_name="ärende"
    )
    channel = models.CharField("inkommet genom", max_length=10, choices=Channel)
    sort = models.CharField("gäller", max_length=10, choices=Sort, default=Sort.DEVICE)
    received_at = models.DateTimeField("kom in")
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="leverantör"
    )
    supplier_text = models.CharField("leverantör, som den skrevs", max_length=200, blank=True)
    manufacturer = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tillverkare"
    )
    manufacturer_text = models.CharField("tillverkare, som den skrevs", max_length=200, blank=True)
    reply_address = models.EmailField("svar skickas till", blank=True)

    fsn_ref = models.CharField("meddelandets beteckning", max_length=80, blank=True)
    fsca_ref = models.CharField("åtgärdens beteckning", max_length=80, blank=True)
    edition = models.CharField("slag", max_length=10, choices=Edition, default=Edition.NEW)
    notice_version = models.CharField("version", max_length=20, blank=True)
    dated_on = models.DateField("daterat", null=True, blank=True)
    previous_ref = models.CharField("föregående beteckning", max_length=80, blank=True)
    previous_on = models.DateField("föregående datum", null=True, blank=True)
    language = models.CharField("språk", max_length=10, choices=Language, default=Language.SWEDISH)

    user_actions = ArrayField(
        models.CharField(max_length=20, choices=UserAction),
        verbose_name="användaren ska",
        default=list,
        blank=True,
    )
    act_by = models.DateField("åtgärdat senast", null=True, blank=True)
    manufacturer_actions = ArrayField(
        models.CharField(max_length=20, choices=ManufacturerAction),
        verbose_name="tillverkaren",
        default=list,
        blank=True,
    )
    manufacturer_by = models.DateField("tillverkaren klar senast", null=True, blank=True)
    patients_followed_up = models.BooleanField("patienter ska följas upp", default=False)
    reply_required = models.BooleanField("leverantören vill ha svar", default=False)
    reply_by = models.DateField("svar till leverantören senast", null=True, blank=True)

    risk_class = models.ForeignKey(
        RiskClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="riskklass"
    )
    urgency = models.CharField("hur bråttom", max_length=10, choices=Urgency, blank=True)
    risk_reason = models.TextField("skäl till riskklassen", blank=True)
    answer_by = models.DateTimeField("enheterna svarar senast", null=True, blank=True)
    answer_basis = models.CharField(
        "svarstiden kommer från", max_length=10, choices=AnswerBasis, blank=True
    )
    instruction = models.TextField("till enheterna", blank=True)
    systems = models.ManyToManyField(
        ITSystem, blank=True, related_name="safety_notices", verbose_name="IT-system"
    )

    subject_changed_at = models.DateTimeField("produkterna ändrades", auto_now_add=True)
    targeted_at = models.DateTimeField("träffbilden togs fram", null=True, blank=True)
    targeted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    devices_searched = models.PositiveIntegerField("genomsökta utrustningar", default=0)

    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name="ersätter",
    )
    changes = models.JSONField(
        "ändrat från föregående", default=list, blank=True, help_text="Lista av {code, was, now}."
    )
    replied_at = models.DateTimeField("svaret skickades", null=True, blank=True)
    replied_in_part = models.BooleanField("svaret var ofullständigt", default=False)

    objects = SafetyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "säkerhetsmeddelande"
        verbose_name_plural = "säkerhetsmeddelanden"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer_by=None, answer_basis="")
                | (Q(answer_by__isnull=False) & ~Q(answer_basis="")),
                name="notice_says_where_the_answer_day_comes_from",
            ),
            all_or_none("targeted_at", "targeted_by", name="notice_targeted_together"),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(supersedes=F("case")),
                name="notice_does_not_supersede_itself",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["fsca_ref"], name="notice_by_fsca", condition=~Q(fsca_ref="")),
            models.Index(fields=["fsn_ref"], name="notice_by_fsn", condition=~Q(fsn_ref="")),
            models.Index(fields=["manufacturer"], name="notice_of_manufacturer"),
            models.Index(fields=["-received_at", "-case"], name="notice_newest"),
        ]

    def __str__(self) -> str:
        return self.case.number

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def targeting_holds(self) -> bool:
        """Whether nothing of what the notice is about has changed since whom it concerns was found."""
        return self.targeted_at is not None and self.targeted_at >= self.subject_changed_at

    @property
    def sender(self) -> str:
        """Who sent it, as well as is known."""
        return str(
            self.manufacturer or self.manufacturer_text or self.supplier or self.supplier_text
        )

    @property
    def asked_of_devices(self) -> list[str]:
        """The user actions that are done with each device."""
        return [one for one in self.user_actions if one in self.ON_DEVICES]


class NoticeField(models.Model):
    """One field of the European template (fält i meddelandet), as read and as somebody confirmed it.

    `code` is the template's own number, or a word for the fields of its head.
    """

    notice = models.ForeignKey(SafetyNotice, models.PROTECT, related_name="fields")
    code = models.CharField("fält", max_length=20)
    proposed = models.TextField("föreslaget", blank=True)
    place = models.CharField(
        "läst i", max_length=200, blank=True, help_text="Fil och sida, eller rad i mejlet."
    )
    value = models.TextField("värde", blank=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bekräftat av"
    )
    confirmed_at = models.DateTimeField("bekräftat", null=True, blank=True)

    class Meta:
        verbose_name = "fält i meddelandet"
        verbose_name_plural = "fält i meddelanden"
        ordering = ("notice", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "code"], name="notice_field_once"),
            all_or_none("confirmed_by", "confirmed_at", name="notice_field_confirmed_together"),
            filled("code", name="notice_field_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.code}"

    def confirm(self, value: str, *, by: Person, at: datetime) -> None:
        """The value stands as looked at by this person; the caller saves."""
        self.value, self.confirmed_by, self.confirmed_at = value, by, at
