"""A notice reaches each chosen unit once, and stands where its mails are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady, WrongStep
from patientsakerhet.notifications import mails, relay, returns
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import coordinating, distribution, resending
from sakerhetsmeddelanden.models import Distribution, Recipient, RecipientEvent, RecipientMail
from tests.factories import fresh, make_provider, make_unit, person_as
from tests.lib.returned_mails import (
    EXCHANGE_ABSENCE,
    GAVE_UP_AFTER_DAYS,
    POSTFIX_UNKNOWN,
    REPLY,
    SENDMAIL_DELAYED,
    crlf,
)
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.making import chosen
from tests.sakerhetsmeddelanden.sending import (
    hand_over,
    not_affected,
    ready,
    recipient_of,
    region_with_units,
    sent_out,
)

pytestmark = pytest.mark.django_db


def _region():
    """Three units, a notice that has been sent to them and one that is ready to be."""
    region = region_with_units(3)
    region.sent, region.ready = sent_out(region), ready(region)
    return region


_made, region = made_once(_region)


@pytest.fixture
def case(region):
    return region.sent


@pytest.fixture
def unsent(region):
    return region.ready


def proceed(sending):
    while not distribution.proceed(sending, seconds=60):
        continue
    sending.refresh_from_db()
    return sending


def send(case, region):
    """The notice sent out and handed over."""
    proceed(distribution.distribute(case, by=region.coordinator))
    hand_over()
    return fresh(case)


def mails_of(case):
    return Message.objects.filter(kind="notice", notice_mail__recipient__notice=case.pk)


def test_every_chosen_unit_has_it_at_once_and_waits_for_its_mail(region, commit, unsent):
    sending = distribution.distribute(unsent, by=region.coordinator)

    commit()
    assert (sending.total, sending.done) == (3, 0)
    assert fresh(unsent).status == "distributing"
    assert set(Recipient.objects.filter(notice=unsent.pk).values_list("status", flat=True)) == {
        "queued"
    }
    reached = CaseAccess.objects.filter(case=unsent, level=Level.RECIPIENT)
    assert set(reached.values_list("unit", flat=True)) == {unit.pk for unit in region.units}
    assert RecipientEvent.objects.filter(recipient__notice=unsent.pk, step="queue").count() == 3
    event = Event.objects.get(action="notice.distribution_begun", case_id=unsent.pk)
    assert sorted(event.payload.body["units"]) == sorted(unit.pk for unit in region.units)


def test_each_unit_is_owed_one_mail(region, commit, unsent):
    sending = distribution.distribute(unsent, by=region.coordinator)

    proceed(sending)
    proceed(sending)

    commit()
    assert (sending.done, sending.finished_at is not None) == (3, True)
    assert sorted(mails_of(unsent).values_list("address", flat=True)) == [
        "avdelning4@exempel.se",
        "mottagning1@exempel.se",
        "mottagning2@exempel.se",
    ]
    owed = RecipientMail.objects.filter(recipient__notice=unsent.pk)
    assert [one.purpose for one in owed] == ["first"] * 3


def test_batches_meet_without_losing_or_doubling_a_unit(region, monkeypatch, unsent):
    monkeypatch.setattr(distribution, "BATCH", 2)
    sending = distribution.distribute(unsent, by=region.coordinator)

    assert distribution.proceed(sending, seconds=0) is False
    sending.refresh_from_db()
    assert (sending.done, sending.finished_at) == (2, None)

    proceed(sending)
    assert mails_of(unsent).count() == 3


def test_a_mail_that_was_handed_over_is_no_answer(region, case):
    recipients = Recipient.objects.filter(notice=case.pk)
    assert {one.status for one in recipients} == {"handed_over"}
    assert all(one.sent_at for one in recipients)
    assert not any(one.answer for one in recipients)
    assert fresh(case).status == "awaiting_units"


def test_the_notice_waits_until_its_last_mail_has_left(region, unsent):
    proceed(distribution.distribute(unsent, by=region.coordinator))

    distribution.sweep(seconds=10)

    assert fresh(unsent).status == "distributing"


def test_what_is_asked_of_nobody_is_refused(region, unsent):
    with pytest.raises(NotAllowed):
        distribution.distribute(unsent, by=region.manager)
    assert not Distribution.objects.filter(notice=unsent.pk).exists()


def test_a_second_press_sends_nothing_twice(region, unsent):
    distribution.distribute(unsent, by=region.coordinator)

    with pytest.raises(WrongStep):
        distribution.distribute(fresh(unsent), by=region.coordinator)


def test_units_chosen_later_are_sent_to_alone(region, case):
    later = make_unit("Senare", parent=region.hospital)
    later.mailbox = "senare@exempel.se"
    later.save(update_fields=["mailbox"])
    chosen(case, later, by=region.coordinator)

    sending = distribution.distribute(fresh(case), by=region.coordinator)
    proceed(sending)

    assert sending.total == 1
    assert Message.objects.filter(address="senare@exempel.se").count() == 1
    assert Message.objects.filter(kind="notice").count() == 4
    hand_over()
    assert fresh(case).status == "awaiting_units"


def test_a_unit_that_answers_before_its_mail_needs_none(region, unsent):
    sending = distribution.distribute(unsent, by=region.coordinator)
    not_affected(recipient_of(unsent, region.ward), region.manager)

    proceed(sending)

    assert sending.done == 3
    assert not mails_of(unsent).filter(address="avdelning4@exempel.se").exists()


# --- who is written to ------------------------------------------------------------------------


def written_to(case, unit):
    found = RecipientMail.objects.filter(recipient__notice=case.pk, recipient__unit=unit)
    return sorted(mails.recipient(one.message) for one in found.select_related("message__person"))


def test_a_unit_without_mailbox_is_written_to_through_those_who_answer_for_it(region, unsent):
    region.ward.mailbox = ""
    region.ward.save(update_fields=["mailbox"])

    case = send(unsent, region)

    assert written_to(case, region.ward) == [region.manager.email]


def test_a_unit_with_nobody_lies_before_a_coordinator_who_can_ring(region, unsent):
    outside = make_unit("Ensam", provider=make_provider("municipality", "Kommunen"))
    chosen(unsent, outside, by=region.coordinator)

    case = send(unsent, region)

    recipient = recipient_of(case, outside)
    assert recipient.status == "bounced_hard"
    assert "Ring" in recipient.events.get(step="bounce").note
    assert fresh(case).status == "awaiting_units"


def test_a_provider_without_accounts_gets_a_personal_link(region, unsent):
    region.private.mailbox = "klinik@exempel.se"
    region.private.save(update_fields=["mailbox"])
    chosen(unsent, region.private, by=region.coordinator)

    case = send(unsent, region)

    mail = Message.objects.get(address="klinik@exempel.se")
    body = mails.compose(mail).body
    link = recipient_of(case, region.private).links.get()
    assert "/sakerhetsmeddelanden/svara/" in body
    assert str(link.pk) not in body
    assert "kod" in body


def test_a_provider_whose_people_sign_in_gets_no_link(region, unsent):
    region.private.mailbox = "klinik@exempel.se"
    region.private.save(update_fields=["mailbox"])
    person_as(Role.EXTERNAL_PARTY, region.private)
    chosen(unsent, region.private, by=region.coordinator)

    case = send(unsent, region)

    assert not recipient_of(case, region.private).links.exists()
    assert (
        "/sakerhetsmeddelanden/till/"
        in mails.compose(Message.objects.get(address="klinik@exempel.se")).body
    )


# --- the mail ---------------------------------------------------------------------------------


def test_the_mail_says_number_title_and_link_and_no_personal_number(region, unsent):
    unsent.title = "Pump hos 19121212-1212 stannade"
    unsent.version += 1
    unsent.save(update_fields=["title", "version"])
    proceed(distribution.distribute(fresh(unsent), by=region.coordinator))

    mail = mails.compose(mails_of(unsent).get(address="avdelning4@exempel.se"))

    assert unsent.number in mail.subject
    assert "Pump hos" not in mail.subject
    assert "Pump hos" in mail.body
    assert "1212-1212" not in mail.body
    assert "Trycksensorn" not in mail.body  # the field 2.1
    assert "Avdelning 4" in mail.body


def test_a_mail_to_a_unit_that_has_answered_does_not_leave(region, post, unsent):
    proceed(distribution.distribute(unsent, by=region.coordinator))
    not_affected(recipient_of(unsent, region.ward), region.manager)

    relay.deliver_due()

    assert sorted(post.recipients) == ["mottagning1@exempel.se", "mottagning2@exempel.se"]


# --- what comes back --------------------------------------------------------------------------


def returned(case, region, sample):
    message = Message.objects.filter(
        kind="notice", notice_mail__recipient=recipient_of(case, region.ward)
    ).latest("created_at")
    raw = crlf(sample, to="svar@region.example", about=message.message_id)
    return returns.receive(raw)


@pytest.mark.parametrize(
    ("sample", "status", "step"),
    [
        (POSTFIX_UNKNOWN, "bounced_hard", "bounce"),
        (GAVE_UP_AFTER_DAYS, "bounced_soft", "bounce_softly"),
        (SENDMAIL_DELAYED, "bounced_soft", "bounce_softly"),
    ],
)
def test_a_returned_mail_moves_the_unit_once(sample, status, step, region, commit, case):
    returned(case, region, sample)
    returned(case, region, sample)
    distribution.sweep(seconds=10)

    commit()
    recipient = recipient_of(case, region.ward)
    assert recipient.status == status
    assert recipient.events.filter(step=step).count() == 1


@pytest.mark.parametrize(
    ("sample", "step"), [(EXCHANGE_ABSENCE, "mail_automatic"), (REPLY, "mail_reply")]
)
def test_an_answer_by_mail_is_told_of_and_is_no_answer(sample, step, region, case):
    returned(case, region, sample)

    recipient = recipient_of(case, region.ward)
    assert (recipient.status, recipient.answer) == ("handed_over", "")
    assert recipient.events.filter(step=step).count() == 1


def test_a_unit_that_has_answered_stays_where_it_is_when_a_mail_comes_back(region, case):
    not_affected(recipient_of(case, region.ward), region.manager)

    returned(case, region, POSTFIX_UNKNOWN)

    recipient = recipient_of(case, region.ward)
    assert recipient.status == "not_affected"
    assert recipient.events.filter(step="mail_returned").count() == 1


@pytest.mark.parametrize(
    ("answer", "status"), [("550 no such box", "bounced_hard"), ("452 full", "queued")]
)
def test_what_the_first_server_refuses_is_as_lost(answer, status, region, post, unsent):
    proceed(distribution.distribute(unsent, by=region.coordinator))
    post.to_recipient = answer

    relay.deliver_due()
    distribution.sweep(seconds=10)

    assert recipient_of(unsent, region.ward).status == status


def test_a_mail_given_up_after_a_day_is_a_soft_bounce(region, unsent):
    proceed(distribution.distribute(unsent, by=region.coordinator))
    mails_of(unsent).update(state="dead", last_error="timeout")

    distribution.sweep(seconds=10)

    assert recipient_of(unsent, region.ward).status == "bounced_soft"


def test_one_of_several_mails_that_comes_back_leaves_the_unit_reached(region, unsent):
    region.ward.mailbox = ""
    region.ward.save(update_fields=["mailbox"])
    person_as(Role.INVESTIGATOR, region.ward)
    case = send(unsent, region)

    returned(case, region, POSTFIX_UNKNOWN)

    recipient = recipient_of(case, region.ward)
    assert recipient.status == "handed_over"
    assert recipient.events.filter(step="mail_returned").count() == 1


# --- sending again, reminding all -------------------------------------------------------------


def test_a_bounced_unit_is_sent_to_again_at_another_address(region, commit, case):
    returned(case, region, POSTFIX_UNKNOWN)
    lost = Message.objects.get(state="dead")

    coordinating.send_again(
        recipient_of(case, region.ward), by=region.coordinator, address="Ny@Exempel.se"
    )

    commit()
    lost.refresh_from_db()
    assert (lost.state, lost.closed_by) == ("closed", region.coordinator)
    recipient = recipient_of(case, region.ward)
    assert (recipient.status, recipient.address) == ("queued", "ny@exempel.se")
    hand_over()
    assert recipient_of(case, region.ward).status == "handed_over"


def test_sending_again_refuses_what_is_no_address_and_who_has_answered(region, case):
    recipient = recipient_of(case, region.ward)

    with pytest.raises(NotReady, match="e-postadress"):
        coordinating.send_again(recipient, by=region.coordinator, address="inte en adress")
    not_affected(recipient, region.manager)
    with pytest.raises(WrongStep):
        coordinating.send_again(recipient, by=region.coordinator)
    with pytest.raises(NotAllowed):
        coordinating.send_again(recipient, by=region.manager)


def test_all_silent_units_are_reminded_by_a_wave_of_its_own(region, commit, case):
    not_affected(recipient_of(case, region.units[1]), region.physician)
    before = recipient_of(case, region.ward).next_step_at

    proceed(distribution.remind_all(case, by=region.coordinator))

    commit()
    statuses = {unit.name: recipient_of(case, unit).status for unit in region.units}
    assert statuses == {
        "Avdelning 4": "reminded", "Mottagning 1": "not_affected", "Mottagning 2": "reminded"
    }  # fmt: skip
    assert Message.objects.filter(kind="notice_reminder").count() == 2
    assert recipient_of(case, region.ward).next_step_at == before


def test_a_wave_of_reminders_waits_for_the_one_before(region, case):
    distribution.remind_all(case, by=region.coordinator)

    with pytest.raises(NotReady, match="pågår"):
        distribution.remind_all(case, by=region.coordinator)


def test_marked_units_are_reminded_and_the_rest_is_said(region, case):
    answered, silent = (recipient_of(case, unit) for unit in region.units[:2])
    not_affected(answered, region.manager)

    reminded = coordinating.remind_now(case, [answered, silent], by=region.coordinator)

    assert reminded.count == 1
    assert sum(reminded.refused.values()) == 1


def test_the_notice_moves_on_when_the_last_unit_has_said_something(region, case):
    for unit in region.units:
        not_affected(recipient_of(case, unit), region.physician)

    distribution.sweep(seconds=10)

    assert fresh(case).status == "actions_ongoing"


def test_a_unit_asked_after_the_day_gets_the_time_of_the_risk_class(region):
    case = ready(region, answer_by=timezone.now() - timedelta(days=1))

    distribution.distribute(case, by=region.coordinator)

    assert recipient_of(case, region.ward).due_at > timezone.now() + timedelta(days=1)


def test_a_worker_that_dies_in_a_batch_leaves_nothing_half_done(region, monkeypatch, unsent):
    monkeypatch.setattr(distribution, "BATCH", 2)
    sending = distribution.distribute(unsent, by=region.coordinator)
    real = distribution.addressees.write_to

    def dies(letters, *args, **kwargs):
        real(letters, *args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(distribution.addressees, "write_to", dies)
    with pytest.raises(KeyboardInterrupt):
        distribution.proceed(sending, seconds=60)
    assert not mails_of(unsent).exists()

    monkeypatch.setattr(distribution.addressees, "write_to", real)
    proceed(sending)
    owed = RecipientMail.objects.filter(recipient__notice=unsent.pk)
    assert owed.count() == mails_of(unsent).count() == 3


# --- sent again after a soft bounce -----------------------------------------------------------


def bounced_softly(case, region):
    """The latest mail to the ward came back for a passing reason, and its wait lies behind."""
    returned(case, region, GAVE_UP_AFTER_DAYS)
    distribution.sweep(seconds=10)


def waited(case, region, **time):
    """So much time has gone since the ward's mail came back."""
    mails_of = RecipientMail.objects.filter(recipient=recipient_of(case, region.ward))
    mails_of.filter(returned_at__isnull=False).update(
        returned_at=timezone.now() - timedelta(**time)
    )


def test_a_soft_bounce_is_sent_again_when_its_wait_is_over_and_not_before(region, case):
    bounced_softly(case, region)

    waited(case, region, minutes=50)
    assert resending.sweep() == 0
    waited(case, region, minutes=70)
    assert resending.sweep() == 1
    assert resending.sweep() == 0

    recipient = recipient_of(case, region.ward)
    assert recipient.status == "queued"
    assert [one.purpose for one in recipient.mails.order_by("at", "pk")] == ["first", "retry"]
    assert not Message.objects.filter(state="dead").exists()
    hand_over()
    assert recipient_of(case, region.ward).status == "handed_over"


def test_each_wait_is_longer_and_after_the_last_somebody_must_ring(region, case):
    for hours in (1, 4, 12):
        bounced_softly(case, region)
        assert recipient_of(case, region.ward).status == "bounced_soft"
        waited(case, region, hours=hours, minutes=-5)
        assert resending.sweep() == 0
        waited(case, region, hours=hours, minutes=5)
        assert resending.sweep() == 1
        hand_over()

    bounced_softly(case, region)

    recipient = recipient_of(case, region.ward)
    assert recipient.status == "bounced_hard"
    assert recipient.mails.filter(purpose="retry").count() == 3
    waited(case, region, days=9)
    assert resending.sweep() == 0


def test_somebody_who_sends_again_begins_the_tries_anew(region, case):
    for hours in (1, 4, 12):
        bounced_softly(case, region)
        waited(case, region, hours=hours, minutes=5)
        resending.sweep()
        hand_over()
    bounced_softly(case, region)
    coordinating.send_again(recipient_of(case, region.ward), by=region.coordinator)
    hand_over()

    bounced_softly(case, region)

    assert recipient_of(case, region.ward).status == "bounced_soft"


def test_a_slow_server_a_lasting_bounce_and_an_answer_are_not_sent_again(region, case, unsent):
    slow, lost, told = case, send(unsent, region), sent_out(region)
    returned(slow, region, SENDMAIL_DELAYED)
    returned(lost, region, POSTFIX_UNKNOWN)
    bounced_softly(told, region)
    not_affected(recipient_of(told, region.ward), region.manager)
    for case in (slow, lost, told):
        waited(case, region, days=2)

    assert resending.sweep() == 0
