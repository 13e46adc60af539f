"""Mails that could not be delivered for now: sent again with longer and longer waits, then somebody must ring.

Only what came back for a passing reason (4.x.x) is tried again; while the unit's server is merely
slow, ours goes on trying by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from patientsakerhet.notifications import actions as messages
from patientsakerhet.notifications.models import Message
from sakerhetsmeddelanden.actions import addressees, recipients
from sakerhetsmeddelanden.models import Recipient, RecipientMail
from sakerhetsmeddelanden.workflow import BOUNCED_SOFT, SENT_OUT

BATCH = 100
WAITS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12))
"""How long after each return it is tried again; after the last the mail counts as bounced."""
Purpose = RecipientMail.Purpose


def is_used_up(recipient: Recipient) -> bool:
    """Whether it has been tried as many times as it is worth, since somebody last sent it."""
    return _tries(recipient) >= len(WAITS)


def sweep() -> int:
    """Every mail whose wait is over is on its way again; how many units. Safe to run late or twice."""
    sent = 0
    while batch := resend_some():
        sent += batch
    return sent


@transaction.atomic
def resend_some() -> int:
    """The units of at most a batch, in order; how many there were."""
    now = timezone.now()
    due = list(
        _due(now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("notice__case", "unit__care_provider")
        .prefetch_related("systems__person")
        .order_by("pk")[:BATCH]
    )
    for recipient in due:
        _resend(recipient, now)
    return len(due)


def _resend(recipient: Recipient, now: datetime) -> None:
    """The locked recipient is written to once more, or stands as one somebody must ring."""
    tries = _tries(recipient) + 1
    to = addressees.of(recipient)
    if not to:
        recipients.move(recipient, "bounce", by=None, at=now)
        return
    dead = Message.objects.filter(notice_mail__recipient=recipient, state=Message.State.DEAD)
    for message in dead.select_for_update(of=("self",), skip_locked=True):
        messages.let_go(message)
    recipients.move(recipient, "queue", by=None, at=now, body={"try": tries}, address=to[0].written)
    addressees.write_to([(recipient, one) for one in to], Purpose.RETRY, at=now)


def _tries(recipient: Recipient) -> int:
    """How many times it has been tried again since somebody last sent it."""
    row: Any = _with_tries(Recipient.objects.filter(pk=recipient.pk)).get()
    return int(row.tries)


def _with_tries(rows: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Each with how many times it has been tried again since somebody last sent it."""
    mails = RecipientMail.objects.filter(recipient=OuterRef("pk")).order_by()
    by_hand = mails.filter(purpose__in=[Purpose.FIRST, Purpose.AGAIN]).order_by("-at")
    tried = (
        RecipientMail.objects.filter(recipient=OuterRef("pk"), purpose=Purpose.RETRY)
        .order_by()
        .filter(at__gt=OuterRef("sent_since"))
        .values("recipient")
        .annotate(n=Count("at", distinct=True))
        .values("n")
    )
    return rows.annotate(
        sent_since=Coalesce(Subquery(by_hand.values("at")[:1]), F("chosen_at"))
    ).annotate(tries=Coalesce(Subquery(tried), 0))


def _due(now: datetime) -> QuerySet[Recipient]:
    """Softly bounced, of notices that still wait for answers, and with their wait behind them."""
    waited = Q()
    for tries, wait in enumerate(WAITS):
        waited |= Q(tries=tries, last_return__lte=now - wait)
    returns = RecipientMail.objects.filter(
        recipient=OuterRef("pk"), returned_at__isnull=False
    ).order_by("-returned_at")
    asked = Recipient.objects.filter(status=BOUNCED_SOFT, notice__case__status__in=SENT_OUT)
    last = Subquery(returns.values("returned_at")[:1])
    return _with_tries(asked).annotate(last_return=last).filter(waited)
