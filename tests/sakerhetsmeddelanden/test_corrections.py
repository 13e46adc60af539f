"""A unit that changes its answer after the supplier was told: flagged, an errand, told anew or let be."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases import agenda
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import corrections, replies
from sakerhetsmeddelanden.models import ChangedAnswer
from sakerhetsmeddelanden.workflow import changed_answers_are_told
from tests.factories import fresh, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden import making
from tests.sakerhetsmeddelanden.sending import (
    affected,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
)
from tests.sakerhetsmeddelanden.test_reply_pages import address
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def region_of_two():
    """Two units, each with somebody who answers for it."""
    region = region_with_units(2)
    region.head = person_as(Role.UNIT_MANAGER, region.units[1])
    return region


def prepared(region):
    """A notice that both units have said does not concern them, and the form that says so, not sent."""
    case = sent_out(region)
    for unit, by in zip(region.units, (region.manager, region.head), strict=True):
        not_affected(recipient_of(case, unit), by)
    return case, replies.prepare(
        fresh(case), by=region.coordinator, form="customer", language="sv", details=making.REPLY
    )


def replied(region, *, partial=False):
    """The supplier has been told that nobody is affected; partial leaves a unit unanswered."""
    case = sent_out(region)
    for unit in region.units[: 1 if partial else None]:
        not_affected(
            recipient_of(case, unit), region.manager if unit == region.ward else region.head
        )
    send(fresh(case), region, partial=partial)
    return fresh(case)


def send(case, region, *, partial=False):
    reply = replies.prepare(
        case, by=region.coordinator, form="customer", language="sv", details=making.REPLY,
        partial=partial,
    )  # fmt: skip
    return replies.send(reply, by=region.coordinator, to="fsn@volumed.example")


def change(case, region, reason="Vi hittade en i förrådet."):
    return affected(recipient_of(case, region.ward), region.manager, reason=reason)


def _region():
    region = region_of_two()
    region.replied = replied(region)
    return region


_made, region = made_once(_region)


@pytest.fixture
def case(region):
    return region.replied


def errand(person):
    return {one.errand.key: one for one in agenda.blocks(person)}.get("changed_answers")


def test_a_change_after_the_reply_is_flagged_with_a_way_to_answer_anew(region, case):
    change(case, region)

    row = ChangedAnswer.objects.get()
    assert (row.was, row.now, row.reason) == (
        "not_affected", "acknowledged_affected", "Vi hittade en i förrådet.",
    )  # fmt: skip
    page = signed_in(region.coordinator).get(address(case)).content.decode()
    assert "Svar som ändrats sedan leverantören fick svar" in page
    assert "Vi hittade en i förrådet." in page
    assert 'href="#formular">Fyll i ett nytt svar</a>' in page
    front = signed_in(region.coordinator).get(case.get_absolute_url()).content.decode()
    assert "Ett svar har ändrats sedan leverantören fick svar" in front
    assert Event.objects.filter(action="notice.answer_changed_late").count() == 1


def test_it_is_an_errand_of_the_coordinators_and_nobody_elses(region, case):
    assert errand(region.coordinator) is None

    change(case, region)

    person = type(region.coordinator).objects.get(pk=region.coordinator.pk)
    (line,) = errand(person).lines
    assert line.url == f"{address(case)}#andrade"
    listed = signed_in(person).get(errand(person).more).content.decode()
    assert case.number in listed
    assert errand(type(person).objects.get(pk=region.manager.pk)) is None


def test_a_new_reply_settles_it(region, case):
    change(case, region)

    send(fresh(case), region, partial=True)

    row = ChangedAnswer.objects.get()
    assert (row.outcome, row.handled_by) == ("replied", region.coordinator)
    assert changed_answers_are_told(fresh(case).safety_notice) == ""


def test_a_form_from_before_the_change_is_not_sent(region, case):
    reply = replies.prepare(
        case, by=region.coordinator, form="customer", language="sv", details=making.REPLY
    )
    change(case, region)
    not_affected(recipient_of(case, region.ward), region.manager, reason="Den var utlånad.")

    with pytest.raises(NotReady, match="har ändrats sedan formuläret fylldes i"):
        replies.send(reply, by=region.coordinator, to="fsn@volumed.example")

    assert ChangedAnswer.objects.unhandled().count() == 1


def test_a_first_form_from_before_a_change_is_not_sent_either(region):
    case, reply = prepared(region)
    change(case, region)

    with pytest.raises(NotReady, match="har ändrats sedan formuläret fylldes i"):
        replies.send(reply, by=region.coordinator, to="fsn@volumed.example")


def test_it_is_let_be_with_a_reason_that_is_kept(region, case):
    change(case, region)
    row = ChangedAnswer.objects.get()
    url = reverse("notice_changed_answer_leave", args=[case.number, row.pk])
    client = signed_in(region.coordinator)

    empty = client.post(url, {"reason": "", "version": fresh(case).version})
    done = client.post(url, {"reason": "Sagt på telefon.", "version": fresh(case).version})

    assert (empty.status_code, done.status_code) == (422, 302)
    row.refresh_from_db()
    assert (row.outcome, row.outcome_reason) == ("no_need", "Sagt på telefon.")
    with pytest.raises(NotReady, match="redan avgjort"):
        corrections.leave(row, by=region.coordinator, reason="En gång till.")


def test_a_program_reads_it_and_lets_it_be_by_the_same_rules(region, case):
    change(case, region)
    client = signed_in(region.coordinator)
    address = f"/api/v1/notices/{case.number}/changed-answers/"

    (row,) = client.get(address).json()["results"]
    answers = [
        client.post(
            f"{address}{row['id']}/leave/",
            {"reason": "Sagt på telefon."},
            content_type="application/json",
            headers={"Idempotency-Key": f"k{n}", "If-Match": f'"v{fresh(case).version}"'},
        )
        for n in range(2)
    ]

    assert (row["unit"], row["now"]) == (region.ward.code, "acknowledged_affected")
    assert [one.status_code for one in answers] == [200, 409]
    assert answers[0].json()["outcome"] == "no_need"


def test_it_stands_in_the_way_of_closing_until_it_is_handled(region, case):
    assert changed_answers_are_told(case.safety_notice) == ""

    change(case, region)

    assert (
        changed_answers_are_told(fresh(case).safety_notice)
        == "Ett svar har ändrats sedan leverantören fick svar."
    )


def test_an_answer_the_supplier_was_never_told_of_is_no_correction(region):
    case = replied(region, partial=True)

    not_affected(recipient_of(case, region.units[1]), region.head)

    assert not ChangedAnswer.objects.exists()


def test_further_changes_are_the_same_errand(region, case):
    change(case, region)
    not_affected(recipient_of(case, region.ward), region.manager, reason="Nej, det var en annan.")
    change(case, region, reason="Jo, ändå.")

    assert ChangedAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("changed_answer_says_why", {"reason": " "}),
        ("changed_answer_handled_together", {"handled_at": timezone.now(), "outcome": "replied"}),
        ("changed_answer_has_an_outcome_when_handled", {"outcome": "replied"}),
    ],
)
def test_the_database_refuses_half_a_decision(name, wrong, region, case):
    change(case, region)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ChangedAnswer.objects.update(**wrong)


def test_the_database_refuses_two_at_once_and_a_silent_dismissal(region, case):
    change(case, region)
    row = ChangedAnswer.objects.get()

    with (
        pytest.raises(IntegrityError, match="changed_answer_left_with_a_reason"),
        transaction.atomic(),
    ):
        ChangedAnswer.objects.update(
            outcome="no_need", handled_at=timezone.now(), handled_by=region.coordinator
        )
    row.pk = None
    with (
        pytest.raises(IntegrityError, match="changed_answer_one_open_per_unit"),
        transaction.atomic(),
    ):
        row.save()
