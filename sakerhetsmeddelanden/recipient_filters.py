"""How lists of recipients are narrowed: the same words on pages, in the API and in exports."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from patientsakerhet.cases.filters import within
from patientsakerhet.ui.narrowing import Narrowing, choice, text
from sakerhetsmeddelanden.models import Recipient, RecipientDevice
from sakerhetsmeddelanden.querysets import RecipientQuerySet
from sakerhetsmeddelanden.workflow import (
    ACKNOWLEDGED_AFFECTED,
    ACKNOWLEDGED_NOT_AFFECTED,
    ACTION_DONE,
    BOUNCED,
    ESCALATED,
    NOT_AFFECTED,
    RECIPIENT_WORKFLOW,
    REMINDED,
    REMOVED,
    SELECTED,
    SETTLED,
    WAITING,
    WAIVED,
)

TO_ANSWER, TO_FINISH, ANSWERED = "to_answer", "to_finish", "answered"
STANDINGS = (
    (TO_ANSWER, "Att besvara"),
    (TO_FINISH, "Åtgärder kvar"),
    (ANSWERED, "Klara"),
)
LEFT, HANDLED = "left", "handled"
DEVICE_STANDINGS = ((LEFT, "Kvar"), (HANDLED, "Klara"))
SILENT, LATE, LOST, LIFTED, AFFECTED, DONE, UNAFFECTED, UNSIGNED, OUT = (
    "silent",
    "late",
    "bounced",
    "lifted",
    "affected",
    "done",
    "not_affected",
    "unsigned",
    "waived",
)
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    SILENT: ("Har inte svarat", WAITING),
    LATE: ("Försenade", WAITING),
    LOST: ("Studsade", BOUNCED),
    LIFTED: ("Påminda eller lyfta", (REMINDED, ESCALATED)),
    AFFECTED: ("Berörda, åtgärdar", (ACKNOWLEDGED_AFFECTED,)),
    DONE: ("Åtgärdade", (ACTION_DONE,)),
    UNAFFECTED: ("Ej berörda", (NOT_AFFECTED,)),
    UNSIGNED: ("Svarat på telefon, inte undertecknat", (ACKNOWLEDGED_NOT_AFFECTED,)),
    OUT: ("Svar behövs inte", (WAIVED,)),
}
"""What a coordinator looks for, and the states it covers; those that are late are asked of the clock."""


class ToAnswerFilter(Narrowing):
    """Narrows what somebody's units have been asked; give it `Recipient.objects.readable_by(person)`."""

    q = text("Sök", "find", type="search")
    standing = choice("Läge", "standing_as", STANDINGS)
    unit = text("Enhet", "of_unit")

    class Meta:
        model = Recipient
        fields: list[str] = []

    @property
    def qs(self) -> RecipientQuerySet:
        """In a total order: what is to be answered first comes first."""
        return super().qs.order_by(F("due_at").asc(nulls_last=True), "pk")

    def find(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        return rows.filter(
            Q(notice__case__number__iexact=value) | Q(notice__case__title__icontains=value)
        )

    def standing_as(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        if value == TO_ANSWER:
            return rows.filter(status__in=[*WAITING, ACKNOWLEDGED_NOT_AFFECTED])
        if value == TO_FINISH:
            return rows.filter(status=ACKNOWLEDGED_AFFECTED)
        return rows.filter(status__in=SETTLED)

    def of_unit(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        return rows.filter(within("unit", value))


class RecipientFilter(Narrowing):
    """Narrows the recipients of one notice."""

    group = choice("Svar", "in_group", [(key, label) for key, (label, _) in GROUPS.items()])
    unit = text("Enhet", "of_unit")
    status = choice(
        "Läge",
        "in_status",
        [
            (one, label)
            for one, label in RECIPIENT_WORKFLOW.labels.items()
            if one not in (SELECTED, REMOVED)
        ],
    )
    device = text("Utrustningens nummer", "with_device")

    class Meta:
        model = Recipient
        fields: list[str] = []

    @property
    def qs(self) -> RecipientQuerySet:
        """In a total order: by the day they were to answer, those without one last."""
        return super().qs.order_by(F("due_at").asc(nulls_last=True), "pk")

    def in_group(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        found = rows.filter(status__in=GROUPS[value][1])
        return found.filter(due_at__lt=timezone.now()) if value == LATE else found

    def of_unit(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        return rows.filter(within("unit", value))

    def in_status(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        return rows.filter(status=value)

    def with_device(self, rows: RecipientQuerySet, name: str, value: str) -> RecipientQuerySet:
        word = "".join(value.split())
        found = RecipientDevice.objects.filter(
            Q(device__serial_number__icontains=word)
            | Q(device__inventory_number__icontains=word)
            | Q(named__icontains=value)
        )
        return rows.filter(pk__in=found.values("recipient"))


class AnsweredDeviceFilter(Narrowing):
    """Narrows the work list of one recipient."""

    q = text("Sök", "find", type="search")
    standing = choice("Läge", "standing_as", DEVICE_STANDINGS)

    class Meta:
        model = RecipientDevice
        fields: list[str] = []

    def find(
        self, rows: QuerySet[RecipientDevice], name: str, value: str
    ) -> QuerySet[RecipientDevice]:
        for word in value.split():
            rows = rows.filter(
                Q(device__serial_number__icontains=word)
                | Q(device__inventory_number__icontains=word)
                | Q(device__lot_number__icontains=word)
                | Q(device__model__name__icontains=word)
                | Q(named__icontains=word)
            )
        return rows

    def standing_as(
        self, rows: QuerySet[RecipientDevice], name: str, value: str
    ) -> QuerySet[RecipientDevice]:
        return rows.filter(outcome="") if value == LEFT else rows.exclude(outcome="")
