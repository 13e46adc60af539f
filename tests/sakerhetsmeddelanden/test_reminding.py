"""Silent units: the rows are the clock, one mail per unit however long everything was dead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Absence, Role
from sakerhetsmeddelanden.actions import coordinating, reminding
from sakerhetsmeddelanden.actions.coordinating import Call
from sakerhetsmeddelanden.models import Recipient, SafetyNotice
from tests.factories import make_person, person_as
from tests.sakerhetsmeddelanden.sending import (
    affected,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
    silent_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return region_with_units()


@pytest.fixture
def case(region):
    """A red notice: the hours pass around the clock."""
    return sent_out(region, risk="red")


def mails(kind):
    return Message.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    ("hours", "status", "reminders", "managers"),
    [
        (1, "handed_over", 0, 0),
        (2, "reminded", 1, 0),
        (7, "reminded", 1, 0),
        (9, "reminded", 1, 0),  # both should have gone: one does
        (25, "escalated", 0, 1),
        (240, "escalated", 0, 1),  # ten days without a worker
    ],
)
def test_one_mail_at_the_level_that_is_true_now(
    hours, status, reminders, managers, region, case, commit
):
    silent_for(recipient_of(case, region.ward), hours=hours)

    reminding.sweep()
    reminding.sweep()

    commit()
    recipient = recipient_of(case, region.ward)
    assert recipient.status == status
    assert (mails("notice_reminder"), mails("notice_escalation")) == (reminders, managers)


def test_hour_by_hour_each_level_comes_once(region, case):
    recipient = recipient_of(case, region.ward)
    for _ in range(30):
        silent_for(recipient, hours=1)
        reminding.sweep()

    assert (mails("notice_reminder"), mails("notice_escalation")) == (2, 1)
    assert recipient_of(case, region.ward).reminders == 2
    assert recipient_of(case, region.ward).next_step_at is None


def test_a_late_reminder_says_so(region, case):
    silent_for(recipient_of(case, region.ward), hours=7)

    reminding.sweep()

    assert Message.objects.get(kind="notice_reminder").context["late"] is True


@pytest.mark.parametrize("answered", [affected, not_affected])
def test_whoever_has_answered_is_not_reminded(answered, region, case):
    answered(recipient_of(case, region.ward), region.manager)
    silent_for(recipient_of(case, region.ward), days=30)

    reminding.sweep()

    assert mails("notice_reminder") + mails("notice_escalation") == 0


def test_a_unit_somebody_has_rung_is_still_reminded(region, case):
    recipient = recipient_of(case, region.ward)
    coordinating.phone(recipient, Call("Eva", "De svarar i dag."), by=region.coordinator)
    silent_for(recipient, hours=3)

    reminding.sweep()

    assert recipient_of(case, region.ward).status == "reminded"


def test_the_manager_above_is_told_when_the_unit_has_none(region):
    region.units[0].mailbox = "x@exempel.se"
    head = person_as(Role.HEAD_OF_OPERATIONS, region.hospital)
    region.manager.assignments.update(valid_to=timezone.localdate() - timedelta(days=1))
    case = sent_out(region, risk="red")
    silent_for(recipient_of(case, region.ward), hours=25)

    reminding.sweep()

    assert [one.person for one in Message.objects.filter(kind="notice_escalation")] == [head]


def test_a_manager_who_is_away_is_replaced_by_her_substitute(region, case):
    today, substitute = timezone.localdate(), make_person()
    Absence.objects.create(
        person=region.manager, first_day=today, last_day=today, substitute=substitute
    )
    silent_for(recipient_of(case, region.ward), hours=25)

    reminding.sweep()

    assert Message.objects.get(kind="notice_escalation").person == substitute


def test_an_affected_unit_is_told_once_when_its_measures_are_due(region, case):
    SafetyNotice.objects.filter(pk=case.pk).update(act_by=timezone.localdate() + timedelta(days=7))
    affected(recipient_of(case, region.ward), region.manager)
    assert recipient_of(case, region.ward).next_step_at is not None
    silent_for(recipient_of(case, region.ward), days=8)

    reminding.sweep()
    reminding.sweep()

    assert mails("notice_actions") == 1
    assert recipient_of(case, region.ward).status == "acknowledged_affected"


def test_the_list_is_right_with_every_worker_dead(region, case):
    recipient = silent_for(recipient_of(case, region.ward), days=10)

    assert list(Recipient.objects.overdue()) == [recipient]


def test_the_hours_stand_in_rows_with_their_ground(case):
    risk = SafetyNotice.objects.get(pk=case.pk).risk_class

    assert (risk.remind_after, risk.escalate_after, risk.around_the_clock) == ([2, 8], 24, True)
    assert risk.basis
