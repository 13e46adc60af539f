"""The figures of notices counted out, so that pages and files add up rows and never search the register."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from sakerhetsmeddelanden import figures
from sakerhetsmeddelanden.models import LateArrival, NoticeTally, Recipient, SafetyNotice
from sakerhetsmeddelanden.models.tally import COUNTED, SEEN

BATCH = 50
"""Notices counted in one go; a few statements, however many units they have."""
KEPT = ("first_sent_at", "counted_at", *COUNTED, *SEEN, "median_days")


def sweep() -> int:
    """Every notice whose figures may have changed is counted; how many. Safe to run late or twice."""
    began, counted = timezone.now(), 0
    while batch := count_some(before=began):
        counted += batch
    return counted


def count_some(*, before: datetime) -> int:
    """Some of the notices that have not been counted since then, those never counted first."""
    some = list(
        _due(before)
        .order_by(F("tally__counted_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    return count(SafetyNotice.objects.filter(pk__in=some)) if some else 0


def count(notices: QuerySet[SafetyNotice]) -> int:
    """These notices' figures are those of this moment; how many of them had been sent."""
    at = timezone.now()
    found = figures.of_notices(notices)
    begun = dict(
        Recipient.objects.filter(notice__in=notices, sent_at__isnull=False)
        .order_by()
        .values_list("notice")
        .annotate(Min("sent_at"))
    )
    late = dict(
        LateArrival.objects.filter(notice__in=notices)
        .order_by()
        .values_list("notice")
        .annotate(Count("device", distinct=True))
    )
    rows = []
    for key, first in begun.items():
        sent, missed = found[key]
        reached = figures.of_one(sent, missed)
        rows.append(
            NoticeTally(
                notice_id=key,
                first_sent_at=first,
                counted_at=at,
                **{name: getattr(reached, name) for name in COUNTED},
                by_hand=sum(one.by_hand for one in sent),
                by_hand_affected=sum(one.by_hand and one.is_true is True for one in sent),
                denied=sum(one.is_true is False and one.matched > 0 for one in sent),
                late_devices=late.get(key, 0),
                median_days=figures.answer_times(sent).quantile(0.5),
            )
        )
    NoticeTally.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["notice"], update_fields=KEPT
    )
    return len(rows)


def _due(before: datetime) -> QuerySet[SafetyNotice]:
    """Sent, and open or not counted since they closed."""
    sent = Recipient.objects.filter(notice=OuterRef("pk"), sent_at__isnull=False)
    stands = (
        Q(tally=None) | Q(case__closed_at=None) | Q(tally__counted_at__lte=F("case__status_since"))
    )
    counted = Q(tally__counted_at__gte=before)
    return SafetyNotice.objects.filter(Exists(sent), stands).exclude(counted)
