"""One mail a day to each, on working days at seven, with numbers and links only."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db.models.functions import Now

from patientsakerhet.lib import calendar
from patientsakerhet.notifications import digest, kinds, mails, relay
from patientsakerhet.notifications.models import Message
from patientsakerhet.notifications.relay import Delivered

pytestmark = pytest.mark.django_db

TUESDAY = date(2035, 11, 20)
SEVEN = calendar.moment(TUESDAY, time(7))


def promised_at(message, moment: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(created_at=moment, not_before=moment)


@pytest.fixture
def yesterday(promise):
    """Promise something that is not urgent, the day before."""

    def make(**given):
        message = promise(urgent=False, **given)
        promised_at(message, SEVEN - timedelta(hours=20))
        return message

    return make


def test_everybody_gets_one_mail_with_all_that_waited(yesterday, person, post):
    mine = [yesterday(person=person), yesterday(person=person)]
    other = yesterday(address="bo@example.org")
    assert digest.collect(SEVEN) == 2
    Message.objects.filter(kind=digest.KIND).update(not_before=Now())

    assert relay.deliver_due() == Delivered(sent=2)

    assert sorted(post.recipients) == ["anna@example.org", "bo@example.org"]
    body = next(mail for mail in post.received if mail["To"] == person.email)
    text = body.get_payload(decode=True).decode()
    assert [each.number in text for each in [*mine, other]] == [True, True, False]
    for message in [*mine, other]:
        message.refresh_from_db()
        assert message.state == "collected"
        assert message.collected_in.state == "sent"


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (calendar.moment(TUESDAY, time(6, 59)), 0),
        (SEVEN, 1),
        (calendar.moment(TUESDAY, time(23, 30)), 1),
        (calendar.moment(date(2035, 11, 24), time(9)), 0),  # a Saturday
        (calendar.moment(date(2035, 12, 24), time(9)), 0),  # Christmas Eve
        (calendar.moment(date(2035, 12, 27), time(9)), 1),
    ],
)
def test_digests_leave_on_working_days_from_seven(yesterday, now, count):
    yesterday()
    assert digest.collect(now) == count


def test_what_comes_after_seven_waits_for_the_next_working_day(promise):
    message = promise(urgent=False)
    promised_at(message, SEVEN + timedelta(minutes=5))
    assert digest.collect(SEVEN + timedelta(hours=3)) == 0
    assert digest.collect(SEVEN + timedelta(days=1)) == 1


def test_collecting_twice_a_day_makes_one_digest(yesterday):
    yesterday(address="bo@example.org")
    assert digest.collect(SEVEN) == 1
    late = yesterday(address="bo@example.org")
    assert digest.collect(SEVEN + timedelta(hours=1)) == 0
    late.refresh_from_db()
    assert late.state == "pending"
    assert digest.collect(SEVEN + timedelta(days=1)) == 1


def test_ten_days_of_silence_make_one_digest(yesterday):
    for _ in range(10):
        yesterday(address="bo@example.org")
    assert digest.collect(SEVEN + timedelta(days=9)) == 1
    assert Message.objects.get(kind=digest.KIND).collected.count() == 10


def test_a_digest_with_nothing_left_to_tell_is_withdrawn(yesterday, post):
    kinds.register(
        "test.settled",
        subject="{number}",
        template="notifications/reminder.txt",
        still_due=lambda message: False,
    )
    yesterday(kind="test.settled")
    digest.collect(SEVEN)
    assert relay.deliver_due() == Delivered(withdrawn=1)


def test_the_same_thing_is_told_once(yesterday):
    for _ in range(3):
        message = yesterday(address="bo@example.org", context={"path": "/a/"})
        Message.objects.filter(pk=message.pk).update(number="AV-2026-00001")
    digest.collect(SEVEN)
    collected = Message.objects.get(kind=digest.KIND)
    assert [line.text for line in digest.lines(collected)] == ["Påminnelse om AV-2026-00001"]
    assert mails.compose(collected).body.count("AV-2026-00001") == 1


def test_urgent_messages_are_not_collected(promise):
    promised_at(promise(), SEVEN - timedelta(days=1))
    assert digest.collect(SEVEN) == 0


def test_what_cannot_be_told_is_work_for_somebody_and_the_rest_is_told(yesterday, person, post):
    def broken(message):
        raise KeyError("measure")

    kinds.register("test.broken", subject="x", template="notifications/reminder.txt", path=broken)
    good, bad = yesterday(person=person), yesterday(person=person, kind="test.broken")
    alone = yesterday(address="bo@example.org", kind="test.broken")

    assert digest.collect(SEVEN) == 1
    Message.objects.filter(kind=digest.KIND).update(not_before=Now())
    assert relay.deliver_due() == Delivered(sent=1)

    assert post.recipients == ["anna@example.org"]
    assert good.number in post.received[0].get_payload(decode=True).decode()
    for message in (bad, alone):
        message.refresh_from_db()
        assert (message.state, message.last_error) == ("dead", "unwritten_KeyError")
