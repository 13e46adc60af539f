"""The mail that a report is ready: once in a period, to those who may see it, with nothing but a link."""

from datetime import datetime

import pytest
import time_machine

from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.notifications import mails
from patientsakerhet.notifications.models import Message
from rapporter.builder import messages
from rapporter.builder.actions import keeping, telling
from tests.factories import Region, person_as
from tests.rapporter.builder.making import build

pytestmark = pytest.mark.django_db
SATURDAY = datetime(2026, 11, 28, 12, tzinfo=SWEDEN)


def clock(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=SWEDEN)


@pytest.fixture
def region():
    with time_machine.travel(SATURDAY, tick=False):
        yield Region()


def told():
    return sorted(Message.objects.values_list("person__email", flat=True))


def test_everybody_who_sees_it_is_told_once_in_a_week(region):
    report = build(region.physician, schedule="weekly")
    coordinator, manager = region.coordinator, person_as("unit_manager", region.ward)
    keeping.share(report, by=region.physician, person=coordinator)
    keeping.share(report, by=region.physician, unit=region.hospital)
    # Reads nothing that is counted, although the share reaches her.
    assert region.reporter.home_unit == region.ward

    assert telling.sweep(clock(11, 29, 23)) == 0
    assert telling.sweep(clock(11, 30, 6, 59)) == 0
    assert telling.sweep(clock(11, 30, 7)) == 1
    assert telling.sweep(clock(11, 30, 7)) == 0
    assert telling.sweep(clock(12, 4, 9)) == 0

    assert told() == sorted([region.physician.email, coordinator.email, manager.email])
    assert telling.sweep(clock(12, 8, 9)) == 1  # late, and once
    assert Message.objects.count() == 6


def test_a_month_begins_in_swedish_time(region):
    build(region.physician, schedule="monthly")

    # 05:59 UTC is 06:59 in Sweden in winter.
    assert telling.sweep(clock(12, 1, 6, 59)) == 0
    assert telling.sweep(clock(12, 1, 7)) == 1
    assert telling.sweep(clock(12, 31, 23)) == 0


@pytest.mark.parametrize(
    ("schedule", "now", "then"),
    [
        ("", clock(11, 30, 6), None),
        ("weekly", clock(11, 29, 23), clock(11, 30, 7)),
        ("weekly", clock(11, 30, 6, 59), clock(11, 30, 7)),
        ("weekly", clock(11, 30, 7), clock(12, 7, 7)),
        ("monthly", clock(12, 1, 7), datetime(2027, 1, 1, 7, tzinfo=SWEDEN)),
        ("monthly", clock(10, 25, 1), clock(11, 1, 7)),
    ],
)
def test_the_next_time_is_told(schedule, now, then):
    assert telling.following(schedule, now) == then


def test_nobody_is_told_of_a_report_that_is_not_scheduled(region):
    report = build(region.physician, schedule="weekly")
    build(region.physician, row=report)

    assert telling.sweep(clock(12, 8, 9)) == 0


def test_the_mail_holds_a_link_and_no_figures(region):
    report = build(region.physician, schedule="weekly", name="Hemligt namn")
    telling.sweep(clock(12, 1, 9))
    message = Message.objects.get()
    mail = mails.compose(message)

    assert mail.subject == "En rapport som du följer är klar"
    assert f"/rapporter/{report.pk}/" in mail.body
    assert "Hemligt" not in mail.body
    assert messages.still_seen(message)
    keeping.remove(report, by=region.physician)
    assert not messages.still_seen(message)
