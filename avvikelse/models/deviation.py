"""The deviation: what somebody wrote, and what it was judged to be."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, QuerySet

from avvikelse.querysets import DeviationQuerySet
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import Device, DeviceModel, ITSystem


class Deviation(models.Model):
    """Something that went wrong in care, nearly did, or might (avvikelse)."""

    class Nature(models.TextChoices):
        """The one question about harm, in the reporter's words."""

        NEAR_MISS = "near_miss", "tillbud"
        ADVERSE_EVENT = "adverse_event", "negativ händelse"
        RISK = "risk", "risk"
        UNKNOWN = "unknown", "vet ej än"

    class Door(models.TextChoices):
        """What the reporter came to say; all come through the same form."""

        DEVIATION = "deviation", "avvikelse"
        IMPROVEMENT = "improvement", "förbättringsförslag"
        COMPLAINT = "complaint", "klagomål eller synpunkt"

    class Affected(models.TextChoices):
        """Who was affected."""

        PATIENT = "patient", "patient"
        STAFF = "staff", "medarbetare"
        VISITOR = "visitor", "besökare"
        NOBODY = "nobody", "ingen"
        UNKNOWN = "unknown", "vet ej"

    class Precision(models.TextChoices):
        """How exactly the time is known."""

        EXACT = "exact", "på minuten"
        ABOUT = "about", "ungefär"
        SHIFT = "shift", "under passet"
        DAY = "day", "den dagen"
        UNKNOWN = "unknown", "vet ej"

    class Channel(models.TextChoices):
        """How it was filed."""

        FORM = "form", "formuläret"
        PAPER = "paper", "pappersblankett i efterhand"
        PHONE = "phone", "telefon"
        API = "api", "annat system"
        IMPORT = "import", "import"

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="deviation", verbose_name="ärende"
    )
    door = models.CharField("gäller", max_length=15, choices=Door, default=Door.DEVIATION)
    channel = models.CharField("inkommen genom", max_length=10, choices=Channel)
    what_happened = models.TextField("vad hände")
    immediate_action = models.TextField("vad gjordes direkt", blank=True)
    consequence = models.TextField("följd", blank=True)
    could_have_happened = models.TextField("vad kunde ha hänt", blank=True)
    suggestion = models.TextField("förslag", blank=True)
    nature = models.CharField("händelsens art", max_length=15, choices=Nature)
    affected = models.CharField("vem berördes", max_length=10, choices=Affected)
    occurred_at = models.DateTimeField("inträffade", null=True, blank=True)
    occurred_until = models.DateTimeField("inträffade senast", null=True, blank=True)
    precision = models.CharField(
        "hur säker är tiden", max_length=10, choices=Precision, default=Precision.ABOUT
    )
    discovered_at = models.DateTimeField("upptäcktes", null=True, blank=True)
    written_on_paper_at = models.DateTimeField("skrevs på papper", null=True, blank=True)
    place = models.CharField("plats", max_length=120, blank=True)

    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="deviations"
    )
    device_model = models.ForeignKey(
        DeviceModel, models.PROTECT, null=True, blank=True, related_name="deviations"
    )
    device_text = models.CharField("utrustning, som den skrevs", max_length=200, blank=True)
    device_serial = models.CharField("serie- eller lotnummer", max_length=120, blank=True)
    device_kept = models.CharField("var finns den nu", max_length=120, blank=True)
    system = models.ForeignKey(
        ITSystem, models.PROTECT, null=True, blank=True, related_name="deviations"
    )
    system_text = models.CharField("IT-system, som det skrevs", max_length=200, blank=True)
    system_workaround = models.CharField("hur ni klarade er", max_length=300, blank=True)

    kind = models.ForeignKey(
        Code, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="typ"
    )
    event_class = models.ForeignKey(
        Code, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="händelseklass"
    )
    cause_class = models.ForeignKey(
        Code, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="orsaksklass"
    )
    needs_event_analysis = models.BooleanField("kräver händelseanalys", default=False)
    closing_note = models.TextField("skäl till att avsluta utan åtgärd", blank=True)

    objects = DeviationQuerySet.as_manager()

    class Meta:
        verbose_name = "avvikelse"
        verbose_name_plural = "avvikelser"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(discovered_at=None)
                | Q(occurred_at=None)
                | Q(discovered_at__gte=F("occurred_at")),
                name="deviation_discovered_after_it_occurred",
            ),
            models.CheckConstraint(
                condition=Q(occurred_until=None) | Q(occurred_until__gte=F("occurred_at")),
                name="deviation_ended_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(precision="unknown") | Q(occurred_at__isnull=False),
                name="deviation_has_a_time_or_says_it_is_unknown",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["device_model"], name="deviation_of_model"),
            models.Index(fields=["kind"], name="deviation_of_kind"),
        ]

    def __str__(self) -> str:
        return self.case.number

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def products(self) -> set[int]:
        """The keys of the products it is said to be about."""
        stated = {self.device_model_id, self.device.model_id if self.device else None}
        return {pk for pk in stated if pk is not None}


class HandoverQuerySet(QuerySet["Handover"]):
    """Questions about handovers."""

    def pending(self) -> Self:
        """Neither received nor sent back."""
        return self.filter(received_at=None, returned_at=None)


class Handover(models.Model):
    """A unit has been given a case and has, or has not, received it (överlämning)."""

    class Basis(models.TextChoices):
        """On what ground patient details may go to another care provider."""

        SAME_PROVIDER = "same_provider", "samma vårdgivare"
        CONSENT = "consent", "samtycke"
        LEGAL = "legal", "sekretessbrytande bestämmelse"
        DEIDENTIFIED = "deidentified", "avidentifierat"

    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    basis = models.CharField("grund för delning", max_length=15, choices=Basis)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("lämnades över")
    received_at = models.DateTimeField("togs emot", null=True, blank=True)
    returned_at = models.DateTimeField("skickades tillbaka", null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "överlämning"
        verbose_name_plural = "överlämningar"
        ordering = ("at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(returned_at=None),
                name="handover_received_or_returned",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(received_at=None, returned_at=None),
                name="handover_one_pending_per_case",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["from_unit", "at"],
                name="handover_pending",
                condition=Q(received_at=None, returned_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_unit} → {self.to_unit}"
