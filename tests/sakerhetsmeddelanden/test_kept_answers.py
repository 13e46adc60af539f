"""Answers to an older version that hold for the new one: they stand, are seen, are told of, and close it."""

import pytest
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden import figures
from sakerhetsmeddelanden.actions import distribution, handling, recipients, replies, target
from sakerhetsmeddelanden.models import Recipient, RiskClass, SafetyNotice
from tests.factories import fresh, make_device, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.making import REPLY
from tests.sakerhetsmeddelanden.sending import recipient_of
from tests.sakerhetsmeddelanden.test_workflow import Ready, targeted_anew
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

SAME = {"2.6": "Mer bakgrund."}


def judged(case, by):
    return handling.judge(
        fresh(case), by=by, risk_class=RiskClass.objects.get(code="yellow"), urgency="soon",
        reason="Fel dos.",
    )  # fmt: skip


def _ready():
    """An old version whose only unit has done what it was asked, and of which the supplier knows."""
    made = Ready("actions_ongoing")
    target.take_out_unit(made.recipients.get(status="selected"), by=made.by, reason="Lämnad.")
    made.unit = made.recipients.get(status="action_done").unit
    return made


_made, ready = made_once(_ready)


def test_nothing_new_is_asked_and_the_answers_close_the_new_version(ready, commit):
    old, by = recipient_of(ready.case, ready.unit), ready.by
    judged(new := targeted_anew(ready, **SAME), by)

    case = handling.take_step(fresh(new), "keep_answers", by=by)

    assert case.status == "follow_up"
    kept = case.safety_notice.recipients.get()
    assert (kept.status, kept.unit, kept.earlier) == ("action_done", old.unit, old)
    assert (kept.answered_at, kept.answered_name, kept.answered_by, kept.answered_via) == (
        old.answered_at, old.answered_name, old.answered_by, old.answered_via,
    )  # fmt: skip
    said = list(old.devices.values_list("device", "outcome", "answered_at"))
    assert said
    assert list(kept.devices.values_list("device", "outcome", "answered_at")) == said
    assert kept.reason.startswith("Åtgärdat ")
    assert ready.case.number in kept.reason
    assert not case.safety_notice.considered.filter(unit=old.unit).exists()
    assert Event.objects.get(action="notice.answers_kept").payload.body == {
        "units": [old.unit_id], "from": [ready.case.number],
    }  # fmt: skip
    # The supplier is told of the answers under the new designation, and then it closes.
    reply = replies.prepare(fresh(case), by=by, form="customer", language="sv", details=REPLY)
    assert (reply.settled, reply.total, reply.is_complete) == (1, 1, True)
    replies.send(reply, by=by, to="fsn@volumed.example")
    assert handling.take_step(fresh(case), "close", by=by).status == "closed"
    commit()
    # Nobody was asked, so nobody counts as reached by this version.
    assert new.pk not in figures.of_notices(SafetyNotice.objects.filter(pk=new.pk))


def test_units_with_something_new_are_asked_and_the_others_answers_come_along(ready):
    region, by = ready.pumps.region, ready.by
    make_device(unit=region.private, model=ready.pumps.model, serial_number="1333")
    judged(new := targeted_anew(ready, **SAME), by)

    with pytest.raises(NotReady, match="En vald enhet ska ha meddelandet"):
        handling.take_step(fresh(new), "keep_answers", by=by)
    distribution.distribute(fresh(new), by=by)

    stands = dict(new.safety_notice.recipients.values_list("unit__name", "status"))
    assert stands == {region.private.name: "queued", ready.unit.name: "action_done"}


def test_a_version_that_asks_for_something_new_keeps_no_answer(ready):
    judged(new := targeted_anew(ready, **{"3.1": "identify, return"}), ready.by)
    [asked] = new.safety_notice.recipients.all()
    target.take_out_unit(asked, by=ready.by, reason="Utlånad.")

    with pytest.raises(NotReady, match="Ingen enhet har ett svar som gäller"):
        handling.take_step(fresh(new), "keep_answers", by=ready.by)

    assert fresh(new).status == "assessing"
    assert {one.status for one in Recipient.objects.filter(notice=new.pk)} == {"removed"}


def test_what_is_out_of_use_is_not_asked_about_again_when_only_more_is_looked_for(ready):
    new = targeted_anew(ready, **{"1.7": "SN 900-1499"})

    asked = new.safety_notice.recipients.get(unit=ready.unit)

    assert asked.status == "selected"
    assert [one.outcome for one in asked.devices.all()] == ["quarantined"]


def test_a_third_version_keeps_what_the_second_kept(ready):
    by, first = ready.by, ready.case.number
    judged(second := targeted_anew(ready, **SAME), by)
    handling.take_step(fresh(second), "keep_answers", by=by)
    ready.case = fresh(second)
    judged(third := targeted_anew(ready, **{**SAME, "2.6": "Ännu mer.", "fsn_ref": "v3"}), by)

    handling.take_step(fresh(third), "keep_answers", by=by)

    kept = third.safety_notice.recipients.get()
    assert kept.earlier == second.safety_notice.recipients.get()
    assert kept.earlier.earlier.notice.case.number == first
    assert second.number in kept.reason


def test_the_decision_to_do_without_an_answer_holds_too(ready):
    ready = Ready("distributing", ready.pumps)
    recipients.waive(ready.recipients.get(), by=ready.by, reason="Enheten är nedlagd.")
    judged(new := targeted_anew(ready, **SAME), ready.by)

    handling.take_step(fresh(new), "keep_answers", by=ready.by)

    kept = new.safety_notice.recipients.get()
    assert (kept.status, kept.waived_by, kept.waived_reason) == (
        "waived", ready.by, "Enheten är nedlagd."
    )  # fmt: skip
    assert kept.reason.startswith("Svar behövs inte ")


def test_the_pages_say_that_nobody_need_be_asked_and_where_an_answer_was_given(ready):
    region = ready.pumps.region
    judged(new := targeted_anew(ready, **SAME), ready.by)
    client = signed_in(region.coordinator)

    page = client.get(reverse("notice_targets", args=[new.number])).content.decode()
    assert "Ingen enhet behöver tillfrågas igen" in page
    assert "Låt svaren gälla" in page
    answer = client.post(
        reverse("notice_step", args=[new.number, "keep_answers"]), {"version": fresh(new).version}
    )
    assert answer.status_code == 302

    unit = ready.unit
    told = client.get(reverse("notice_recipient", args=[new.number, unit.code])).content.decode()
    assert f"i {ready.case.number}" in told
    own = signed_in(person_as(Role.UNIT_MANAGER, unit))
    mine = own.get(reverse("notice_answer", args=[new.number, unit.code])).content.decode()
    assert "Ni har svarat att ni är berörda" in mine
    assert f"i {ready.case.number}" in mine


def test_a_first_version_has_no_answers_to_keep(ready):
    ready = Ready("assessing", ready.pumps)

    with pytest.raises(NotReady, match="Meddelandet ersätter inget äldre"):
        handling.take_step(fresh(ready.case), "keep_answers", by=ready.by)
