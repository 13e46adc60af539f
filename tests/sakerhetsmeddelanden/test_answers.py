"""What a unit may say, when, and what stands afterwards."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import SealedText
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Refused, Stale, WrongStep
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import answers, coordinating, recipients
from sakerhetsmeddelanden.actions.answers import DeviceSaid, Said
from sakerhetsmeddelanden.actions.coordinating import Call
from sakerhetsmeddelanden.models import Recipient
from sakerhetsmeddelanden.workflow import CLOSING, RECIPIENT_WORKFLOW
from tests.factories import fresh, make_device, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.making import WAY, chosen, entered, step
from tests.sakerhetsmeddelanden.sending import (
    affected,
    ask_about,
    dealt_with,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
)

pytestmark = pytest.mark.django_db


def _sent():
    region = region_with_units()
    return region, sent_out(region, devices=2)


_made, sent = made_once(_sent)


@pytest.fixture
def region(sent):
    return sent[0]


@pytest.fixture
def case(sent):
    return sent[1]


@pytest.fixture
def recipient(case, region):
    return recipient_of(case, region.ward)


def fresh_of(recipient):
    return Recipient.objects.select_related("notice__case", "unit").get(pk=recipient.pk)


NOT_HERE = DeviceSaid("not_here")


# --- the answer -------------------------------------------------------------------------------


def test_affected_with_every_device_dealt_with_is_done_in_one_answer(recipient, region, commit):
    affected(recipient, region.manager, done=True, devices=dealt_with(recipient), note="Klart.")

    commit()
    now = fresh_of(recipient)
    assert (now.status, now.answer, now.answer_note) == ("action_done", "affected", "Klart.")
    assert (now.answered_by, now.answered_via) == (region.manager, "page")
    assert now.answered_name.startswith(region.manager.name)
    assert now.done_at is not None
    assert now.next_step_at is None
    told = now.devices.values_list("outcome", "answered_by", "answered_name")
    assert set(told) == {("quarantined", region.manager.pk, region.manager.name)}
    assert Event.objects.filter(action="notice.finish", unit_id=region.ward.pk).count() == 1


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("quarantined", "quarantined"),
        ("returned", "returned"),
        ("exchanged", "returned"),
        ("destroyed", "scrapped"),
        ("updated", "in_use"),
        ("checked", "in_use"),
    ],
)
def test_the_register_says_what_the_unit_has_done(outcome, status, recipient, region):
    affected(recipient, region.manager, devices=dealt_with(recipient, outcome))

    found = {one.device.status for one in recipient.devices.select_related("device")}
    assert found == {status}
    told = Event.objects.filter(action="device.stands", actor_id=region.manager.pk).count()
    assert told == (0 if status == "in_use" else 2)


def test_what_is_taken_back_is_taken_back_in_the_register(recipient, region):
    affected(recipient, region.manager, done=True, devices=dealt_with(recipient))

    not_affected(recipient, region.manager, all_devices=NOT_HERE, reason="Fel modell.")

    assert {one.device.status for one in recipient.devices.select_related("device")} == {"in_use"}


def test_done_is_refused_while_a_device_is_unanswered(recipient, region):
    one = recipient.devices.first()
    said = {one.pk: DeviceSaid("quarantined", on=timezone.localdate())}

    with pytest.raises(NotReady, match="Svar saknas om en utrustning"):
        affected(recipient, region.manager, done=True, devices=said)

    now = fresh_of(recipient)
    assert (now.status, now.answer) == ("handed_over", "")
    assert not now.devices.exclude(outcome="").exists()


def test_not_affected_is_signed_and_says_why(recipient, region, commit):
    with pytest.raises(NotReady, match="inte finns hos er"):
        not_affected(recipient, region.manager)

    not_affected(recipient, region.manager, all_devices=NOT_HERE)

    commit()
    assert fresh_of(recipient).status == "not_affected"
    assert set(recipient.devices.values_list("outcome", flat=True)) == {"not_here"}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (DeviceSaid("quarantined"), "vilken dag"),
        (DeviceSaid("quarantined", on=timezone.localdate() + timedelta(days=2)), "inte varit än"),
        (DeviceSaid("exploded", on=timezone.localdate()), "välj vad ni har gjort"),
    ],
)
def test_what_is_half_said_of_a_device_is_refused(said, sentence, recipient, region):
    with pytest.raises(NotReady, match=sentence):
        affected(recipient, region.manager, devices={recipient.devices.first().pk: said})


def test_another_units_device_cannot_be_answered_for(recipient, region):
    with pytest.raises(NotReady, match="hör inte till"):
        affected(recipient, region.manager, devices={0: NOT_HERE})


def test_a_personal_number_in_a_comment_is_masked_and_sealed(recipient, region):
    affected(recipient, region.manager, note="Gäller 19121212-1212.")

    assert "1212-1212" not in fresh_of(recipient).answer_note
    assert SealedText.objects.filter(case=recipient.notice_id).count() == 1


# --- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LOG_REVIEWER, Role.ADMINISTRATOR])
def test_who_may_not_answer_is_refused_and_marked(role, recipient, region):
    with pytest.raises(NotAllowed):
        affected(recipient, person_as(role, region.ward))

    assert fresh_of(recipient).answer == ""


def test_a_manager_of_another_recipient_cannot_answer_for_this_one(case, region):
    later = chosen(case, region.sibling, by=region.coordinator)
    beside = person_as(Role.UNIT_MANAGER, region.sibling)

    with pytest.raises(NotAllowed, match="egen enhet"):
        affected(recipient_of(case, region.ward), beside)
    assert later.pk


def test_the_manager_above_answers_for_the_unit(recipient, region):
    affected(recipient, person_as(Role.HEAD_OF_OPERATIONS, region.hospital))

    assert fresh_of(recipient).answer == "affected"


# --- corrections ------------------------------------------------------------------------------


def test_a_changed_answer_takes_a_reason_and_leaves_both_in_the_history(recipient, region, commit):
    not_affected(recipient, region.manager, all_devices=NOT_HERE)

    with pytest.raises(NotReady, match="Skriv varför svaret ändras"):
        affected(recipient, region.manager)
    affected(recipient, region.manager, reason="Vi hittade en i förrådet.")

    commit()
    now = fresh_of(recipient)
    assert now.status == "acknowledged_affected"
    steps_taken = list(now.events.values_list("step", flat=True))
    assert steps_taken[-2:] == ["sign_not_affected", "acknowledge"]
    corrected = now.events.last()
    assert (corrected.note, corrected.body["corrected"]) == ("Vi hittade en i förrådet.", True)


def test_what_was_done_is_taken_back_to_not_affected_with_a_reason(recipient, region, commit):
    affected(recipient, region.manager, done=True, devices=dealt_with(recipient))

    not_affected(recipient, region.manager, all_devices=NOT_HERE, reason="Fel modell.")

    commit()
    now = fresh_of(recipient)
    assert (now.status, now.done_at) == ("not_affected", None)


def test_going_on_with_the_work_is_no_correction(recipient, region):
    affected(recipient, region.manager)

    affected(recipient, region.manager, done=True, devices=dealt_with(recipient))

    assert fresh_of(recipient).status == "action_done"


def test_pressing_twice_is_one_answer(recipient, region):
    said = Said(affected=True, done=True, devices=dealt_with(recipient), note="Klart.")
    signer = answers.signed_in(region.manager)

    answers.answer(recipient, said, signer=signer, version=recipient.version)
    answers.answer(recipient, said, signer=signer, version=recipient.version)

    assert fresh_of(recipient).events.filter(step="finish").count() == 1


def test_somebody_elses_answer_in_between_is_seen(recipient, region):
    other = person_as(Role.INVESTIGATOR, region.ward)
    affected(recipient, other)

    with pytest.raises(Stale):
        answers.answer(
            recipient,
            Said(affected=True, note="Annat."),
            signer=answers.signed_in(region.manager),
            version=recipient.version,
        )


# --- the work list ----------------------------------------------------------------------------


def tick(recipient, by, *devices, outcome="exchanged", **said):
    today = timezone.localdate()
    return answers.tick(
        recipient,
        {one.pk: DeviceSaid(outcome, on=today, was=one.outcome, **said) for one in devices},
        signer=answers.signed_in(by),
    )


def test_devices_are_ticked_off_over_days_by_several(recipient, region, commit):
    first, second = recipient.devices.all()
    colleague = person_as(Role.ACTION_OWNER, region.ward)

    tick(recipient, region.manager, first)
    assert fresh_of(recipient).status == "acknowledged_affected"
    tick(recipient, colleague, second)
    affected(recipient, region.manager, done=True)

    commit()
    now = fresh_of(recipient)
    assert now.status == "action_done"
    assert set(now.devices.values_list("answered_by", flat=True)) == {
        region.manager.pk,
        colleague.pk,
    }


def test_two_who_tick_the_same_device_differently_see_each_other(recipient, region):
    first = recipient.devices.first()
    tick(recipient, region.manager, first)

    with pytest.raises(Stale, match="hann svara"):
        tick(recipient, region.manager, first, outcome="returned")


def test_two_who_tick_the_same_device_alike_agree(recipient, region):
    first = recipient.devices.first()
    tick(recipient, region.manager, first)

    tick(recipient, region.manager, first)

    assert fresh_of(recipient).devices.exclude(outcome="").count() == 1


def test_a_signed_answer_is_not_ticked_away_without_a_reason(recipient, region):
    affected(recipient, region.manager, done=True, devices=dealt_with(recipient))
    first = recipient.devices.first()

    with pytest.raises(NotReady, match="varför"):
        tick(recipient, region.manager, first, outcome="returned")


# --- on the telephone -------------------------------------------------------------------------


def test_what_is_said_on_the_telephone_waits_for_a_signature(recipient, region, commit):
    call = Call(
        "Eva Ek, sjuksköterska", "De har inga.", "040-123", Said(False, all_devices=NOT_HERE)
    )

    coordinating.phone(recipient, call, by=region.coordinator)

    commit()
    now = fresh_of(recipient)
    assert (now.status, now.answered_via) == ("acknowledged_not_affected", "phone")
    assert now.answered_name == "Eva Ek, sjuksköterska"
    assert now.events.get(step="phone").body == {
        "with": "Eva Ek, sjuksköterska",
        "number": "040-123",
    }
    not_affected(now, region.manager)
    assert fresh_of(now).status == "not_affected"


def test_a_call_that_nobody_took_is_written_down_too(recipient, region):
    for said in ("Ingen svarade.", "Ingen svarade heller."):
        coordinating.phone(recipient, Call("Ingen", said), by=region.coordinator)

    assert fresh_of(recipient).status == "phoned"
    assert list(
        recipient.events.filter(note__startswith="Ingen").values_list("step", flat=True)
    ) == [
        "phone",
        "phoned_again",
    ]


def test_a_call_without_words_is_refused(recipient, region):
    with pytest.raises(NotReady):
        coordinating.phone(recipient, Call(" ", "x"), by=region.coordinator)
    with pytest.raises(NotAllowed):
        coordinating.phone(recipient, Call("Eva", "Hej"), by=region.manager)


# --- the waiver -------------------------------------------------------------------------------


def test_a_waiver_takes_the_chief_physician_and_a_reason(recipient, region, commit):
    with pytest.raises(NotAllowed):
        recipients.waive(recipient, by=region.coordinator, reason="Nedlagd.")
    with pytest.raises(NotReady):
        recipients.waive(recipient, by=region.physician, reason=" ")

    recipients.waive(recipient, by=region.physician, reason="Enheten är nedlagd.")

    commit()
    now = fresh_of(recipient)
    assert (now.status, now.waived_by, now.next_step_at) == ("waived", region.physician, None)
    with pytest.raises(WrongStep, match="inte behövs"):
        affected(now, region.manager)


# --- closing ----------------------------------------------------------------------------------


def test_a_notice_does_not_close_before_its_last_unit(recipient, case, region):
    notice = case.safety_notice
    assert "En enhet är inte klar." in [guard(notice) for guard in CLOSING]
    not_affected(recipient, region.manager, all_devices=NOT_HERE)
    assert "En enhet är inte klar." not in [guard(fresh(case).safety_notice) for guard in CLOSING]


# --- every state x every act ------------------------------------------------------------------

ACTS = {
    "affected": lambda r, region: affected(r, region.physician, reason="Prov."),
    "done": lambda r, region: affected(
        r, region.physician, done=True, devices=dealt_with(r), reason="Prov."
    ),
    "not_affected": lambda r, region: not_affected(
        r, region.physician, all_devices=NOT_HERE, reason="Prov."
    ),
    "tick": lambda r, region: answers.tick(
        r, dealt_with(r), signer=answers.signed_in(region.physician), reason="Prov."
    ),
    "phone": lambda r, region: coordinating.phone(r, Call("Eva", "Hej."), by=region.physician),
    "again": lambda r, region: coordinating.send_again(r, by=region.physician),
    "waive": lambda r, region: recipients.waive(r, by=region.physician, reason="Prov."),
}
WAITING = dict.fromkeys(
    (
        "queued",
        "handed_over",
        "bounced_soft",
        "bounced_hard",
        "no_answer",
        "reminded",
        "escalated",
        "phoned",
    )
)
SAME = "the state it was in"
LEADS_TO = {
    **{
        status: {
            "affected": "acknowledged_affected",
            "done": "action_done",
            "not_affected": "not_affected",
            "tick": "acknowledged_affected",
            "phone": "phoned",
            "again": "queued" if status.startswith("bounced") else SAME,
            "waive": "waived",
        }
        for status in WAITING
    },
    "acknowledged_affected": {
        "affected": SAME,
        "done": "action_done",
        "not_affected": "not_affected",
        "tick": SAME,
        "phone": SAME,
        "waive": "waived",
    },
    "acknowledged_not_affected": {
        "affected": "acknowledged_affected",
        "done": "action_done",
        "not_affected": "not_affected",
        "tick": "acknowledged_affected",
        "waive": "waived",
    },
    "action_done": {
        "affected": "acknowledged_affected",
        "done": "action_done",
        "not_affected": "not_affected",
        "tick": "acknowledged_affected",
    },
    "not_affected": {
        "affected": "acknowledged_affected",
        "done": "action_done",
        "not_affected": "not_affected",
        "tick": "acknowledged_affected",
    },
    "selected": {},
    "removed": {},
    "waived": {},
    "closed": {},
}
"""State -> act -> the state it leads to; what is not here is refused. Written by hand."""


@pytest.mark.parametrize("status", LEADS_TO)
def test_every_act_in_every_state(status, case, region, commit):
    recipient = chosen(case, region.sibling, by=region.coordinator)
    for name in WAY[status]:
        recipient = step(recipient, name, by=region.physician)
    ask_about(recipient, make_device(unit=region.sibling))

    for act in ACTS:
        with transaction.atomic():
            came_to = after(act, deepcopy(recipient), region)
            commit()
            transaction.set_rollback(True)
        expected = LEADS_TO[status].get(act)
        assert came_to == (status if expected is SAME else expected), act


def after(act, recipient, region):
    """The status that the act leads to; None where it is refused and leaves nothing."""
    before = recipient.events.count()
    try:
        ACTS[act](recipient, region)
    except Refused:
        assert fresh_of(recipient).events.count() == before, act
        return None
    return fresh_of(recipient).status


def test_the_table_knows_every_state():
    assert set(LEADS_TO) == set(RECIPIENT_WORKFLOW.statuses)


@pytest.mark.parametrize("status", ["received", "assessing"])
def test_a_notice_that_is_not_out_takes_no_answers(status, region):
    case = entered(region)
    if status == "assessing":
        steps.take_step(case, "assess", by=region.coordinator)
    recipient = chosen(case, region.ward, by=region.coordinator)

    with pytest.raises(WrongStep):
        affected(recipient, region.manager)
