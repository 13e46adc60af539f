"""Alarms about deadlines and measures: one per level, at the level that is true now.

The clock is the database's rows, not a timer: after ten days without a worker each deadline
gives one alarm, at its present level, and never the ones in between.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import holders
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Alarming, Case, Deadline, Measure
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, stand_in

BATCH = 200
WARN_MEASURE_BEFORE = timedelta(days=3)
MESSAGE = {
    Deadline.Alarm.REMINDED: "reminder",
    Deadline.Alarm.OVERDUE: "overdue",
    Deadline.Alarm.ESCALATED: "escalation",
}

_beside: list[Callable[[], int]] = []


def register(sweep: Callable[[], int]) -> None:
    """Make known what else alarms about a day; each app its own, when it starts."""
    _beside.append(sweep)


def sweep_beside() -> int:
    """Every alarm that the other apps owe has been promised; how many."""
    return sum(sweep() for sweep in _beside)


def sweep() -> int:
    """Every alarm that is due has been promised; how many. Safe to run late, twice or at once."""
    alarms = 0
    while batch := alarm_some():
        alarms += batch
    return alarms


@transaction.atomic
def alarm_some() -> int:
    """The alarms of at most a batch of deadlines, oldest first; how many there were."""
    due = list(
        Deadline.objects.alarming()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("case__owning_unit", "case__handler")
        .order_by("next_alarm_at", "pk")[:BATCH]
    )
    for deadline in due:
        alarm(deadline)
    return len(due)


def alarm(deadline: Deadline) -> None:
    """The deadline's present level is alarmed and the next moment set, in the caller's transaction."""
    now = timezone.now()
    level, following = level_at(deadline, deadline.due_at, now)
    if level > deadline.alarm:
        for person in whom(deadline.case, level):
            outbox.promise(
                MESSAGE[level],
                key=f"deadline:{deadline.pk}:{level.value}:{person.pk}",
                person=person,
                case_id=deadline.case_id,
                number=deadline.case.number,
                urgent=level == Deadline.Alarm.ESCALATED,
                context={
                    "deadline": deadline.pk,
                    "due_on": f"{timezone.localdate(deadline.due_at)}",
                },
            )
        deadline.alarm = level
    deadline.next_alarm_at = following
    deadline.save(update_fields=["alarm", "next_alarm_at"])


def level_at(
    row: Alarming, due_at: datetime, now: datetime
) -> tuple[Alarming.Alarm, datetime | None]:
    """The level that is true at this moment, and when the next one comes."""
    steps = [
        (Alarming.Alarm.REMINDED, row.remind_at),
        (Alarming.Alarm.OVERDUE, due_at),
        (Alarming.Alarm.ESCALATED, row.escalate_at),
    ]
    reached = [level for level, at in steps if at is not None and at <= now]
    coming = [at for _, at in steps if at is not None and at > now]
    return max(reached, default=Alarming.Alarm.NONE), min(coming, default=None)


def whom(case: Case, level: Deadline.Alarm) -> list[Person]:
    """Who is told: the handler, or those who should take the case; managers when it is lifted.

    Somebody who is away is replaced by her substitute.
    """
    people: list[Person] = []
    if case.handler is not None:
        people.append(case.handler)
    if not people or level == Deadline.Alarm.ESCALATED:
        needed = Can.GET_ESCALATIONS if level == Deadline.Alarm.ESCALATED else Can.RECEIVE
        people += holders.nearest(needed, case.owning_unit)
    today = timezone.localdate()
    return list({(one := stand_in(person, on=today)).pk: one for person in people}.values())


@transaction.atomic
def sweep_measures() -> int:
    """Owners know of measures that are due soon or overdue, deciders of effects to look at."""
    today = timezone.localdate()
    told = 0
    soon = Measure.objects.open().filter(due_on__lte=today + WARN_MEASURE_BEFORE)
    effects = Measure.objects.effect_due()
    for measure in [*soon.select_related("owner"), *effects.select_related("owner", "decided_by")]:
        if measure.status == Measure.Status.DONE:
            kind, person, day = (
                "measure_effect",
                measure.decided_by or measure.owner,
                measure.effect_due_on,
            )
        else:
            kind = "measure_overdue" if measure.due_on < today else "measure_due"
            person, day = measure.owner, measure.due_on
        case = measure.cases.order_by("pk").first()
        if case is None:
            continue
        _, is_new = outbox.promise_once(
            kind,
            key=f"{kind}:{measure.pk}:{day}",
            person=stand_in(person, on=today),
            case_id=case.pk,
            number=case.number,
            urgent=False,
            context={"measure": measure.pk, "due_on": f"{day}"},
        )
        told += is_new
    return told
