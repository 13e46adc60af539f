"""Several relays, and relays that are killed: nothing is lost, and repeats can be recognised."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from patientsakerhet.notifications import outbox, relay
from patientsakerhet.notifications.models import Message
from patientsakerhet.notifications.relay import Delivered
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

RELAY = (
    "import django; django.setup(); "
    "from patientsakerhet.notifications import kinds, relay; "
    "kinds.register('test.reminder', subject='{number}', template='notifications/reminder.txt'); "
    "relay.deliver_due()"
)


def test_four_relays_at_once_send_each_message_once(post, promise):
    messages = [promise() for _ in range(40)]
    told = at_once(*[relay.deliver_due] * 4)
    assert sum(each.sent for each in told) == 40
    assert sorted(post.message_ids) == sorted(message.message_id for message in messages)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_two_who_promise_the_same_at_once_owe_it_once(promise):
    promise()
    given = at_once(
        *[lambda: outbox.promise_once("test.reminder", key="same", address="a@example.org")] * 6
    )
    assert len({message.pk for message, _ in given}) == 1
    assert sorted(is_new for _, is_new in given) == [False] * 5 + [True]


def relay_process():
    """A relay in a process of its own, on the test database and the test's mail server."""
    at = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "patientsakerhet.settings",
        "DATABASE_URL": (
            f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}"
            f"?host={at['HOST']}&port={at['PORT']}"
            if at["HOST"].startswith("/")
            else f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        ),
        "EMAIL_HOST": settings.EMAIL_HOST,
        "EMAIL_PORT": str(settings.EMAIL_PORT),
        "MAIL_DIR": "",
        "DEBUG": "1",
    }
    return subprocess.Popen([sys.executable, "-c", RELAY], env=environment, cwd=settings.BASE_DIR)


@pytest.mark.kill
def test_a_relay_killed_between_sending_and_writing_loses_nothing(post, promise):
    """The mail server kills the relay in the moment it has taken the second mail over."""
    messages = [promise() for _ in range(5)]
    killed = threading.Event()
    child = []

    def kill_at_the_second(server, mail):
        if len(post.received) == 1:
            child[0].send_signal(signal.SIGKILL)
            child[0].wait()
            killed.set()
        return "250 OK"

    post.to_content = kill_at_the_second
    with relay_process() as process:
        child.append(process)
        assert killed.wait(timeout=60)
    assert process.returncode == -signal.SIGKILL

    assert sorted(Message.objects.values_list("state", flat=True)) == [
        "leased",
        "pending",
        "pending",
        "pending",
        "sent",
    ]
    assert relay.deliver_due() == Delivered(sent=3)
    Message.objects.filter(state="leased").update(lease_until=Now() - timedelta(seconds=1))
    assert relay.deliver_due() == Delivered(sent=1)

    promised = {message.message_id for message in messages}
    assert set(post.message_ids) == promised
    assert len(post.message_ids) == len(promised) + 1
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
