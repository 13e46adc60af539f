"""Changing measures: what needs a reason, who must have been asked, what is masked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.audit.models import Event
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import measures
from patientsakerhet.cases.models import Measure, SealedText
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.notifications.models import Message
from tests.factories import Region, decide_measure, in_status, person_as

pytestmark = pytest.mark.django_db
NUMBER = "19121212-1212"


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def case(region):
    return in_status("in_investigation", region)


@pytest.fixture
def measure(region, case):
    return decide_measure(case, by=region.investigator)


def test_what_is_given_as_it_was_changes_nothing(region, measure):
    same = measures.change(
        measure,
        by=region.investigator,
        version=1,
        title=measure.title,
        due_on=measure.due_on,
        effect_sign=measure.effect_sign,
    )

    assert same.version == 1
    assert not Event.objects.filter(action="measure.changed").exists()


def test_the_follow_up_of_a_late_measure_can_be_moved(region, measure):
    late = timezone.localdate() - timedelta(days=3)
    Measure.objects.filter(pk=measure.pk).update(due_on=late)
    later = timezone.localdate() + timedelta(days=200)

    row = measures.change(
        measure, by=region.investigator, version=1, due_on=late, effect_due_on=later
    )

    assert (row.due_on, row.effect_due_on, row.version) == (late, later, 2)


def test_the_effect_is_not_looked_at_before_the_measure_is_done(region, measure):
    with pytest.raises(NotReady, match="innan åtgärden ska vara klar"):
        measures.change(
            measure,
            by=region.investigator,
            version=1,
            effect_due_on=measure.due_on - timedelta(days=1),
        )


def test_postponing_demands_a_reason(region, measure):
    later = measure.due_on + timedelta(days=9)
    with pytest.raises(NotReady, match="skjuts upp"):
        measures.change(measure, by=region.investigator, version=1, due_on=later)

    row = measures.change(
        measure, by=region.investigator, version=1, due_on=later, reason="Väntar på delar."
    )

    assert row.due_on == later
    event = Event.objects.with_body().get(action="measure.changed")
    assert event.payload.body["reason"] == "Väntar på delar."


def test_a_new_owner_has_been_asked_and_is_told(region, case, measure):
    owner = person_as("action_owner", region.operations)
    with pytest.raises(NotReady, match="Fråga den ansvariga först"):
        measures.change(measure, by=region.investigator, version=1, owner=owner)

    row = measures.change(
        measure, by=region.investigator, version=1, owner=owner, owner_is_told=True
    )

    assert row.owner == owner
    assert Message.objects.filter(kind="measure", person=owner).count() == 1
    assert policy.capabilities(owner, case) == {"read_extract", "do_measures", "comment"}


def test_a_former_owner_keeps_the_case_while_another_measure_is_hers(region, case):
    owner = person_as("action_owner", region.operations)
    first = decide_measure(case, by=region.investigator, owner=owner)
    second = decide_measure(case, by=region.investigator, owner=owner, title="Märk pumparna")
    by = region.investigator

    measures.change(first, by=by, version=1, owner=by)
    assert policy.capabilities(owner, case)
    measures.change(second, by=by, version=1, owner=by)
    assert not policy.capabilities(owner, case)


def test_somebody_who_wrote_meanwhile_is_not_written_over(region, measure):
    measures.change(measure, by=region.investigator, version=1, progress="61 av 214")

    with pytest.raises(Stale):
        measures.change(measure, by=region.coordinator, version=1, progress="60 av 214")

    assert Measure.objects.get().progress == "61 av 214"


def test_personal_numbers_are_masked_and_the_original_sealed(region, case):
    by = region.investigator
    measure = decide_measure(case, by=by, description=f"Ring patienten {NUMBER}.")
    measures.finish(measure, by=by, version=1)
    measures.follow_up_effect(measure, by=by, version=2, effect="yes", result=f"{NUMBER} mår bra.")

    row = Measure.objects.get()
    assert NUMBER not in row.description + row.effect_result
    sealed = {one.field: sealing.unseal(one) for one in SealedText.objects.all()}
    assert sealed == {
        f"measure:{row.pk}:description": f"Ring patienten {NUMBER}.",
        f"measure:{row.pk}:effect_result": f"{NUMBER} mår bra.",
    }


def proposed(case, *, by, owner=None, **fields):
    today = timezone.localdate()
    return measures.propose(
        case,
        by=by,
        **{
            "title": "Bygg bort felet",
            "strength": "strong",
            "owner": owner or by,
            "owner_is_told": True,
            "due_on": today + timedelta(days=14),
            "effect_sign": "Inga fler stopp.",
            "effect_due_on": today + timedelta(days=60),
            **fields,
        },
    )


def test_a_proposal_binds_nobody_until_it_is_accepted(region, case, commit):
    owner = person_as("action_owner", region.devices)
    row = proposed(case, by=region.investigator, owner=owner)
    commit()
    assert (row.status, row.decided_by) == ("proposed", None)
    assert not Measure.objects.open().filter(pk=row.pk).exists()
    assert not Message.objects.filter(kind="measure", person=owner).exists()
    with pytest.raises(NotReady):
        measures.begin(row, by=owner, version=1)

    accepted = measures.accept(row, by=region.investigator, version=1, reason="Ja.")

    assert (accepted.status, accepted.decided_by) == ("planned", region.investigator)
    assert Message.objects.filter(kind="measure", person=owner).exists()
    assert policy.capabilities(owner, case)
    with pytest.raises(NotReady, match="redan beslutad"):
        measures.reject(accepted, by=region.investigator, version=2, reason="Nej.")


def test_a_rejected_proposal_says_why_and_tells_nobody(region, case):
    row = proposed(case, by=region.investigator)
    with pytest.raises(NotReady, match="Skriv varför åtgärden avslås"):
        measures.reject(row, by=region.investigator, version=1, reason=" ")

    rejected = measures.reject(row, by=region.investigator, version=1, reason=f"Se {NUMBER}.")

    assert rejected.status == "rejected"
    assert NUMBER not in rejected.decision_reason
    assert SealedText.objects.filter(case=case).exists()
    with pytest.raises(NotReady):
        measures.change(rejected, by=region.investigator, version=2, title="Annat")


def test_a_proposal_whose_day_has_passed_is_changed_before_it_is_accepted(region, case):
    row = proposed(case, by=region.investigator)
    Measure.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotReady, match="Sista dagen har redan varit"):
        measures.accept(row, by=region.investigator, version=1)

    later = timezone.localdate() + timedelta(days=20)
    measures.change(row, by=region.investigator, version=1, due_on=later, reason="Beslutet dröjde.")
    assert measures.accept(row, by=region.investigator, version=2).status == "planned"
