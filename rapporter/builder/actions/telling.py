"""Those who see a report are told, once a week or a month, that it is ready."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from patientsakerhet.lib import calendar
from patientsakerhet.notifications import outbox
from patientsakerhet.notifications.outbox import Owed
from patientsakerhet.organisation.models import Assignment, Person
from rapporter import periods, registry
from rapporter.builder.models import SavedReport
from rapporter.periods import Step
from rapporter.registry import UnknownMeasure

KIND = "saved_report"
LEAVES_AT = time(7)
STEPS = {SavedReport.Schedule.WEEKLY: Step.WEEK, SavedReport.Schedule.MONTHLY: Step.MONTH}


def sweep(now: datetime | None = None) -> int:
    """Promise the mails of every report whose week or month has come; how many reports there were.

    Safe to run late, twice or at the same time: a report is told of once in a period, and whoever
    set the schedule within one waits for the next.
    """
    moment = now or timezone.now()
    due = Q()
    for schedule, step in STEPS.items():
        name, began = _period(step, moment)
        due |= Q(schedule=schedule, scheduled_at__lt=began) & ~Q(told_for=name)
    waiting = SavedReport.objects.filter(due).order_by("pk").values_list("pk", flat=True)
    return sum(_tell(pk, moment) for pk in waiting)


@transaction.atomic
def _tell(pk: int, moment: datetime) -> bool:
    """Owe everybody who sees the report a mail about this period; False when that is done already."""
    report = (
        SavedReport.objects.scheduled()
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk)
        .first()
    )
    if report is None:
        return False
    name, began = _period(STEPS[SavedReport.Schedule(report.schedule)], moment)
    if report.told_for == name or report.scheduled_at is None or report.scheduled_at >= began:
        return False
    outbox.promise_many(
        KIND,
        [
            Owed(
                key=f"{KIND}:{report.pk}:{name}:{person.pk}",
                person=person,
                context={"report": report.pk},
            )
            for person in readers(report)
        ],
    )
    report.told_for = name
    report.save(update_fields=["told_for"])
    return True


def readers(report: SavedReport) -> list[Person]:
    """The owner and those it is shared with who may read what is counted, each once."""
    try:
        measure = registry.of(report.measure)
    except UnknownMeasure:
        return []
    meant = Q(pk=report.owner_id)
    for one in report.shares.select_related("unit"):
        if one.unit is None:
            meant |= Q(pk=one.person_id)
            continue
        held = Assignment.objects.current().filter(unit__path__startswith=one.unit.path)
        if one.role:
            held = held.filter(role=one.role)
        meant |= Q(pk__in=held.values("person"))
    people = Person.objects.filter(meant, is_active=True).order_by("pk")
    return [person for person in people if measure.readable_by(person)]


def following(schedule: str, now: datetime | None = None) -> datetime | None:
    """When those who see a report are told the next time; nothing when they are not."""
    if not schedule:
        return None
    moment = now or timezone.now()
    here = periods.of(calendar.local_day(moment), STEPS[SavedReport.Schedule(schedule)])
    leaves = calendar.moment(here.first, LEAVES_AT)
    if leaves > moment:
        return leaves
    return calendar.moment(here.last + timedelta(days=1), LEAVES_AT)


def _period(step: Step, moment: datetime) -> tuple[str, datetime]:
    """What the newest period is called in a key, and the moment it is told of from, in Swedish time."""
    today = calendar.local_day(moment)
    here = periods.of(today, step)
    if calendar.moment(here.first, LEAVES_AT) > moment:
        here = here.before(1)
    return _key(step, here.first), calendar.moment(here.first, LEAVES_AT)


def _key(step: Step, first: date) -> str:
    return f"{step}:{first.isoformat()}"
