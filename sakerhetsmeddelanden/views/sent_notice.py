"""Opening a notice for whoever follows its recipients: shared by the list, the unit's page and the call list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Part, Tone, cover
from sakerhetsmeddelanden.models import Recipient, RecipientDevice, SafetyNotice
from sakerhetsmeddelanden.querysets import RecipientQuerySet
from sakerhetsmeddelanden.recipient_filters import AFFECTED, DONE, LATE, SILENT, UNAFFECTED
from sakerhetsmeddelanden.workflow import (
    ACKNOWLEDGED_AFFECTED,
    ACKNOWLEDGED_NOT_AFFECTED,
    ACTION_DONE,
    BOUNCED,
    ESCALATED,
    NOT_AFFECTED,
    REMINDED,
    WAITING,
    WAIVED,
)


@dataclass(frozen=True)
class SentNotice:
    """A notice as it lies before somebody, and what she may do with it."""

    notice: SafetyNotice
    by: Person
    may: frozenset[Can]

    @property
    def case(self) -> Case:
        """The case itself."""
        found: Case = self.notice.case
        return found

    def url(self, name: str, *args: object) -> str:
        """An address below the notice's own."""
        return reverse(name, args=[self.case.number, *args])

    @property
    def recipients(self) -> RecipientQuerySet:
        """Those it has been sent to."""
        found: RecipientQuerySet = Recipient.objects.filter(notice=self.notice).asked()
        return found


def open_notice(request: HttpRequest, number: str) -> SentNotice:
    """The notice with this number; one that may not be read whole does not exist."""
    by = person_of(request)
    seen = get_object_or_404(SafetyNotice.objects.visible_to(by).only("pk"), case__number=number)
    notice = whole_or_404(SafetyNotice.objects.for_page(), pk=seen.pk)
    return SentNotice(notice, by, policy.capabilities(by, notice.case))


def open_recipient(sent: SentNotice, code: str) -> Recipient:
    """One of its recipients, by the unit's code."""
    found = (
        sent.recipients.select_related("unit__care_provider", "answered_by", "notice__case")
        .filter(unit__code=code)
        .first()
    )
    if found is None:
        raise Http404
    return found


def record_reading(sent: SentNotice, part: str) -> None:
    """The trail tells that she read this part of the notice."""
    trail.read(
        "case.read",
        by=sent.by,
        case_id=sent.case.pk,
        number=sent.case.number,
        unit_id=sent.case.owning_unit_id,
        right=Can.READ,
        body={"part": part},
    )


@dataclass(frozen=True)
class Coverage:
    """How far the units have come, in one statement's figures."""

    total: int
    answered: int
    late: int
    silent: int
    bounced: int
    parts: list[Part]

    @property
    def sentence(self) -> str:
        """The state of things in a line: 27 av 38 enheter har svarat. Två är försenade."""
        told = (
            f"{swedish.number(self.answered)} av {swedish.number(self.total)} enheter har svarat."
        )
        if self.late:
            verb = "är försenad" if self.late == 1 else "är försenade"
            told += f" {swedish.in_words(self.late).capitalize()} {verb}."
        if self.bounced:
            told += f" {swedish.in_words(self.bounced).capitalize()} har inte nåtts med mejl."
        return told

    @property
    def label(self) -> str:
        """The bar in words, for those who do not see it."""
        return ", ".join(f"{swedish.number(one.count)} {one.label}" for one in self.parts)


def coverage_of(sent: SentNotice) -> Coverage:
    """Counted in the database, in one statement."""
    late = Q(status__in=WAITING, due_at__lt=timezone.now())
    found = sent.recipients.order_by().aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(status=ACTION_DONE)),
        affected=Count("pk", filter=Q(status=ACKNOWLEDGED_AFFECTED)),
        unaffected=Count(
            "pk", filter=Q(status__in=[NOT_AFFECTED, ACKNOWLEDGED_NOT_AFFECTED, WAIVED])
        ),
        waived=Count("pk", filter=Q(status=WAIVED)),
        waiting=Count("pk", filter=Q(status__in=WAITING)),
        bounced=Count("pk", filter=Q(status__in=BOUNCED)),
        late=Count("pk", filter=late),
    )
    here = sent.url("notice_recipients")
    parts = cover(
        [
            ("har åtgärdat", found["done"], f"{here}?group={DONE}"),
            ("åtgärdar nu", found["affected"], f"{here}?group={AFFECTED}"),
            ("har inte svarat än", found["waiting"] - found["late"], f"{here}?group={SILENT}"),
            ("berörs inte", found["unaffected"], f"{here}?group={UNAFFECTED}"),
            ("är försenade", found["late"], f"{here}?group={LATE}"),
        ]
    )
    return Coverage(
        total=found["total"],
        answered=found["done"] + found["affected"] + found["unaffected"] - found["waived"],
        late=found["late"],
        silent=found["waiting"],
        bounced=found["bounced"],
        parts=parts,
    )


def with_devices(rows: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Each recipient with how many devices it is asked about, and how many are answered for."""

    def count(**narrow: Any) -> Coalesce:
        devices = RecipientDevice.objects.filter(recipient=OuterRef("pk"), **narrow)
        counted = devices.order_by().values("recipient").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted), 0)

    return rows.annotate(device_count=count(), handled_count=count(outcome__gt=""))


@dataclass(frozen=True)
class Standing:
    """Where a recipient stands as a coordinator reads it, and what happened last."""

    text: str
    tone: Tone
    latest: str


def standing_of(recipient: Recipient) -> Standing:
    """The state, how late it is, and the last thing that happened."""
    now = timezone.now()
    text, tone = recipient.status_label, _TONES.get(recipient.status, "")
    if recipient.status in WAITING and recipient.due_at is not None and recipient.due_at < now:
        days = (timezone.localdate(now) - timezone.localdate(recipient.due_at)).days
        text, tone = (f"Försenad {days} d" if days else "Försenad"), "bad"
    return Standing(text, tone, _latest(recipient))


_TONES: dict[str, Tone] = {
    **dict.fromkeys(BOUNCED, "bad"),
    REMINDED: "warn",
    ESCALATED: "warn",
    ACKNOWLEDGED_AFFECTED: "info",
    ACKNOWLEDGED_NOT_AFFECTED: "warn",
    ACTION_DONE: "good",
    NOT_AFFECTED: "good",
}


def _latest(recipient: Recipient) -> str:
    if recipient.answered_at is not None and recipient.status not in WAITING:
        return f"Svarade {swedish.day_of_month(recipient.answered_at)}"
    return f"{recipient.status_label} {swedish.day_of_month(recipient.status_since)}"
