"""What one finds in a list is what one may open: the query and the policy's answer about one case agree."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Assignment, Person, Role
from tests.factories import Region, file_report, make_person, make_unit, person_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def reached():
    """One case per level and secrecy that has come to a ward, and two to a private clinic."""
    region = Region()
    elsewhere = make_unit()
    wanted = [(level, secrecy, region.ward) for level in Level for secrecy in Case.Secrecy]
    wanted += [(level, 0, region.private) for level in (Level.OWNER, Level.EXTRACT)]
    cases = []
    for level, secrecy, unit in wanted:
        case = file_report(unit)
        CaseAccess.objects.filter(case=case).delete()
        policy.reach(case, Level.OWNER, unit=elsewhere)
        policy.reach(case, level, unit=unit)
        Case.objects.filter(pk=case.pk).update(secrecy=secrecy, version=F("version") + 1)
        cases.append(case)
    return region, Case.objects.filter(pk__in=[case.pk for case in cases])


def agree(person, cases):
    """The query answers as the policy does about each case, with its units named one by one and
    when they are too many for that; what the policy answered."""
    held = {case.pk: policy.capabilities(person, case) for case in cases}
    for few in (200, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(policy, "FEW", few)
            fresh = Person.objects.get(pk=person.pk)
            for found, wanted in (
                (cases.visible_to(fresh), {Can.READ}),
                (
                    cases.extract_visible_to(fresh),
                    {Can.READ, Can.READ_EXTRACT, Can.READ_CLASSIFICATION},
                ),
            ):
                assert set(found.values_list("pk", flat=True)) == {
                    pk for pk, may in held.items() if wanted & may
                }
    return held


@pytest.mark.parametrize("role", Role)
def test_the_list_and_the_policy_agree(role, reached):
    region, cases = reached

    for unit in (region.ward, region.hospital, region.root, region.sibling, region.private):
        agree(person_as(role, unit), cases)


def test_several_roles_open_what_each_opens(reached):
    region, cases = reached
    person = person_as(Role.INVESTIGATOR, region.hospital)
    Assignment.objects.create(person=person, role=Role.CHIEF_PHYSICIAN, unit=region.private)

    held = agree(person, cases)

    assert any(Can.READ_PROTECTED in may for may in held.values())


@pytest.mark.parametrize("level", [Level.HANDLER, Level.MEASURES, Level.READER])
def test_somebody_named_in_the_case_finds_it_whatever_its_secrecy(level, reached):
    _, cases = reached
    person = make_person()
    for case in cases:
        policy.reach(case, level, person=person)

    held = agree(person, cases)

    assert all(held.values())


def test_reach_that_has_ended_opens_nothing(reached):
    region, cases = reached
    person = person_as(Role.CHIEF_PHYSICIAN, region.root)
    CaseAccess.objects.update(valid_until=timezone.now() - timedelta(seconds=1))

    assert not any(agree(person, cases).values())


def test_a_sister_unit_whose_path_begins_alike_is_another_unit():
    region = Region()
    person = person_as(Role.UNIT_MANAGER, region.ward)
    below = make_unit(parent=region.ward)
    mine, theirs = file_report(below), file_report(region.sibling)

    assert set(Case.objects.visible_to(person)) == {mine}
    assert theirs not in Case.objects.extract_visible_to(person)


def test_nobody_signed_in_sees_nothing(reached):
    _, cases = reached

    assert not cases.visible_to(AnonymousUser()).exists()
    assert not cases.extract_visible_to(AnonymousUser()).exists()


def test_visibility_asks_for_the_roles_once(reached, django_assert_num_queries):
    region, cases = reached
    person = person_as(Role.COORDINATOR, region.root)

    with django_assert_num_queries(3):  # the roles, then each list
        list(cases.visible_to(person))
        list(cases.open().visible_to(person))
