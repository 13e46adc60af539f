"""What was promised leaves once, whatever the mail server does meanwhile."""

import smtplib
import ssl
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone

from patientsakerhet.notifications import kinds, relay
from patientsakerhet.notifications.models import Message
from patientsakerhet.notifications.relay import Delivered, Fault
from tests.notifications.conftest import free_port

pytestmark = pytest.mark.django_db


def state_of(message):
    message.refresh_from_db()
    return message.state, message.last_error


def let_time_pass(**delta):
    """Everything that waits has waited this long."""
    earlier = timedelta(**delta)
    for field in ("not_before", "lease_until", "first_tried_at"):
        waiting = Message.objects.exclude(**{field: None})
        for message in waiting:
            Message.objects.filter(pk=message.pk).update(
                **{field: getattr(message, field) - earlier}
            )


def test_what_is_due_is_sent_over_one_connection(post, promise):
    messages = [promise() for _ in range(5)]
    assert relay.deliver_due() == Delivered(sent=5)
    assert post.connections == 1
    assert sorted(post.message_ids) == sorted(message.message_id for message in messages)
    for message in messages:
        assert state_of(message) == ("sent", "")
        assert message.sent_at
        assert message.lease_until is None
    assert relay.deliver_due() == Delivered()


def test_the_mail_holds_number_and_link_and_says_it_is_automatic(post, promise, settings):
    settings.BASE_URL = "https://varsam.region.example"
    promise(address="bo@example.org", context={"path": "/avvikelser/AV-2026-00001/?flik=a&b"})
    relay.deliver_due()
    (mail,) = post.received
    assert post.recipients == ["bo@example.org"]
    assert mail["To"] == "bo@example.org"
    assert mail["From"] == "Varsam <varsam@region.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "P=C3=A5minnelse" in mail["Subject"]
    body = mail.get_payload(decode=True).decode()
    assert "https://varsam.region.example/avvikelser/AV-2026-00001/?flik=a&b\r\n" in body
    assert "AV-2026-00001" in body


def test_a_person_gets_it_at_the_address_of_today(post, promise, person):
    promise(person=person)
    person.email = "anna.ny@example.org"
    person.save()
    relay.deliver_due()
    assert post.recipients == ["anna.ny@example.org"]


def test_who_has_left_is_not_told(post, promise, person):
    message = promise(person=person)
    person.is_active = False
    person.save()
    assert relay.deliver_due() == Delivered(withdrawn=1)
    assert state_of(message) == ("withdrawn", "")
    assert post.received == []


def test_what_has_lost_its_point_is_withdrawn(post, promise):
    due = {"is": False}
    kinds.register(
        "test.closed",
        subject="x",
        template="notifications/reminder.txt",
        still_due=lambda message: due["is"],
    )
    message = promise(kind="test.closed")
    assert relay.deliver_due() == Delivered(withdrawn=1)
    assert state_of(message) == ("withdrawn", "")


def test_what_waits_for_later_the_digest_or_the_page_is_left_alone(post, promise, person):
    promise(not_before=timezone.now() + timedelta(hours=1))
    promise(urgent=False)
    promise(person=person, channel="page")
    assert relay.deliver_due() == Delivered()


def test_a_server_that_refuses_connections_costs_one_try(post, promise, settings):
    settings.EMAIL_PORT = free_port()
    messages = [promise() for _ in range(3)]
    assert relay.deliver_due() == Delivered(failed=1)
    assert sorted(state_of(message) for message in messages) == [
        ("failed", "refused"),
        ("pending", ""),
        ("pending", ""),
    ]


def test_a_server_that_hangs_is_left_after_the_timeout(post, promise, settings):
    settings.EMAIL_TIMEOUT = 0.2
    post.hang_at_content = True
    message = promise()
    assert relay.deliver_due() == Delivered(failed=1)
    assert state_of(message) == ("failed", "timeout")


def test_a_server_that_is_closing_stops_the_run(post, promise):
    post.to_sender = "421 4.3.2 closing down"
    first, second = promise(), promise()
    assert relay.deliver_due() == Delivered(failed=1)
    assert state_of(first) == ("failed", "smtp_421")
    assert state_of(second) == ("pending", "")


def test_a_greylisted_message_is_tried_again_and_the_others_go_on(post, promise):
    refused = {"AV-2026-00001"}
    post.to_content = lambda server, mail: (
        "451 4.7.1 try later"
        if any(number in mail.get_payload(decode=True).decode() for number in refused)
        else "250 OK"
    )
    first, second = promise(), promise()
    assert relay.deliver_due() == Delivered(sent=1, failed=1)
    assert state_of(first) == ("failed", "smtp_451")
    assert state_of(second) == ("sent", "")
    assert relay.deliver_due() == Delivered()
    refused.clear()
    let_time_pass(minutes=2)
    assert relay.deliver_due() == Delivered(sent=1)
    assert state_of(first) == ("sent", "")
    assert len(set(post.message_ids)) == 2


@pytest.mark.parametrize(
    ("at", "code"), [("to_recipient", "550"), ("to_recipient", "552"), ("to_sender", "553")]
)
def test_a_final_refusal_makes_the_message_work_for_somebody(post, promise, at, code):
    setattr(post, at, f"{code} 5.1.1 no")
    message = promise()
    assert relay.deliver_due() == Delivered(dead=1)
    assert state_of(message) == ("dead", f"smtp_{code}")
    assert list(Message.objects.dead()) == [message]
    let_time_pass(hours=30)
    assert relay.deliver_due() == Delivered()


def test_a_server_that_takes_the_mail_and_hangs_up_leads_to_the_same_mail_again(post, promise):
    def drop(server, mail):
        server.transport.abort()
        return "250 OK"

    post.to_content = drop
    message = promise()
    assert relay.deliver_due() == Delivered(failed=1)
    assert state_of(message) == ("failed", "disconnected")
    post.to_content = lambda server, mail: "250 OK"
    let_time_pass(minutes=2)
    assert relay.deliver_due() == Delivered(sent=1)
    assert post.message_ids == [message.message_id] * 2


def test_a_day_of_failures_ends_with_a_person(post, promise):
    post.to_sender = "450 later"
    message = promise()
    relay.deliver_due()
    let_time_pass(hours=23)
    assert relay.deliver_due() == Delivered(failed=1)
    assert state_of(message)[0] == "failed"
    let_time_pass(hours=2)
    assert relay.deliver_due() == Delivered(dead=1)
    assert state_of(message) == ("dead", "smtp_450")
    assert message.attempts == 2


def test_a_promise_made_long_before_is_not_given_up_before_it_is_tried(post, promise):
    message = promise()
    Message.objects.filter(pk=message.pk).update(created_at=Now() - timedelta(days=10))
    let_time_pass(days=10)
    assert relay.deliver_due() == Delivered(sent=1)


def test_pauses_double_from_a_minute_to_an_hour_and_differ():
    for attempts, minutes in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (5000, 60)]:
        pauses = {relay.pause(attempts) for _ in range(50)}
        assert len(pauses) > 10
        assert all(0.8 * minutes <= pause.total_seconds() / 60 <= 1.2 * minutes for pause in pauses)


def test_the_lease_is_longer_than_a_slow_server(settings):
    settings.EMAIL_TIMEOUT = 10
    assert relay.lease() > timedelta(seconds=2 * 10)
    settings.EMAIL_TIMEOUT = 60
    assert relay.lease() > timedelta(seconds=2 * 60)


def test_a_message_whose_relay_died_is_taken_when_the_lease_is_out(post, promise):
    message = promise()
    assert relay._claim() == message
    assert relay.deliver_due() == Delivered()
    let_time_pass(minutes=10)
    assert relay.deliver_due() == Delivered(sent=1)


def test_a_relay_that_wakes_up_late_cannot_overwrite_what_came_after(post, promise):
    message = promise()
    slow = relay._claim()
    let_time_pass(minutes=10)
    relay.deliver_due()
    told = Delivered()
    fault = Fault("timeout")
    assert not relay._settle(slow, told, state="dead", last_error=fault.code)
    assert told == Delivered(overtaken=1)
    assert state_of(message) == ("sent", "")


def broken(message):
    raise ZeroDivisionError


def drop_kind(kind):
    """As after an upgrade that no longer knows the kind."""
    kinds._kinds.pop(kind)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"still_due": broken}, "unwritten_ZeroDivisionError"),
        ({"path": broken}, "unwritten_ZeroDivisionError"),
        ({"template": "notifications/none.txt"}, "unwritten_TemplateDoesNotExist"),
        (None, "unwritten_UnknownKind"),
    ],
    ids=["its question fails", "its link fails", "its template is gone", "its kind is gone"],
)
def test_a_message_that_cannot_be_written_is_work_for_somebody_and_the_others_leave(
    post, promise, given, code
):
    kinds.register(
        "test.broken",
        subject="x",
        **{"template": "notifications/reminder.txt", **(given or {})},
    )
    good, bad, other = promise(), promise(kind="test.broken"), promise()
    if given is None:
        drop_kind("test.broken")

    assert relay.deliver_due() == Delivered(sent=2, dead=1)

    assert state_of(bad) == ("dead", code)
    assert bad.lease_until is None
    assert [state_of(one) for one in (good, other)] == [("sent", "")] * 2
    assert sorted(post.message_ids) == sorted([good.message_id, other.message_id])
    assert list(Message.objects.dead()) == [bad]


def test_a_database_that_goes_away_is_not_the_messages_fault(post, promise):
    def away(message):
        raise OperationalError("server closed the connection")

    kinds.register("test.away", subject="x", template="notifications/reminder.txt", still_due=away)
    message = promise(kind="test.away")

    with pytest.raises(OperationalError):
        relay.deliver_due()

    assert state_of(message) == ("leased", "")


def test_a_run_ends_when_its_time_is_out(post, promise):
    promise()
    assert relay.deliver_due(work_for=0) == Delivered()


def test_an_address_with_a_line_break_never_becomes_a_header(post, promise, person):
    message = promise(person=person)
    type(person).objects.filter(pk=person.pk).update(email="a@b.se\nBcc: all@b.se")
    assert relay.deliver_due() == Delivered(dead=1)
    assert state_of(message) == ("dead", "bad_header")
    assert post.received == []


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (smtplib.SMTPConnectError(554, b"no"), Fault("smtp_554", stops=True)),
        (smtplib.SMTPHeloError(501, b"no"), Fault("smtp_501", stops=True)),
        (smtplib.SMTPAuthenticationError(535, b"no"), Fault("smtp_535", stops=True)),
        (smtplib.SMTPDataError(554, b"no"), Fault("smtp_554", is_final=True)),
        (smtplib.SMTPDataError(452, b"no"), Fault("smtp_452")),
        (
            smtplib.SMTPRecipientsRefused({"a@b.se": (421, b"no")}),
            Fault("smtp_421", stops=True),
        ),
        (smtplib.SMTPNotSupportedError(), Fault("not_supported", is_final=True)),
        (smtplib.SMTPServerDisconnected(), Fault("disconnected")),
        (TimeoutError(), Fault("timeout", stops=True)),
        (ConnectionRefusedError(), Fault("refused", stops=True)),
        (ConnectionResetError(), Fault("connection", stops=True)),
        (ssl.SSLError(), Fault("connection", stops=True)),
    ],
)
def test_each_answer_of_a_server_means_something(error, fault):
    assert relay.judge(error) == fault
