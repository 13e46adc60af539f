"""A promise to tell somebody is made once, in the transaction that makes it true."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.notifications import kinds, outbox
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_kind():
    kinds.register("test.reminder", subject="Påminnelse om {number}", template="x.txt")


@pytest.fixture
def anna():
    return Person.objects.create_user(email="anna@example.org", name="Anna Ek")


def test_a_promise_is_a_row_that_waits(anna):
    message = outbox.promise(
        "test.reminder", key="r:1", person=anna, case_id=4, number="AV-2026-00004", context={"n": 1}
    )
    stored = Message.objects.get()
    assert stored == message
    assert (stored.state, stored.attempts, stored.urgent) == ("pending", 0, True)
    assert (stored.person, stored.number, stored.case_id) == (anna, "AV-2026-00004", 4)
    assert stored.context == {"n": 1}
    assert stored.message_id == f"<{stored.pk}@localhost>"
    assert list(Message.objects.due()) == [stored]


def test_the_same_key_is_promised_once(anna):
    first = outbox.promise("test.reminder", key="r:1", person=anna)
    second = outbox.promise("test.reminder", key="r:1", person=anna)
    assert first == second
    assert Message.objects.count() == 1


def test_a_promise_for_later_is_not_due(anna):
    later = timezone.now() + timedelta(hours=1)
    outbox.promise("test.reminder", key="r:1", person=anna, not_before=later)
    assert not Message.objects.due().exists()
    assert Message.objects.owed().exists()


def test_what_is_not_urgent_waits_for_the_digest(anna):
    message = outbox.promise("test.reminder", key="r:1", person=anna, urgent=False)
    assert not Message.objects.due().exists()
    in_a_minute = timezone.now() + timedelta(minutes=1)
    assert list(Message.objects.for_digest(before=in_a_minute)) == [message]


def test_a_message_on_the_page_is_seen_by_its_person_only(anna):
    bo = Person.objects.create_user(email="bo@example.org", name="Bo Alm")
    message = outbox.promise("test.reminder", key="r:1", person=anna, channel="page")
    assert list(Message.objects.on_page_of(anna)) == [message]
    assert not Message.objects.on_page_of(bo).exists()
    assert not Message.objects.due().exists()


def test_an_unknown_kind_is_refused_when_promised(anna):
    with pytest.raises(kinds.UnknownKind):
        outbox.promise("test.unheard", key="r:1", person=anna)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"person": True, "address": "bo@example.org"},
        {"address": "bo@example.org", "channel": "page"},
    ],
)
def test_a_message_has_one_recipient(anna, wrong):
    given = {**wrong, **({"person": anna} if "person" in wrong else {})}
    with pytest.raises(IntegrityError, match="message_has_one_recipient"), transaction.atomic():
        outbox.promise("test.reminder", key="r:1", **given)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "leased"}, "message_is_leased_until"),
        ({"lease_until": timezone.now}, "message_is_leased_until"),
        ({"state": "sent"}, "message_sent_at_a_time"),
        ({"state": "collected"}, "message_collected_in_a_digest"),
        ({"state": "closed"}, "message_closed_with_a_reason"),
        ({"closed_reason": "därför"}, "message_closed_with_a_reason"),
    ],
)
def test_a_state_has_the_facts_that_belong_to_it(anna, change, name):
    message = outbox.promise("test.reminder", key="r:1", person=anna)
    values = {field: value() if callable(value) else value for field, value in change.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**values)


@pytest.mark.parametrize("subject", ["Ny fråga från {name}", "{number} {title}"])
def test_a_subject_holds_the_number_only(subject):
    with pytest.raises(ValueError, match="number of the case"):
        kinds.register("test.wrong", subject=subject)


@pytest.mark.parametrize("name", ["", "Case", "a b", "../x"])
def test_a_kind_has_a_plain_name(name):
    with pytest.raises(ValueError, match="no name"):
        kinds.register(name, subject="x")


def test_the_relay_is_woken_once_per_transaction(anna, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        outbox.promise("test.reminder", key="r:1", person=anna)
        outbox.promise("test.reminder", key="r:2", person=anna)
        outbox.promise("test.reminder", key="r:3", person=anna, urgent=False)
    assert len(waiting) == 1
