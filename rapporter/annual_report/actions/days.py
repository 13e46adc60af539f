"""The days of a report's calendar, kept as the case's common deadlines."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from patientsakerhet.cases.actions import core, deadlines
from patientsakerhet.cases.models import Case
from patientsakerhet.lib import calendar
from rapporter.annual_report.models import ReportDay
from rapporter.annual_report.workflow import KIND, REVIEW, SIGNED, WRITING

BY_LAW = "by_law"
STATES = {
    WRITING: ReportDay.Key.SECTIONS,
    REVIEW: ReportDay.Key.SIGNED,
    SIGNED: ReportDay.Key.PUBLISHED,
}
"""State -> the day by which it is to be left."""


def of(year: int) -> dict[str, date]:
    """The days of the report of this year, in order."""
    return {one.key: one.after(year) for one in ReportDay.objects.all()}


def begin(case: Case, year: int) -> None:
    """The day the law gives runs from the first, whatever state the report is in."""
    now = timezone.now()
    rule = deadlines.rule_for(KIND, BY_LAW)
    if rule is None:
        return
    deadline = deadlines.made(case, rule, at=now, purpose=BY_LAW)
    deadline.due_at = calendar.end_of_day(of(year)[ReportDay.Key.PUBLISHED])
    deadlines.set_around(deadline, rule, due=deadline.due_at)
    deadline.save()
    follow(case, year)


def follow(case: Case, year: int) -> None:
    """The state's deadline is the calendar's day while that lies ahead, else as long as the rule says."""
    running = case.deadlines.open().filter(purpose=deadlines.STATE).select_related("rule").first()
    key = STATES.get(case.status)
    if running is not None and running.rule is not None and key is not None:
        due = calendar.end_of_day(of(year)[key])
        if due > timezone.now():
            running.due_at = due
            deadlines.set_around(running, running.rule, due=due)
            running.save(update_fields=["due_at", "remind_at", "escalate_at", "next_alarm_at"])
    case.due_at = deadlines.earliest(case)
    core.save(case, "due_at")


def after_step(case: Case, _step: str) -> None:
    """Called in the transaction of every step."""
    if not case.is_final:
        follow(case, case.annual_report.year)
