"""Two at once: at a unit's answer, at a reminder, at a waiver, at a distribution. On real threads."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from patientsakerhet.lib.refusal import Refused, Stale
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden import answer_links
from sakerhetsmeddelanden.actions import answers, distribution, links, recipients, reminding
from sakerhetsmeddelanden.actions.answers import DeviceSaid, Said
from sakerhetsmeddelanden.models import AnswerLink, RecipientMail
from tests.at_once import at_once
from tests.factories import person_as
from tests.sakerhetsmeddelanden.sending import (
    ready,
    recipient_of,
    region_with_units,
    sent_out,
    silent_for,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def say(recipient, by, *, affected):
    return answers.answer(
        recipient,
        Said(affected=affected),
        signer=answers.signed_in(by),
        version=recipient.version,
    )


def deny(recipient, by):
    return answers.answer(recipient, Said(affected=False), signer=answers.signed_in(by))


def test_two_of_a_unit_answer_at_once_and_one_of_them_sees_the_other():
    region = region_with_units()
    colleague = person_as(Role.INVESTIGATOR, region.ward)
    for _ in range(ROUNDS):
        case = sent_out(region)
        recipient = recipient_of(case, region.ward)

        results = at_once(
            partial(say, recipient, region.manager, affected=True),
            partial(say, recipient, colleague, affected=False),
        )

        assert sum(isinstance(one, Stale) for one in results) == 1
        answered = recipient.events.filter(step__in=["acknowledge", "sign_not_affected"])
        assert answered.count() == 1


def test_two_tick_off_different_devices_and_both_are_kept():
    region = region_with_units()
    recipient = recipient_of(sent_out(region, devices=2), region.ward)
    first, second = recipient.devices.values_list("pk", flat=True)
    today = timezone.localdate()

    def tick(pk):
        return answers.tick(
            recipient,
            {pk: DeviceSaid("exchanged", on=today, was="")},
            signer=answers.signed_in(region.manager),
        )

    results = at_once(lambda: tick(first), lambda: tick(second))

    assert not any(isinstance(one, Exception) for one in results), results
    assert recipient.devices.filter(outcome="exchanged").count() == 2


def test_an_answer_while_the_reminder_goes_out_leaves_one_truth():
    region = region_with_units()
    for _ in range(ROUNDS):
        recipient = recipient_of(sent_out(region, risk="red"), region.ward)
        silent_for(recipient, hours=3)

        at_once(partial(deny, recipient, region.manager), reminding.sweep)

        now = recipient_of(recipient.notice.case, region.ward)
        assert (now.status, now.next_step_at) == ("not_affected", None)
        reminded = now.events.filter(step="remind").count()
        assert RecipientMail.objects.filter(recipient=now, purpose="reminder").count() == reminded


def test_a_waiver_and_an_answer_at_once_and_one_stands():
    region = region_with_units()
    for _ in range(ROUNDS):
        recipient = recipient_of(sent_out(region), region.ward)

        results = at_once(
            partial(recipients.waive, recipient, by=region.physician, reason="Nedlagd."),
            partial(deny, recipient, region.manager),
        )

        assert sum(isinstance(one, Refused) for one in results) == 1
        now = recipient_of(recipient.notice.case, region.ward)
        assert (now.status == "waived") != (now.answer == "not_affected")


def test_several_workers_send_each_mail_once(monkeypatch):
    monkeypatch.setattr(distribution, "BATCH", 3)
    region = region_with_units(12)
    sending = distribution.distribute(ready(region), by=region.coordinator)

    while not all(at_once(*[lambda: distribution.proceed(sending, seconds=60)] * 4)):
        continue

    sending.refresh_from_db()
    assert (sending.done, sending.finished_at is None) == (12, False)
    assert Message.objects.filter(kind="notice").count() == 12
    assert RecipientMail.objects.count() == 12


def test_several_reminders_at_once_are_one():
    region = region_with_units(4)
    case = sent_out(region, risk="red")
    for unit in region.units:
        silent_for(recipient_of(case, unit), hours=25 / 8)

    at_once(*[reminding.sweep] * 4)

    assert Message.objects.filter(kind="notice_reminder").count() == 4


def test_wrong_codes_at_once_are_all_counted():
    region = region_with_units()
    recipient = recipient_of(sent_out(region), region.ward)
    link = links.make(recipient, address="x@exempel.se", name="", by=region.coordinator)
    token = answer_links.token_kept(link.pk, link.token_lookup)

    def try_it():
        with transaction.atomic():
            return links.open_with(token, "000000x")

    at_once(*[try_it] * 8)

    assert AnswerLink.objects.get(pk=link.pk).attempts == links.MOST_WRONG
    assert links.open_with(token, links.read_code(link, by=region.coordinator)) is None
