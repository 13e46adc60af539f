"""What had been written down by a moment."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from patientsakerhet.cases.models import Transition


def step_recorded(case: str, moment: datetime, **step: str) -> Exists:
    """Whether the case, found along the path, had been written down by then as taking the step."""
    return Exists(Transition.objects.filter(case=OuterRef(case), recorded_at__lte=moment, **step))
