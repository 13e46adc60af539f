"""Reviews of the log in the invented region: one a month, as its routine says."""

from __future__ import annotations

from datetime import datetime, timedelta

from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.lib import calendar
from patientsakerhet.log_review import actions
from patientsakerhet.log_review.models import LogReview

REVIEWER, ADMINISTRATION = "gunilla.sandell", "itmt"
TOLD = (
    ("Tilläts eller nekades: Nekade försök", 41, "nothing", ""),
    ("allt", 1284, "nothing", ""),
    (
        "Vad: Listor, sökningar och uttag",
        212,
        "questions",
        "Ett uttag av alla ärenden en natt. Enhetschefen frågar varför och svarar inom en vecka.",
    ),
    ("allt", 1107, "nothing", ""),
)
"""Selection, events, outcome and note; the latest first."""


def bring(rows: Rows, *, now: datetime) -> int:
    """The reviews, each made some days after its month; how many."""
    first = calendar.local_day(now).replace(day=1)
    for selection, events, outcome, note in TOLD:
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        review = actions.record(
            by=rows.people[REVIEWER],
            unit=rows.units[ADMINISTRATION],
            first_day=first,
            last_day=last,
            selection=selection,
            events=events,
            outcome=outcome,
            note=note,
        )
        at = min(calendar.start_of_day(last + timedelta(days=4)) + timedelta(hours=9), now)
        LogReview.objects.filter(pk=review.pk).update(reviewed_at=at)
    return len(TOLD)
