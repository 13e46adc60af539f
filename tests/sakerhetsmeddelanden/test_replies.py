"""Answering the supplier: when it may be done, what is kept, what leaves, which clock runs."""

import hashlib
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.core import mail
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases import files
from patientsakerhet.cases.models import Case, Deadline
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale, WrongStep
from patientsakerhet.notifications import relay
from patientsakerhet.notifications.models import Message
from sakerhetsmeddelanden.actions import replies
from sakerhetsmeddelanden.models import SafetyNotice, SupplierReply
from sakerhetsmeddelanden.workflow import ACTIONS_ONGOING, AWAITING_UNITS, NOT_APPLICABLE
from tests.factories import Region, fresh, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden import making

pytestmark = pytest.mark.django_db


def sent_out(region, *states, status=AWAITING_UNITS):
    """A notice whose units stand in these states, itself in `status`."""
    case = making.entered(region)
    units = (region.ward, region.sibling, region.devices, region.private)
    for unit, state in zip(units, states, strict=False):
        making.walked(making.chosen(case, unit, by=region.coordinator), state, by=region.physician)
    return standing(case, status)


def standing(case, status):
    """The case moved to the state behind the workflow's back; what this file is about comes after."""
    from patientsakerhet.cases.actions import deadlines
    from patientsakerhet.cases.models import Transition

    way = {
        NOT_APPLICABLE: [("assess", "assessing"), ("set_aside", NOT_APPLICABLE)],
        AWAITING_UNITS: [
            ("assess", "assessing"),
            ("distribute", "distributing"),
            ("sent", AWAITING_UNITS),
        ],
    }
    way[ACTIONS_ONGOING] = [*way[AWAITING_UNITS], ("all_answered", ACTIONS_ONGOING)]
    case = fresh(case)
    for name, target in way[status]:
        Transition.objects.create(
            case=case,
            step=name,
            from_status=case.status,
            to_status=target,
            from_unit=case.owning_unit,
            to_unit=case.owning_unit,
            occurred_at=timezone.now(),
            reason="Därför.",
        )
        case.status = target
        deadlines.restart(case, at=timezone.now())
        case.version += 1
        case.save()
    return fresh(case)


def prepared(case, *, by, **changes):
    return replies.prepare(
        case,
        by=by,
        **{"form": "customer", "language": "sv", "details": making.REPLY, **changes},
    )


def text_of(reply):
    with files.opened(reply.pdf.sha256) as kept:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(kept).pages)


def _region():
    """Notices of which the units have answered all, in part and not at all; a reply to the first."""
    region = Region()
    region.answered = sent_out(region, "not_affected")
    region.partly = sent_out(region, "not_affected", "reminded")
    region.silent = sent_out(region, "reminded")
    region.reply = prepared(region.answered, by=region.coordinator)
    region.answered = fresh(region.answered)
    return region


_made, region = made_once(_region)


def test_a_complete_reply_is_kept_in_both_formats_under_its_hash(region):
    case = sent_out(region, "not_affected", "action_done")

    reply = prepared(case, by=region.coordinator)

    assert (reply.settled, reply.total, reply.is_complete) == (2, 2, True)
    with files.opened(reply.pdf.sha256) as kept:
        content = kept.read()
    assert hashlib.sha256(content).hexdigest() == reply.pdf.sha256
    assert reply.word.name == f"{case.number}-svar-1.docx"
    assert "Ofullständigt" not in text_of(reply)
    assert "FSN-2026-001" in text_of(reply)
    assert fresh(case).version == case.version + 1
    assert Event.objects.filter(case_id=case.pk, action="notice.reply_prepared").count() == 1


def test_a_form_is_not_made_to_look_complete(region):
    case = region.partly

    with pytest.raises(NotReady, match=r"En enhet har inte svarat färdigt \(1 av 2"):
        prepared(case, by=region.coordinator)

    assert not SupplierReply.objects.filter(notice=case.pk).exists()


def test_a_partial_reply_says_so(region):
    case = sent_out(region, "not_affected", "reminded", "acknowledged_affected")

    reply = prepared(case, by=region.coordinator, partial=True)

    assert (reply.settled, reply.total) == (1, 3)
    assert "Ofullständigt svar: 1 av 3 enheter" in text_of(reply)


def test_units_taken_out_are_not_counted(region):
    case = sent_out(region, "not_affected", "removed", "closed")

    assert prepared(case, by=region.coordinator).total == 1


def test_a_notice_that_does_not_concern_the_region_is_answered_as_that(region):
    case = standing(making.entered(region), NOT_APPLICABLE)

    reply = prepared(case, by=region.coordinator)

    assert (reply.settled, reply.total) == (0, 0)
    replies.send(reply, by=region.coordinator, to="fsn@volumed.example")
    assert fresh(case).status == NOT_APPLICABLE
    assert SafetyNotice.objects.get(pk=case.pk).replied_at is not None


def test_nobody_is_answered_before_the_units_are_asked(region):
    case = making.entered(region)

    with pytest.raises(WrongStep):
        prepared(case, by=region.coordinator)


@pytest.mark.parametrize("role", ["unit_manager", "investigator", "reporter"])
def test_a_unit_does_not_answer_for_the_region(region, role):
    case = region.answered

    with pytest.raises(NotAllowed):
        prepared(case, by=person_as(role, region.ward))


def test_a_stale_page_does_not_sign(region):
    case = region.answered

    with pytest.raises(Stale):
        prepared(case, by=region.coordinator, version=case.version - 1)


@pytest.mark.parametrize("status", [AWAITING_UNITS, ACTIONS_ONGOING])
def test_a_complete_reply_leaves_with_the_pdf_and_moves_the_notice_on(region, status):
    case, reply = region.answered, region.reply
    if status != case.status:
        case = sent_out(region, "not_affected", status=status)
        reply = prepared(case, by=region.coordinator)

    replies.send(reply, by=region.coordinator, to="fsn@volumed.example")
    relay.deliver_due()

    (sent,) = [one for one in mail.outbox if one.to == ["fsn@volumed.example"]]
    ((name, content, kind),) = sent.attachments
    assert (name, kind) == (reply.pdf.name, "application/pdf")
    assert hashlib.sha256(content).hexdigest() == reply.pdf.sha256
    assert case.number in sent.subject
    assert "FSN-2026-001" not in sent.subject
    assert fresh(case).status == "reply_sent"
    notice = SafetyNotice.objects.get(pk=case.pk)
    assert notice.replied_at is not None
    assert not notice.replied_in_part


def test_a_partial_reply_leaves_the_notice_where_it_was(region):
    case = region.partly
    reply = prepared(case, by=region.coordinator, partial=True)

    replies.send(reply, by=region.coordinator, to="fsn@volumed.example")

    assert fresh(case).status == AWAITING_UNITS
    assert SafetyNotice.objects.get(pk=case.pk).replied_in_part


def test_a_reply_is_sent_once(region):
    reply = region.reply
    replies.send(reply, by=region.coordinator, to="fsn@volumed.example")

    with pytest.raises(WrongStep, match="redan skickat"):
        replies.send(reply, by=region.coordinator, to="annan@volumed.example")

    assert Message.objects.filter(kind="supplier_reply").count() == 1


def test_a_form_that_no_longer_tells_the_truth_is_not_sent(region):
    case = region.partly
    reply = prepared(case, by=region.coordinator, partial=True)
    waiting = case.safety_notice.recipients.get(unit=region.sibling)
    making.step(waiting, "sign_not_affected", by=region.physician)

    with pytest.raises(NotReady, match="Fyll i det på nytt"):
        replies.send(reply, by=region.coordinator, to="fsn@volumed.example")


def test_damaged_bytes_never_leave(region):
    case = region.answered
    reply = prepared(case, by=region.coordinator)
    replies.send(reply, by=region.coordinator, to="fsn@volumed.example")
    place = files.place_of(reply.pdf.sha256)
    place.chmod(0o600)
    place.write_bytes(place.read_bytes() + b" ")

    relay.deliver_due()

    assert not [one for one in mail.outbox if one.to == ["fsn@volumed.example"]]
    assert Message.objects.get(kind="supplier_reply").state == Message.State.DEAD


def test_the_suppliers_day_runs_beside_the_state(region):
    case = region.silent
    locked = Case.objects.select_for_update().get(pk=case.pk)

    replies.keep_clock(locked, at=timezone.now())
    replies.keep_clock(locked, at=timezone.now())

    (running,) = case.deadlines.open().filter(purpose="supplier_reply")
    assert timezone.localdate(running.due_at) == date(2026, 12, 20)
    assert running.remind_at < running.due_at < running.escalate_at
    assert locked.due_at == min(one.due_at for one in case.deadlines.open())


def test_without_a_day_the_rules_own_time_runs(region):
    case = region.silent
    SafetyNotice.objects.filter(pk=case.pk).update(reply_by=None)
    locked = Case.objects.select_for_update().get(pk=case.pk)

    replies.keep_clock(locked, at=timezone.now())

    (running,) = case.deadlines.open().filter(purpose="supplier_reply")
    begun = timezone.localdate(running.starts_at)
    assert timezone.localdate(running.due_at) == calendar.add_working_days(begun, 10)


def test_a_changed_day_moves_the_clock_and_its_alarms(region):
    case = region.silent
    locked = Case.objects.select_for_update().get(pk=case.pk)
    replies.keep_clock(locked, at=timezone.now())
    Deadline.objects.filter(case=case, purpose="supplier_reply").update(alarm=1)
    SafetyNotice.objects.filter(pk=case.pk).update(reply_by=date(2027, 3, 1))

    replies.keep_clock(locked, at=timezone.now())

    (running,) = case.deadlines.open().filter(purpose="supplier_reply")
    assert timezone.localdate(running.due_at) == date(2027, 3, 1)
    assert running.alarm == Deadline.Alarm.NONE


def test_the_clock_stops_when_no_reply_is_wanted(region):
    case = region.silent
    locked = Case.objects.select_for_update().get(pk=case.pk)
    replies.keep_clock(locked, at=timezone.now())
    SafetyNotice.objects.filter(pk=case.pk).update(reply_required=False)

    replies.keep_clock(locked, at=timezone.now())

    assert not case.deadlines.open().filter(purpose="supplier_reply").exists()


def test_a_complete_reply_stops_the_clock_and_a_partial_one_does_not(region):
    case = region.partly
    locked = Case.objects.select_for_update().get(pk=case.pk)
    replies.keep_clock(locked, at=timezone.now())
    partial = prepared(case, by=region.coordinator, partial=True)
    replies.send(partial, by=region.coordinator, to="fsn@volumed.example")

    assert case.deadlines.open().filter(purpose="supplier_reply").exists()

    waiting = case.safety_notice.recipients.get(unit=region.sibling)
    making.step(waiting, "sign_not_affected", by=region.physician)
    whole = prepared(case, by=region.coordinator)
    replies.send(whole, by=region.coordinator, to="fsn@volumed.example")

    assert not case.deadlines.open().filter(purpose="supplier_reply").exists()


def test_the_word_file_can_be_opened(region):
    import docx

    reply = prepared(region.answered, by=region.coordinator, language="en")

    with files.opened(reply.word.sha256) as kept:
        opened = docx.Document(BytesIO(kept.read()))
    assert opened.paragraphs[0].text == "Field Safety Notice Customer Reply Form"
