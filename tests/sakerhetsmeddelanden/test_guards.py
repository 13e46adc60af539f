"""Each guard of the database over notices and recipients, met by going around the Python code."""

import pytest
from django.db import connection
from django.utils import timezone

from patientsakerhet.cases.models import Case, Transition
from sakerhetsmeddelanden.actions import recipients
from sakerhetsmeddelanden.models import Recipient, RecipientEvent, SafetyNotice
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW
from tests.factories import Region, fresh
from tests.made_once import made_once
from tests.refusing import refused
from tests.sakerhetsmeddelanden.making import WAY, chosen, entered, promoted, walked

pytestmark = pytest.mark.django_db


def _entered():
    region = Region()
    return region, entered(region)


_made, registered = made_once(_entered)


@pytest.fixture
def region(registered):
    return registered[0]


@pytest.fixture
def case(registered):
    return registered[1]


@pytest.fixture
def recipient(region, case):
    return chosen(case, region.ward, by=region.physician)


ARROWS = {
    "selected": {"removed", "queued", "action_done", "not_affected", "waived", "closed"},
    "removed": {"selected"},
    "queued": {
        "handed_over", "bounced_soft", "bounced_hard", "no_answer", "reminded", "escalated",
        "phoned", "acknowledged_affected", "acknowledged_not_affected", "action_done",
        "not_affected", "waived", "closed",
    },
    "handed_over": {
        "bounced_soft", "bounced_hard", "no_answer", "reminded", "escalated", "phoned",
        "acknowledged_affected", "acknowledged_not_affected", "action_done", "not_affected",
        "waived", "closed",
    },
    "bounced_soft": {
        "queued", "handed_over", "bounced_hard", "no_answer", "reminded", "escalated", "phoned",
        "acknowledged_affected", "acknowledged_not_affected", "action_done", "not_affected",
        "waived", "closed",
    },
    "bounced_hard": {
        "queued", "handed_over", "no_answer", "reminded", "escalated", "phoned",
        "acknowledged_affected", "acknowledged_not_affected", "action_done", "not_affected",
        "waived", "closed",
    },
    "no_answer": {
        "bounced_soft", "bounced_hard", "reminded", "escalated", "phoned", "acknowledged_affected",
        "acknowledged_not_affected", "action_done", "not_affected", "waived", "closed",
    },
    "reminded": {
        "bounced_soft", "bounced_hard", "escalated", "phoned", "acknowledged_affected",
        "acknowledged_not_affected", "action_done", "not_affected", "waived", "closed",
    },
    "escalated": {
        "bounced_soft", "bounced_hard", "phoned", "acknowledged_affected",
        "acknowledged_not_affected", "action_done", "not_affected", "waived", "closed",
    },
    "phoned": {
        "bounced_soft", "bounced_hard", "reminded", "escalated", "acknowledged_affected",
        "acknowledged_not_affected", "action_done", "not_affected", "waived", "closed",
    },
    "acknowledged_affected": {
        "acknowledged_not_affected", "action_done", "not_affected", "waived", "closed",
    },
    "acknowledged_not_affected": {"acknowledged_affected", "not_affected", "waived", "closed"},
    "action_done": {"selected", "acknowledged_affected", "closed"},
    "not_affected": {"selected", "acknowledged_affected", "closed"},
    "waived": {"selected", "closed"},
    "closed": set(),
}  # fmt: skip
"""From state to states, written by hand."""
SAYS = {
    "acknowledged_affected": "affected",
    "action_done": "affected",
    "acknowledged_not_affected": "not_affected",
    "not_affected": "not_affected",
}


def bent(recipient, status, **fields):
    """The recipient's state changed around the actions, with what the state itself demands."""
    now = timezone.now()
    if status in SAYS:
        fields |= {"answer": SAYS[status], "answered_at": now, "answered_name": "Någon"}
    if status == "waived":
        fields |= {"waived_at": now, "waived_by": recipient.chosen_by, "waived_reason": "Nej."}
    return Recipient.objects.filter(pk=recipient.pk).update(
        status=status, version=Recipient.objects.get(pk=recipient.pk).version + 1, **fields
    )


@pytest.mark.parametrize("source", ARROWS)
def test_a_recipient_moves_only_along_legal_arrows(source, region, recipient):
    assert set(ARROWS) == set(RECIPIENT_WORKFLOW.statuses) == set(WAY)
    recipient = walked(recipient, source, by=region.physician)
    legal = 0
    for target in ARROWS:
        if target == source:
            continue
        if target in ARROWS[source]:
            legal += 1
            continue
        with refused("recipient_takes_legal_steps"):
            bent(recipient, target)

    assert legal == len(ARROWS[source])
    assert {
        target for origin, _, target in RECIPIENT_WORKFLOW.arrows() if origin == source
    } == ARROWS[source]


def test_one_recipient_per_notice_and_unit(region, case):
    chosen(case, region.ward, by=region.coordinator)

    with refused("recipient_once_per_unit"):
        chosen(case, region.ward, by=region.coordinator)


def test_a_recipient_begins_as_chosen(region, case):
    with refused("recipient_begins_as_chosen"):
        chosen(case, region.ward, by=region.coordinator, status="queued")


def test_the_reason_a_unit_was_chosen_for_is_frozen(region, recipient):
    recipient = walked(recipient, "queued", by=region.coordinator)

    for change in ({"reason": "Ett annat skäl."}, {"ground": "udi"}, {"unit": region.sibling}):
        with refused("recipient_keeps_its_reason"):
            Recipient.objects.filter(pk=recipient.pk).update(version=3, **change)


def test_a_unit_taken_out_may_be_chosen_again_for_a_new_reason(commit, region, recipient):
    recipient = walked(recipient, "removed", by=region.coordinator)

    again = recipients.take_step(
        recipient, "choose", by=region.coordinator, note="Åter.", reason="Fick pumpen tillbaka."
    )
    commit()

    assert (again.status, again.reason) == ("selected", "Fick pumpen tillbaka.")


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_recipients_version_follows(version, recipient):
    with refused("recipient_version_increases_by_one"):
        Recipient.objects.filter(pk=recipient.pk).update(address="a@b.example", version=version)


def test_a_recipient_is_never_deleted(recipient):
    with refused("recipient_is_never_deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM sakerhetsmeddelanden_recipient WHERE id = %s", [recipient.pk])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sakerhetsmeddelanden_recipientevent SET note = 'nej'",
        "DELETE FROM sakerhetsmeddelanden_recipientevent",
        "TRUNCATE sakerhetsmeddelanden_recipientevent",
    ],
    ids=["update", "delete", "truncate"],
)
def test_what_happened_with_a_recipient_is_never_changed(sql, commit, region, case):
    chosen(case, region.ward, by=region.coordinator)
    commit()

    with refused("recipient_event_is_never_changed"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_recipient_stands_where_its_events_end(commit, recipient):
    commit()

    with refused("recipient_stands_where_its_events_end"):
        bent(recipient, "queued")
        commit()


def test_a_waiver_without_a_signature_is_refused(region, recipient):
    recipient = walked(recipient, "queued", by=region.physician)

    with refused("recipient_waiver_is_signed"):
        Recipient.objects.filter(pk=recipient.pk).update(
            status="waived", version=recipient.version + 1
        )


@pytest.mark.parametrize(
    ("status", "guard"),
    [
        ("acknowledged_affected", "recipient_affected_has_said_so"),
        ("not_affected", "recipient_not_affected_has_said_so"),
    ],
)
def test_silence_is_no_answer(status, guard, region, recipient):
    recipient = walked(recipient, "handed_over", by=region.coordinator)

    with refused(guard):
        Recipient.objects.filter(pk=recipient.pk).update(
            status=status, version=recipient.version + 1
        )


OPEN_STATES = sorted(set(ARROWS) - {"removed", "action_done", "not_affected", "waived", "closed"})


def closed_around_python(case):
    """The case brought to its end with plain updates, as nothing of ours would."""
    from patientsakerhet.cases.models import Arrow, Deadline

    now = timezone.now()
    Arrow.objects.create(kind="safety_notice", source=case.status, step="straight", target="closed")
    Transition.objects.create(
        case=case,
        step="straight",
        from_status=case.status,
        to_status="closed",
        to_unit=case.owning_unit,
        occurred_at=now,
    )
    Deadline.objects.filter(case=case).update(met_at=now)
    Case.objects.filter(pk=case.pk).update(
        status="closed", is_final=True, closed_at=now, version=case.version + 1
    )


@pytest.mark.parametrize("status", OPEN_STATES)
def test_a_notice_does_not_close_while_something_is_awaited(
    status, commit, region, case, recipient
):
    walked(recipient, status, by=region.physician)
    commit()

    with refused("notice_closes_when_every_unit_is_settled"):
        closed_around_python(fresh(case))
        commit()


@pytest.mark.parametrize("status", ["removed", "action_done", "not_affected", "waived"])
def test_a_notice_closes_when_every_unit_is_settled(status, commit, region, case, recipient):
    walked(recipient, status, by=region.physician)
    commit()

    closed_around_python(fresh(case))
    commit()

    assert fresh(case).status == "closed"


def test_a_closed_notice_gets_no_recipient_who_has_not_answered(commit, region, case):
    closed_around_python(fresh(case))
    commit()

    with refused("notice_closes_when_every_unit_is_settled"):
        chosen(fresh(case), region.ward, by=region.physician)
        commit()


def test_a_case_of_the_kind_has_its_notice(commit, region):
    from uuid import uuid4

    from patientsakerhet.cases.actions import filing

    with refused("case_has_its_notice"):
        filing.open_case(
            "safety_notice",
            title="Utan innehåll",
            unit=region.desk,
            reporter=None,
            submission=uuid4(),
            searchable="",
            by=region.coordinator,
        )
        commit()


def test_a_notice_needs_no_receipt_and_a_deviation_does(commit):
    """That nobody waits for a receipt is the kind's own, not something that was let go."""
    from patientsakerhet.notifications.models import Message
    from tests.factories import file_report

    case = promoted()
    commit()
    assert not Message.objects.filter(case_id=case.pk, kind="receipt").exists()

    report = file_report()
    with refused("case_has_a_receipt"):
        Message.objects.filter(case_id=report.pk, kind="receipt").delete()
        Case.objects.filter(pk=report.pk).update(title="Rörd", version=report.version + 1)
        commit()


def test_a_kind_without_reporters_takes_none(region):
    from uuid import uuid4

    from patientsakerhet.cases.actions import filing

    with pytest.raises(ValueError, match="reporter"):
        filing.open_case(
            "safety_notice",
            title="Med anmälare",
            unit=region.desk,
            reporter=filing.From(),
            submission=uuid4(),
            searchable="",
        )


def test_a_manual_choice_was_somebodys(region, case):
    with refused("recipient_by_hand_was_somebodys_choice"):
        chosen(case, region.ward, by=region.coordinator, chosen_by=None)


def test_entering_registers_and_promoting_waits(region):
    before = SafetyNotice.objects.count()
    assert fresh(promoted(region)).status == "received"
    assert entered(region).status == "registered"
    assert SafetyNotice.objects.count() == before + 2
    assert not RecipientEvent.objects.exists()
