"""Reminders of what nobody has ordered and of planned follow-ups: by the common alarms and the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import deadlines, reminders
from patientsakerhet.cases.models import Alarming, DeadlineRule
from patientsakerhet.information_security.models import SecurityFollowUp, SystemStanding
from patientsakerhet.information_security.workflow import CHANGED_SINCE, KIND, NEVER_CLASSIFIED
from patientsakerhet.lib import calendar
from patientsakerhet.notifications import outbox
from patientsakerhet.notifications.outbox import Owed
from patientsakerhet.organisation.models import Person, stand_in

BATCH = 200


def register() -> None:
    """Make them known to the common sweep of deadlines."""
    reminders.register(sweep_gaps)
    reminders.register(sweep_follow_ups)


def sweep_gaps() -> int:
    """Whoever answers for something that nobody has ordered a classification of is reminded; how many
    rows alarmed. Safe to run late, twice or at once."""
    begin()
    alarms = 0
    while batch := alarm_some_gaps():
        alarms += batch
    return alarms


@transaction.atomic
def begin() -> None:
    """The time of the rule in force runs for what lacks a classification, and no longer for the rest."""
    now = timezone.now()
    lacking = SystemStanding.objects.neglected()
    for clock, rows in (
        (NEVER_CLASSIFIED, lacking.filter(classified_on=None)),
        (CHANGED_SINCE, lacking.filter(classified_on__isnull=False)),
    ):
        rule = deadlines.rule_for(KIND, clock)
        if rule is not None:
            rows.filter(due_at=None).update(**_by(rule, now))
    SystemStanding.objects.filter(due_at__isnull=False).exclude(pk__in=lacking.values("pk")).update(
        due_at=None,
        remind_at=None,
        escalate_at=None,
        next_alarm_at=None,
        alarm=Alarming.Alarm.NONE,
    )


@transaction.atomic
def alarm_some_gaps() -> int:
    """The alarms of at most a batch, oldest first; how many there were. Told in the daily mail."""
    due = list(
        SystemStanding.objects.neglected()
        .alarming()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related(
            "system__information_owner",
            "system__owner",
            "system__system_manager",
            "owner",
            "managing_unit",
        )
        .order_by("next_alarm_at", "pk")[:BATCH]
    )
    nearest, today = cache(holders.nearest), timezone.localdate()
    owed: dict[str, list[Owed]] = {}
    for row in due:
        if row.due_at is None or not _rises(row, row.due_at):
            continue
        unit = row.managing_unit
        told = [(_kind(row), row.asked)] if row.asked else []
        if unit is not None and not told:
            told = [(_kind(row), one) for one in nearest(Can.LEAD_CLASSIFICATION, unit)]
        if unit is not None and row.alarm == Alarming.Alarm.ESCALATED:
            told += [("classification_lifted", one) for one in nearest(Can.GET_ESCALATIONS, unit)]
        for kind, one in told:
            person = stand_in(one, on=today)
            key = f"standing:{row.pk}:{timezone.localdate(row.due_at)}:{row.alarm}:{person.pk}"
            owed.setdefault(kind, []).append(Owed(key, person, context={"standing": row.pk}))
    for kind, mails in owed.items():
        outbox.promise_many(kind, mails, urgent=False)
    SystemStanding.objects.bulk_update(due, ["alarm", "next_alarm_at"])
    return len(due)


def sweep_follow_ups() -> int:
    """Whoever is responsible is reminded when the day comes, and her head knows when it has passed;
    how many rows alarmed. Safe to run late, twice or at once."""
    alarms = 0
    while batch := alarm_some_follow_ups():
        alarms += batch
    return alarms


@transaction.atomic
def alarm_some_follow_ups() -> int:
    """The alarms of at most a batch of follow-ups, oldest first; how many there were."""
    due = list(
        SecurityFollowUp.objects.alarming()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("responsible", "unit")
        .order_by("next_alarm_at", "pk")[:BATCH]
    )
    for row in due:
        if not _rises(row, calendar.end_of_day(row.planned_on)):
            continue
        people, kind = [row.responsible], "security_follow_up_due"
        if row.alarm == Alarming.Alarm.OVERDUE:
            people += holders.nearest(Can.GET_ESCALATIONS, row.unit)
            kind = "security_follow_up_overdue"
        for person in _present(people):
            outbox.promise(
                kind,
                key=f"security_follow_up:{row.pk}:{row.planned_on}:{row.alarm}:{person.pk}",
                person=person,
                context={"follow_up": row.pk},
            )
    SecurityFollowUp.objects.bulk_update(due, ["alarm", "next_alarm_at"])
    return len(due)


def alarms_for(planned_on: date) -> dict[str, Any]:
    """When a follow-up planned for that day alarms: in the morning of the day, and when it is over."""
    end = calendar.end_of_day(planned_on)
    morning = deadlines.sooner(end, 0, DeadlineRule.Measured.CALENDAR_DAYS)
    return {"remind_at": morning, "next_alarm_at": morning}


def _rises(row: Alarming, due_at: datetime) -> bool:
    """Whether a higher level is true now than was told; the row then says so, and when the next comes."""
    level, row.next_alarm_at = reminders.level_at(row, due_at, timezone.now())
    if level <= row.alarm:
        return False
    row.alarm = level
    return True


def _kind(row: SystemStanding) -> str:
    return "classification_never" if row.classified_on is None else "classification_changed"


def _by(rule: DeadlineRule, now: datetime) -> dict[str, Any]:
    """The alarms of what begins to run now."""
    due = deadlines.later(now, rule.amount, rule.measured)
    row = SystemStanding(due_at=due)
    deadlines.set_around(row, rule, due=due)
    names = ("due_at", "remind_at", "escalate_at", "next_alarm_at")
    return {name: getattr(row, name) for name in names}


def _present(people: Iterable[Person]) -> list[Person]:
    """Each of them once, those who are away replaced by their substitutes."""
    today = timezone.localdate()
    return list({(one := stand_in(person, on=today)).pk: one for person in people}.values())
