"""A mail that comes back is tied to its message, and changes it once."""

from uuid import uuid4

import pytest
from django.db import transaction

from patientsakerhet.audit.models import Event
from patientsakerhet.notifications import kinds, mails, relay, return_path, returns
from patientsakerhet.notifications.models import Message
from patientsakerhet.notifications.returns import Sort
from tests.at_once import at_once
from tests.lib.returned_mails import (
    ARRIVED,
    EXCHANGE_ABSENCE,
    FAILURES,
    GAVE_UP_AFTER_DAYS,
    GROUP_ADDRESS,
    POSTFIX_UNKNOWN,
    QMAIL,
    REPLY,
    SENDMAIL_DELAYED,
    crlf,
)

BOX = "sakerhet@region.example"


@pytest.fixture(autouse=True)
def _mail_comes_back(settings):
    settings.RETURN_ADDRESS = BOX


@pytest.fixture
def heard():
    """What the kind of the message was told."""
    return []


@pytest.fixture
def sent(promise, heard):
    kinds.register(
        "test.returned",
        subject="{number}",
        template="notifications/reminder.txt",
        after_return=lambda message, failure: heard.append((failure.status, failure.is_hard)),
        after_reply=lambda message, automatic: heard.append(automatic),
    )
    message = promise(kind="test.returned")
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=message.created_at)
    return message


def came(sample, message, **given):
    given = {"to": return_path.address_for(message.pk), "about": message.message_id, **given}
    return returns.receive(crlf(sample, **given))


def state(message):
    message.refresh_from_db()
    return message.state, message.last_error


# --- the address ------------------------------------------------------------------------------


def test_a_mail_leaves_with_an_address_of_its_own_to_come_back_to(promise, post):
    message = promise()

    relay.deliver_due()

    assert post.received[0]["From"] == "Varsam <varsam@region.example>"
    assert return_path.message_in(post.envelope_senders[0]) == message.pk


def test_without_a_mailbox_for_returns_mail_comes_back_to_the_sender(promise, post, settings):
    settings.RETURN_ADDRESS = ""
    promise()

    relay.deliver_due()

    assert post.envelope_senders == ["varsam@region.example"]


def test_the_address_fits_and_survives_a_change_of_case(settings):
    settings.RETURN_ADDRESS = "a" * 22 + "@region.example"
    pk = uuid4()
    address = return_path.address_for(pk)

    assert len(address.rpartition("@")[0]) <= 64
    assert return_path.message_in(address) == pk
    assert return_path.message_in(address.upper()) == pk


def test_an_address_we_have_not_signed_names_nothing():
    local, _, domain = return_path.address_for(uuid4()).rpartition("@")
    other = return_path.address_for(uuid4()).rpartition("@")[0]

    assert return_path.message_in(f"{local[:-13]}{other[-13:]}@{domain}") is None
    for forged in (f"{local[:-1]}@{domain}", f"x{local}x@{domain}", BOX, "", "@", "+b-@x"):
        assert return_path.message_in(forged) is None


def test_an_address_signed_with_an_earlier_key_still_holds(settings):
    settings.SEALING_KEYS = ["old"]
    pk = uuid4()
    address = return_path.address_for(pk)
    settings.SEALING_KEYS = ["old", "new"]

    assert return_path.message_in(address) == pk
    assert return_path.address_for(pk) != address


# --- what comes back --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, (_, told) in FAILURES.items() if told[-1][3]])
def test_what_was_not_delivered_lies_before_a_person(name, sent, heard):
    sample, told = FAILURES[name]
    _, status, is_hard, _ = told[-1]

    assert came(sample, sent).sort == Sort.UNDELIVERED

    assert state(sent) == ("dead", f"returned_{status}")
    assert heard == [(status, is_hard)]
    assert Event.objects.filter(action="message.returned", number=sent.number).count() == 1


def test_the_same_mail_again_changes_nothing(sent, heard):
    came(POSTFIX_UNKNOWN, sent)

    assert came(POSTFIX_UNKNOWN, sent).sort == Sort.UNDELIVERED

    assert len(heard) == 1
    assert Event.objects.filter(action="message.returned").count() == 1


def test_a_delay_is_told_and_the_message_is_still_sent(sent, heard):
    assert came(SENDMAIL_DELAYED, sent).sort == Sort.DELAYED

    assert state(sent) == ("sent", "")
    assert heard == [("4.4.1", False)]


def test_the_worst_of_several_counts(sent, heard):
    came(GROUP_ADDRESS, sent)

    assert heard == [("5.1.1", True)]


def test_a_mail_from_nobody_is_an_undelivered_message(sent, heard):
    assert came(QMAIL, sent).sort == Sort.UNDELIVERED
    assert state(sent) == ("dead", "returned")
    assert heard == [("", False)]


def test_a_report_of_arrival_changes_nothing(sent, heard):
    assert came(ARRIVED, sent).sort == Sort.DELIVERED
    assert (state(sent), heard) == (("sent", ""), [])


@pytest.mark.parametrize(("sample", "is_automatic"), [(EXCHANGE_ABSENCE, True), (REPLY, False)])
def test_an_answer_by_mail_is_told_and_changes_nothing(sample, is_automatic, sent, heard):
    returned = came(sample, sent)

    assert returned.sort == (Sort.AUTOMATIC if is_automatic else Sort.REPLY)
    assert (state(sent), heard) == (("sent", ""), [is_automatic])


def test_without_the_signed_address_the_quoted_identity_ties_it(sent, heard):
    assert came(GAVE_UP_AFTER_DAYS, sent, to=BOX).message == sent
    assert heard == [("4.2.2", False)]


def test_the_signed_address_weighs_more_than_what_is_quoted(sent, promise):
    other = promise()

    assert came(POSTFIX_UNKNOWN, sent, about=other.message_id).message == sent


def test_a_mail_about_nothing_of_ours_is_left_alone(sent, heard):
    assert came(POSTFIX_UNKNOWN, sent, to=BOX, about="<annat@x.example>") is None
    assert returns.receive(b"Subject: hej\r\n\r\nhej") is None
    assert returns.receive(b"x" * (11 * 2**20)) is None
    assert (state(sent), heard) == (("sent", ""), [])


def test_a_relay_that_is_told_too_late_does_not_overwrite_a_return(sent):
    Message.objects.filter(pk=sent.pk).update(state="leased", lease_until=sent.created_at)
    leased = Message.objects.get(pk=sent.pk)

    came(POSTFIX_UNKNOWN, sent)
    relay._settle(leased, relay.Delivered(), state="sent", sent_at=sent.created_at)

    assert state(sent)[0] == "dead"


def test_a_mail_still_says_nothing_of_the_case(sent):
    assert return_path.address_for(sent.pk) not in str(mails.compose(sent).message()["From"])


@pytest.mark.django_db(transaction=True)
def test_two_readers_of_one_mail_change_it_once(sent, heard):
    def read():
        with transaction.atomic():
            return came(POSTFIX_UNKNOWN, sent).sort

    assert at_once(*[read] * 4) == [Sort.UNDELIVERED] * 4
    assert len(heard) == 1
