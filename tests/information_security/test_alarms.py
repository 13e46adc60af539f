"""Reminders of what nobody has ordered a classification of, and of follow-ups: in time, to the right one, once."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.cases import tasks
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.information_security.actions import alarms, follow_ups
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.lib import calendar
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Absence, Role
from tests.factories import make_person, person_as
from tests.information_security.making import World
from tests.information_security.test_pages import text_of
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Its head gets what is lifted; its rules are sixty days, with a reminder halfway."""
    made = World()
    made.head = person_as(Role.UNIT_MANAGER, made.region.operations)
    return made


def sweep_after(days):
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        tasks.sweep_deadlines()


def sweep_at_nine(days):
    """In the morning so many days from now, after the reminders of the day."""
    day = timezone.localdate() + timedelta(days=days)
    with time_machine.travel(calendar.moment(day, time(9))):
        tasks.sweep_deadlines()


def told(prefix):
    """Kind and person of every message, in the order they were promised."""
    rows = Message.objects.filter(kind__startswith=prefix).order_by("created_at", "kind", "pk")
    return [(one.kind, one.person) for one in rows]


def test_the_owner_of_a_system_nobody_has_classified_is_reminded_and_then_her_head(world):
    tasks.sweep_deadlines()
    row = world.system.standing
    assert row.due_at > timezone.now() + timedelta(days=59)
    assert told("classification") == []

    sweep_after(31)
    assert told("classification") == [("classification_never", world.owner)]
    sweep_after(32)
    assert len(told("classification")) == 1
    sweep_after(62)
    sweep_after(95)

    assert sorted(told("classification"), key=str) == sorted(
        [("classification_never", world.owner)] * 3 + [("classification_lifted", world.head)],
        key=str,
    )
    assert not Message.objects.filter(kind__startswith="classification", urgent=True).exists()


def test_no_one_is_reminded_of_what_is_being_classified_or_is_out_of_use(world):
    tasks.sweep_deadlines()
    world.ordered()
    other = world.another_system()
    other.in_use = False
    other.save(update_fields=["in_use"])

    sweep_after(31)

    assert {kind for kind, _ in told("classification")} <= {"classification_ordered"}
    assert not SystemStanding.objects.filter(due_at__isnull=False).exists()


def test_a_change_after_the_classification_is_to_be_reviewed_in_time(world):
    world.decided()
    world.system.criticality = "critical"
    world.system.save(update_fields=["criticality"])
    tasks.sweep_deadlines()

    sweep_after(31)

    assert told("classification_changed") == [("classification_changed", world.owner)]
    message = Message.objects.get(kind="classification_changed")
    kind = kinds.of(message.kind)
    assert kind.still_due(message)
    world.ordered()
    assert not kind.still_due(message)


def test_the_mail_leads_to_what_the_owner_herself_answers_for(world):
    """She need hold no role; the list shows her nothing else."""
    another = world.another_system(information_owner=make_person("Någon annan"))
    tasks.sweep_deadlines()
    sweep_after(31)
    message = Message.objects.get(kind="classification_never", person=world.owner)

    answer = signed_in(world.owner).get(kinds.of(message.kind).path(message))

    assert [row["name"] for row in answer.context["rows"]] == [world.system.name]
    assert another.name not in text_of(answer)
    refused = signed_in(world.region.reporter).get(reverse("classification_gaps"))
    assert refused.status_code == 403


def test_without_an_owner_those_who_lead_the_work_are_told(world):
    world.system.information_owner = None
    world.system.save(update_fields=["information_owner"])
    tasks.sweep_deadlines()

    sweep_after(31)

    assert told("classification_never") == [("classification_never", world.lead)]


def test_without_a_rule_nobody_is_reminded(world):
    DeadlineRule.objects.filter(status="never_classified").delete()

    tasks.sweep_deadlines()

    assert world.system.standing.due_at is None


def test_a_sweep_asks_as_little_about_many_systems_as_about_one(world):
    def asked():
        tasks.sweep_deadlines()
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            alarms.begin()
            with CaptureQueriesContext(connection) as found:
                alarms.alarm_some_gaps()
        SystemStanding.objects.update(due_at=None, next_alarm_at=None, alarm=0)
        return len(found)

    one = asked()
    for _ in range(4):
        world.another_system()
    Message.objects.all().delete()

    # Each person's absence is looked up; that of the same owner five times.
    assert asked() - one == 4


def planned(world, days=0):
    return follow_ups.plan(
        by=world.lead, title="Behörigheter", unit=world.region.operations,
        responsible=world.manager, planned_on=timezone.localdate() + timedelta(days=days),
    )  # fmt: skip


def test_whoever_is_responsible_is_reminded_when_the_day_comes_and_her_head_when_it_has_passed(
    world,
):
    row = planned(world, days=10)

    sweep_at_nine(9)
    assert told("security_follow_up") == []
    sweep_at_nine(10)
    sweep_at_nine(10)
    assert told("security_follow_up") == [("security_follow_up_due", world.manager)]
    sweep_at_nine(11)
    sweep_at_nine(20)

    late = [("security_follow_up_overdue", one) for one in (world.manager, world.head)]
    assert sorted(told("security_follow_up")[1:], key=str) == sorted(late, key=str)
    page = signed_in(world.head).get(reverse("security_follow_up", args=[row.pk]))
    assert "chefen har fått veta" in text_of(page)


def test_a_follow_up_that_is_done_reminds_nobody(world):
    row = planned(world)
    follow_ups.record(row, by=world.manager, done_on=timezone.localdate(), result="Tre var fel.")

    sweep_at_nine(3)

    assert told("security_follow_up") == []


def test_what_was_promised_is_withdrawn_when_the_follow_up_is_done_first(world):
    row = planned(world, days=1)
    sweep_at_nine(1)
    message = Message.objects.filter(kind="security_follow_up_due").first()
    follow_ups.record(row, by=world.manager, done_on=timezone.localdate(), result="Bra.")

    assert not kinds.of(message.kind).still_due(message)


def test_somebody_away_is_replaced(world):
    planned(world, days=2)
    substitute = make_person("Vikarien")
    today = timezone.localdate()
    Absence.objects.create(
        person=world.manager, substitute=substitute, first_day=today,
        last_day=today + timedelta(days=30),
    )  # fmt: skip

    sweep_at_nine(2)

    assert [person for _, person in told("security_follow_up_due")] == [substitute]
