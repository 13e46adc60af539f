"""What had been written down by a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from patientsakerhet.cases.models import Transition

JUST_NOW = timedelta(minutes=1)
"""So long ago everything is known that is known now: nobody moves a case in the past and is asked at once."""


def step_recorded(case: str, moment: datetime, **step: str) -> Exists:
    """Whether the case, found along the path, had been written down by then as taking the step."""
    return Exists(Transition.objects.filter(case=OuterRef(case), recorded_at__lte=moment, **step))


def status_recorded(case: str, moment: datetime, now: str = "status") -> Subquery | F:
    """The state of the case, found along the path, as it had been written down by then; nothing before that.

    Just now that is the state the case has, which stands along the other path.
    """
    if moment >= timezone.now() - JUST_NOW:
        return F(now)
    steps = Transition.objects.filter(case=OuterRef(case), recorded_at__lte=moment)
    return Subquery(steps.order_by("-occurred_at", "-pk").values("to_status")[:1])
