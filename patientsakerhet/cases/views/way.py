"""A case's way through the stages of its kind, each with when it was reached."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Step


def steps_of(case: Case) -> list[Step]:
    """The stages in order; the case's transitions are fetched."""
    stages = case.kind_row.stages
    stage_of = {status: label for label, statuses in stages for status in statuses}
    order = [label for label, _ in stages]
    reached: dict[str, Any] = {}
    for move in case.transitions.all():
        reached.setdefault(stage_of[move.to_status], move.occurred_at)
    here = stage_of[case.status]
    told = []
    for label in order:
        at = reached.get(label)
        if label == here:
            late = case.due_at is not None and case.due_at < timezone.now()
            note = f"sedan {swedish.day_of_month(case.status_since)}"
            state: Any = "done" if case.is_final else "now"
            told.append(Step(case.status_label, note, state, "bad" if late else ""))
        elif order.index(label) < order.index(here):
            note = swedish.day_of_month(at) if at else ""
            told.append(Step(label, note, "done" if at else "skipped"))
        else:
            told.append(Step(label))
    return told
