"""Alarms about deadlines: one per level, to the right person, once however many sweep and however late."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from avvikelse.actions import coordination
from patientsakerhet.cases import tasks
from patientsakerhet.cases.actions import measures, reminders
from patientsakerhet.cases.models import Case, Deadline
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Absence, Role
from tests.at_once import at_once
from tests.factories import (
    Region,
    decide_measure,
    file_report,
    fresh,
    in_status,
    make_person,
    person_as,
)

pytestmark = pytest.mark.django_db
ALARMS = ("reminder", "overdue", "escalation")


@pytest.fixture
def region():
    return Region()


def alarms(case=None):
    """Kind and person of every alarm, in the order they were promised."""
    told = Message.objects.filter(kind__in=ALARMS).order_by("created_at", "pk")
    if case is not None:
        told = told.filter(case_id=case.pk)
    return [(message.kind, message.person) for message in told]


def sweep_after(**delta):
    with time_machine.travel(timezone.now() + timedelta(**delta)):
        return reminders.sweep()


def test_nothing_is_said_before_it_is_time(region):
    file_report(region.ward, region.reporter)

    assert sweep_after(days=3) == 0
    assert alarms() == []


def test_each_level_is_alarmed_when_it_comes_and_once(region):
    case = file_report(region.ward, region.reporter)

    sweep_after(days=6)
    assert [kind for kind, _ in alarms(case)] == ["reminder"]
    sweep_after(days=6)
    assert [kind for kind, _ in alarms(case)] == ["reminder"]
    sweep_after(days=9)
    assert [kind for kind, _ in alarms(case)] == ["reminder", "overdue"]
    sweep_after(days=16)
    assert [kind for kind, _ in alarms(case)] == ["reminder", "overdue", "escalation"]
    assert sweep_after(days=60) == 0


def test_after_ten_days_without_a_worker_each_deadline_alarms_once_at_its_present_level(region):
    cases = [file_report(region.ward, region.reporter) for _ in range(3)]

    with time_machine.travel(timezone.now() + timedelta(days=10)):
        tasks.sweep_deadlines()
        tasks.sweep_deadlines()

    assert [alarms(case) for case in cases] == [[("overdue", region.coordinator)]] * 3
    levels = set(Deadline.objects.values_list("alarm", flat=True))
    assert levels == {Deadline.Alarm.OVERDUE}


def test_what_is_overdue_is_asked_of_the_clock_with_every_worker_dead(region):
    case = file_report(region.ward, region.reporter)
    assert not Case.objects.overdue().exists()

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert list(Case.objects.overdue()) == [case]
        assert Deadline.objects.overdue().get().case == case
    assert alarms() == []


def test_the_handler_is_told_when_somebody_has_the_case(region):
    case = in_status("in_investigation", region)

    sweep_after(days=25)

    assert alarms(case) == [("reminder", region.investigator)]


def test_those_who_should_take_it_are_told_when_nobody_has(region):
    case = in_status("assigned", region)

    sweep_after(days=4)

    assert alarms(case) == [("reminder", region.investigator)]


def test_somebody_who_is_away_is_replaced_and_a_chain_of_absences_followed(region):
    case = in_status("in_investigation", region)
    first, second = make_person(), make_person()
    today = timezone.localdate()
    for person, substitute in ((region.investigator, first), (first, second)):
        Absence.objects.create(
            person=person,
            first_day=today,
            last_day=today + timedelta(days=60),
            substitute=substitute,
        )

    sweep_after(days=25)

    assert alarms(case) == [("reminder", second)]


def test_the_nearest_manager_is_told_when_it_is_lifted_and_at_once(region):
    case = in_status("in_investigation", region)
    person_as(Role.HEAD_OF_OPERATIONS, region.root)
    manager = person_as(Role.UNIT_MANAGER, region.devices)

    sweep_after(days=60)

    assert set(alarms(case)) == {("escalation", region.investigator), ("escalation", manager)}
    told = Message.objects.filter(kind__in=ALARMS)
    assert all(message.urgent for message in told)


def test_reminders_wait_for_the_daily_mail(region):
    file_report(region.ward, region.reporter)

    sweep_after(days=9)

    assert not Message.objects.get(kind="overdue").urgent


def test_a_case_that_has_moved_on_is_not_alarmed_about_what_was(region):
    case = file_report(region.ward, region.reporter)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        coordination.take(case, by=region.coordinator)

    sweep_after(days=8)

    assert alarms(case) == []
    assert fresh(case).due_at > timezone.now() + timedelta(days=12)


def test_no_alarm_says_anything_of_the_case_but_its_number(region):
    case = file_report(region.ward, region.reporter, what_happened="Något mycket känsligt hände.")
    sweep_after(days=9)

    message = Message.objects.get(kind="overdue")

    assert (message.number, message.case_id) == (case.number, case.pk)
    assert "känsligt" not in str(message.context)
    assert set(message.context) == {"deadline", "due_on"}


# --- measures --------------------------------------------------------------------------------------


def test_owners_hear_of_measures_that_are_due_soon_and_late_and_deciders_of_effects(region):
    case = in_status("in_investigation", region)
    owner = person_as(Role.ACTION_OWNER, region.devices)
    measure = decide_measure(case, by=region.investigator, owner=owner)

    def told():
        kinds = ("measure_due", "measure_overdue", "measure_effect")
        found = Message.objects.filter(kind__in=kinds).order_by("created_at", "pk")
        return [(message.kind, message.person) for message in found]

    for days in (5, 12, 12, 15, 15):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            reminders.sweep_measures()
    assert told() == [("measure_due", owner), ("measure_overdue", owner)]

    measures.finish(measure, by=owner, version=fresh_version(measure))
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        reminders.sweep_measures()
        reminders.sweep_measures()
    assert told()[2:] == [("measure_effect", region.investigator)]


def fresh_version(measure):
    measure.refresh_from_db()
    return measure.version


# --- at once ---------------------------------------------------------------------------------------


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(3))
def test_two_sweeps_at_once_alarm_each_deadline_once(again):
    region = Region()
    for _ in range(5):
        file_report(region.ward, region.reporter)

    with time_machine.travel(timezone.now() + timedelta(days=9)):
        counted = at_once(reminders.sweep, reminders.sweep)

    assert sum(counted) == 5
    assert len(alarms()) == 5
