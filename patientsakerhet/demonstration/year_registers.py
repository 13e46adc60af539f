"""Meetings, training, responsibilities and full-time shares of the invented region's last years."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.lib import calendar
from patientsakerhet.year_registers.actions import duties, gatherings
from patientsakerhet.year_registers.models import Meeting, RegisterTerm, RoleShare, Training

DATA = Path(__file__).parent / "data" / "year_registers.toml"
LEADS = "helena.brandt"


def bring(rows: Rows, *, now: datetime) -> int:
    """The rows, in the transaction that brings the region; how many."""
    told = tomllib.loads(DATA.read_text())
    today = calendar.local_day(now)
    terms = {(one.list, one.code): one for one in RegisterTerm.objects.all()}
    physician = rows.people[LEADS]

    def days(one: dict[str, Any], *names: str) -> dict[str, Any]:
        """The days that are written as so many before today; negative ones lie ahead."""
        return {name: today - timedelta(days=one.pop(name)) for name in names if name in one}

    for one in told["meetings"]:
        gatherings.put_meeting(
            None,
            by=physician,
            kind=terms["meeting_kind", one.pop("kind")],
            topic=terms["meeting_topic", one.pop("topic")],
            unit=rows.units[one.pop("unit")],
            **days(one, "held_on"),
            **one,
        )
    for one in told["trainings"]:
        gatherings.put_training(
            None,
            by=physician,
            kind=terms["training_kind", one.pop("kind")],
            unit=rows.units[one.pop("unit")],
            **days(one, "first_day", "last_day"),
            **one,
        )
    for one in told["responsibilities"]:
        duties.put_responsibility(
            None,
            by=physician,
            person=rows.people.get(one.pop("person", "")),
            unit=rows.units[one.pop("unit")],
            **days(one, "valid_from", "valid_to"),
            **one,
        )
    for one in told["shares"]:
        duties.put_share(
            None,
            by=physician,
            person=rows.people[one.pop("person")],
            unit=rows.units[one.pop("unit")],
            **days(one, "valid_from", "valid_to"),
            **one,
        )
    _written_in_time(now)
    return sum(map(len, told.values()))


def _written_in_time(now: datetime) -> None:
    """Each row was written when it came about, and not all of them today."""
    for meeting in Meeting.objects.exclude(confirmed_at=None):
        at = min(calendar.end_of_day(meeting.held_on), now)
        Meeting.objects.filter(pk=meeting.pk).update(confirmed_at=at, recorded_at=at)
    for training in Training.objects.exclude(confirmed_at=None):
        at = min(calendar.end_of_day(training.last_day or training.first_day), now)
        Training.objects.filter(pk=training.pk).update(confirmed_at=at, recorded_at=at)
    for share in RoleShare.objects.all():
        at = min(calendar.start_of_day(share.valid_from), now)
        RoleShare.objects.filter(pk=share.pk).update(recorded_at=at)
