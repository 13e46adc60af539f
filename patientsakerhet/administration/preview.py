"""What a deadline rule would mean for the cases that wait today; nothing is changed by asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from patientsakerhet.cases.actions.deadlines import STATE, later
from patientsakerhet.cases.models import Deadline, DeadlineRule
from patientsakerhet.lib import calendar

LONGEST_LOOK = 4000
"""Days back that a beginning is looked for; beyond any rule."""


@dataclass(frozen=True)
class Preview:
    """How many open cases are in the state, are late by the deadlines they have, and would be late
    had the rule been theirs from the beginning."""

    waiting: int
    late: int
    would_be_late: int

    @property
    def more(self) -> int:
        """How many more would be late; negative when fewer."""
        return self.would_be_late - self.late


def preview(kind: str, status: str, amount: int, measured: str) -> Preview:
    """The counts, in one statement."""
    now = timezone.now()
    running = Deadline.objects.open().filter(
        purpose=STATE, case__kind=kind, case__status=status, case__is_final=False
    )
    counted = running.aggregate(
        waiting=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=now)),
        would_be_late=Count(
            "pk", filter=Q(starts_at__lt=late_if_begun_before(amount, measured, now))
        ),
    )
    return Preview(**counted)


def late_if_begun_before(amount: int, measured: str, now: datetime) -> datetime:
    """What began before this moment would be late now."""
    if measured == DeadlineRule.Measured.HOURS:
        return now - timedelta(hours=amount)
    day: date = timezone.localdate(now)
    for _ in range(LONGEST_LOOK):
        if later(calendar.moment(day, datetime.min.time()), amount, measured) < now:
            return calendar.moment(day + timedelta(days=1), datetime.min.time())
        day -= timedelta(days=1)
    return calendar.moment(day, datetime.min.time())
