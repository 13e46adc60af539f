"""Who handles a case, and who may say so."""

import pytest

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import appointing
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.notifications.models import Message
from tests.factories import Region, fresh, in_status, person_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def case(region):
    return in_status("in_investigation", region)


def test_the_new_handler_has_the_case_and_is_told(region, case):
    colleague = person_as("investigator", region.devices)

    appointing.appoint(case, colleague, by=region.coordinator, version=case.version)

    now = fresh(case)
    assert (now.handler, now.version) == (colleague, case.version + 1)
    assert now.status == case.status
    assert Message.objects.filter(kind="appointed", person=colleague, case_id=case.pk).count() == 1
    assert Event.objects.filter(action="case.appointed", case_id=case.pk).count() == 1


def test_the_former_handler_has_it_no_more_by_that(region, case):
    guest = person_as("reporter", region.ward)
    policy.reach(case, "handler", person=region.investigator)
    colleague = person_as("investigator", region.devices)
    appointing.appoint(case, colleague, by=region.coordinator)

    assert not case.access.filter(person=region.investigator).exists()
    assert case.access.filter(person=colleague, level="handler").exists()
    assert not policy.capabilities(guest, case)


def test_whoever_takes_it_herself_gets_no_mail(region, case):
    colleague = person_as("investigator", region.devices)

    appointing.appoint(case, colleague, by=colleague)

    assert not Message.objects.filter(kind="appointed", person=colleague).exists()


def test_refusals_leave_everything_as_it_was(region, case):
    colleague = person_as("investigator", region.devices)
    stranger = person_as("investigator", region.private)
    reader = person_as("infosec_coordinator", region.devices)

    with pytest.raises(NotReady, match="kan inte utreda"):
        appointing.appoint(case, stranger, by=region.coordinator)
    with pytest.raises(NotReady, match="handlägger redan"):
        appointing.appoint(case, region.investigator, by=region.coordinator)
    with pytest.raises(Stale):
        appointing.appoint(case, colleague, by=region.coordinator, version=case.version - 1)
    with pytest.raises(NotAllowed):
        appointing.appoint(case, colleague, by=reader)
    closed = in_status("closed", region)
    with pytest.raises(NotReady, match="Återöppna"):
        appointing.appoint(closed, colleague, by=region.coordinator)

    assert fresh(case).version == case.version
    assert not Event.objects.filter(action="case.appointed").exists()


def test_candidates_are_those_who_may_investigate_there(region, case):
    colleague = person_as("investigator", region.devices)
    person_as("reporter", region.devices)
    person_as("investigator", region.operations)

    found = set(appointing.candidates(case))

    assert found == {colleague, region.investigator, region.coordinator, region.physician}
    assert all(policy.may_at(one, Can.INVESTIGATE, case.owning_unit) for one in found)
