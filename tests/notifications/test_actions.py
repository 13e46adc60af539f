"""What could not be sent is retried or written off by somebody, who leaves a trace."""

import pytest

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotReady, WrongStep
from patientsakerhet.lib.text import UnusableText
from patientsakerhet.notifications import actions, relay
from patientsakerhet.notifications.models import Message
from patientsakerhet.notifications.relay import Delivered

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead(post, promise):
    post.to_recipient = "550 5.1.1 unknown"
    message = promise(case_id=7)
    relay.deliver_due()
    post.to_recipient = "250 OK"
    return message


def test_a_retried_message_is_sent_under_its_own_name(dead, person, post):
    actions.retry(dead, by=person)
    assert relay.deliver_due() == Delivered(sent=1)
    assert post.message_ids == [dead.message_id]
    told = Event.objects.with_body().get()
    assert (told.action, told.actor_id, told.case_id) == ("message.retried", person.pk, 7)
    assert told.number == dead.number
    assert told.payload.body["message"] == str(dead.pk)
    assert told.payload.body["error"] == "smtp_550"


def test_a_retried_message_has_another_day(dead, person, post):
    actions.retry(dead, by=person)
    post.to_sender = "450 later"
    assert relay.deliver_due() == Delivered(failed=1)


def test_a_closed_message_keeps_who_and_why(dead, person):
    actions.close(dead, by=person, reason=" Ringde avdelningen. ")
    dead.refresh_from_db()
    assert (dead.state, dead.closed_by, dead.closed_reason) == (
        "closed",
        person,
        "Ringde avdelningen.",
    )
    assert not Message.objects.dead().exists()
    told = Event.objects.with_body().get()
    assert told.action == "message.closed"
    assert "Ringde" not in str(told.payload.body)


def test_closing_asks_for_a_reason(dead, person):
    with pytest.raises(NotReady, match="Skriv hur mottagaren"):
        actions.close(dead, by=person, reason=" \n")
    with pytest.raises(UnusableText):
        actions.close(dead, by=person, reason="a\x00b")
    assert not Event.objects.exists()


@pytest.mark.parametrize("act", [actions.retry, actions.close])
def test_only_what_was_given_up_can_be_retried_or_closed(promise, person, act):
    message = promise()
    more = {"reason": "x"} if act is actions.close else {}
    with pytest.raises(WrongStep):
        act(message, by=person, **more)
    assert not Event.objects.exists()
