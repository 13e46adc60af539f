"""Deadlines: started when a case enters a state, met when it leaves, alarming in between."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Min
from django.utils import timezone

from patientsakerhet.cases.models import Alarming, Case, Deadline, DeadlineRule
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady

STATE = "state"
"""The purpose of the one deadline that follows the case's state."""


def restart(case: Case, *, at: datetime) -> None:
    """The state's old deadline is met and the new state's has begun; `case.due_at` follows.

    Refuses when a state in which cases wait has no rule: a case without a deadline goes stale
    without anybody seeing it.
    """
    case.deadlines.open().filter(purpose=STATE).update(met_at=at, next_alarm_at=None)
    if not case.is_final:
        first(case, at=at).save()
    else:
        case.deadlines.open().update(met_at=at, next_alarm_at=None)
    case.due_at = earliest(case)


def earliest(case: Case) -> datetime | None:
    """The first of the days that the case waits for; nothing when none runs."""
    found: datetime | None = case.deadlines.open().aggregate(first=Min("due_at"))["first"]
    return found


def first(case: Case, *, at: datetime) -> Deadline:
    """The deadline of the state the case is in, not yet saved; refuses when the state has no rule."""
    rule = rule_for(case.kind, case.status)
    if rule is None:
        raise NotReady(
            "Det finns ingen tidsgräns för det läget. Be en systemförvaltare lägga till en."
        )
    return made(case, rule, at=at)


def start(case: Case, rule: DeadlineRule, *, at: datetime, purpose: str = STATE) -> Deadline:
    """A deadline by this rule runs from `at`."""
    deadline = made(case, rule, at=at, purpose=purpose)
    deadline.save()
    return deadline


def made(case: Case, rule: DeadlineRule, *, at: datetime, purpose: str = STATE) -> Deadline:
    """The same, not yet saved."""
    deadline = Deadline(
        case=case,
        rule=rule,
        purpose=purpose,
        label=rule.label,
        basis=rule.basis,
        starts_at=at,
        due_at=later(at, rule.amount, rule.measured),
    )
    set_around(deadline, rule, due=deadline.due_at)
    return deadline


def set_around(row: Alarming, rule: DeadlineRule, *, due: datetime) -> None:
    """Reminder and escalation lie around the day as the rule says."""
    measured = rule.measured
    row.remind_at = sooner(due, rule.remind_before, measured) if rule.remind_before else None
    row.escalate_at = later(due, rule.escalate_after, measured) if rule.escalate_after else None
    row.next_alarm_at = row.remind_at or due


def rule_for(kind: str, status: str) -> DeadlineRule | None:
    """The rule in force today for the state, newest first."""
    return (
        DeadlineRule.objects.current()
        .filter(kind=kind, status=status)
        .order_by("-valid_from")
        .first()
    )


def later(moment: datetime, amount: int, measured: str) -> datetime:
    """`amount` hours later, or the end of the local day that many (working) days later."""
    if measured == DeadlineRule.Measured.HOURS:
        return moment + timedelta(hours=amount)
    day = timezone.localdate(moment)
    if measured == DeadlineRule.Measured.WORKING_DAYS:
        return calendar.end_of_day(calendar.add_working_days(day, amount))
    return calendar.end_of_day(calendar.add_calendar_days(day, amount))


def sooner(moment: datetime, amount: int, measured: str) -> datetime:
    """`amount` hours earlier, or eight in the morning that many (working) days earlier."""
    if measured == DeadlineRule.Measured.HOURS:
        return moment - timedelta(hours=amount)
    day = timezone.localdate(moment)
    if measured == DeadlineRule.Measured.WORKING_DAYS:
        earlier = calendar.add_working_days(day, -amount)
    else:
        earlier = calendar.add_calendar_days(day, -amount)
    return calendar.moment(earlier, time(8))
