"""What one finds in a list is what one may open: the query and the policy's answer about one case agree."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.filters import in_pages
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Assignment, Person, Role
from patientsakerhet.ui.paging import count_of, page_of
from tests.factories import Region, file_report, make_person, make_unit, person_as
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


def _reached():
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


def _many_ways():
    """Cases that have come to somebody by several of her units, at several levels and by name,
    filed in another order than they were written and some at the same moment; and others' cases.
    """
    region = Region()
    person = person_as(Role.UNIT_MANAGER, region.ward)
    Assignment.objects.create(person=person, role=Role.INVESTIGATOR, unit=region.sibling)
    now = timezone.now()
    for n in range(9):
        case = file_report((region.ward, region.sibling, region.private)[n % 3])
        if n % 2:
            policy.reach(case, Level.READER, unit=region.ward)
            policy.reach(case, Level.OWNER, unit=region.ward)
            policy.reach(case, Level.READER, unit=region.sibling)
        if n % 4 == 0:
            policy.reach(case, Level.READER, person=person)
        filed_at = now - timedelta(hours=(n * 5 % 9) // 2)
        Case.objects.filter(pk=case.pk).update(filed_at=filed_at, version=F("version") + 1)
    return person


_made, world = made_once(lambda: (_reached(), _many_ways()))


@pytest.fixture
def reached(world):
    return world[0]


@pytest.fixture
def many_ways(world):
    return world[1]


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
            listed, walk = in_pages(cases.newest_first(), {}, fresh)
            read = {pk for pk, may in held.items() if Can.READ in may}
            assert {case.pk for case in page_of(listed, walk=walk).rows} == read
            assert count_of(listed, walk=walk).count == len(read)
    return held


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(("ward", "root", "private"), id="here, above and elsewhere"),
        pytest.param(("hospital", "sibling"), id="between", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_the_list_and_the_policy_agree(role, places, reached):
    region, cases = reached

    for place in places:
        agree(person_as(role, getattr(region, place)), cases)


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


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_list_walked_by_reach_holds_each_case_once_in_its_order(many_ways, size):
    listed, walk = in_pages(Case.objects.newest_first(), {}, many_ways)
    assert walk, "she has few units"

    pages = [page_of(listed, size=size, walk=walk)]
    while pages[-1].next:
        pages.append(page_of(listed, pages[-1].next, size=size, walk=walk))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(page_of(listed, back[-1].previous, size=size, walk=walk))

    hers = list(Case.objects.visible_to(many_ways).newest_first())
    assert len(hers) >= 7
    assert [case for page in pages for case in page.rows] == hers
    assert back[-1].rows == pages[0].rows
    assert count_of(listed, walk=walk).count == len(hers)
    assert str(count_of(listed, limit=3, walk=walk)) == "3+"


def test_what_the_list_is_narrowed_by_narrows_the_walk(many_ways):
    wanted = Case.objects.filter(pk__in=Case.objects.visible_to(many_ways).values("pk")[:2])

    listed, walk = in_pages(wanted.newest_first(), {}, many_ways)

    assert set(page_of(listed, walk=walk).rows) == set(wanted)
    assert count_of(listed, walk=walk).count == 2


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
