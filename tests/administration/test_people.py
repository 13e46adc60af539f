"""People by hand: made, closed, given roles and absence; nobody is left without an administrator."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import people
from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Absence, Assignment, Person, Role, stand_in
from tests.factories import make_person, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def anna(region):
    return make_person("Anna Berg", home_unit=region.ward)


def may(person, capability):
    return policy.may(Person.objects.get(pk=person.pk), capability)


def test_a_person_is_made_without_a_password_and_without_a_role(region, admin):
    made = people.create_person(
        by=admin, email=" Eva@Exempel.SE ", name="Eva Ek", title="Läkare", home_unit=region.ward
    )
    assert (made.email, made.name, made.home_unit) == ("eva@exempel.se", "Eva Ek", region.ward)
    assert not made.has_usable_password()
    assert policy.capabilities_anywhere(made) == frozenset()
    assert Event.objects.get(action="person.created").object_id == made.pk


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "ingen"}, "E-post"),
        ({"email": "anna@exempel.se"}, "E-post"),
        ({"name": ""}, "Namn saknas"),
        ({"hsa_id": "x"}, "HSA-id"),
    ],
)
def test_what_the_fields_do_not_accept_is_refused_in_words(admin, given, said):
    make_person("Anna", email="anna@exempel.se")
    with pytest.raises(NotReady, match=said):
        people.create_person(by=admin, **{"email": "ny@exempel.se", "name": "Ny", **given})


def test_a_changed_person_leaves_a_mark_of_what_changed(admin, anna):
    assert people.change_person(anna, by=admin, name="Anna Ek", title="") == {"name"}
    assert people.change_person(anna, by=admin, name="Anna Ek") == set()
    assert Event.objects.filter(action="person.changed").count() == 1


def test_a_role_is_held_from_its_day_to_its_day(region, admin, anna, today):
    held = people.give_role(
        anna, Role.INVESTIGATOR, region.ward, by=admin, valid_to=today + timedelta(days=9)
    )
    assert (held.valid_from, held.valid_to) == (today, today + timedelta(days=9))
    assert may(anna, Can.INVESTIGATE)


def test_the_same_role_twice_at_once_is_refused(region, admin, anna, today):
    people.give_role(anna, Role.INVESTIGATOR, region.ward, by=admin)
    with pytest.raises(NotReady, match="redan utredare vid Avdelning 4"):
        people.give_role(anna, Role.INVESTIGATOR, region.ward, by=admin)
    people.give_role(anna, Role.INVESTIGATOR, region.sibling, by=admin)


def test_a_role_that_ends_before_it_begins_is_refused(region, admin, anna, today):
    with pytest.raises(NotReady, match="före den första"):
        people.give_role(
            anna, Role.REPORTER, region.ward, by=admin, valid_to=today - timedelta(days=1)
        )


def test_a_role_at_an_ended_unit_is_refused(region, admin, anna, today):
    region.ward.valid_to = today - timedelta(days=1)
    region.ward.save()
    with pytest.raises(NotReady, match="avslutad"):
        people.give_role(anna, Role.REPORTER, region.ward, by=admin)


def test_a_role_ended_without_a_day_ends_at_once_and_was_held(region, admin, today):
    eva = person_as(Role.INVESTIGATOR, region.ward)
    held = eva.assignments.get()

    people.end_role(held, by=admin)

    held.refresh_from_db()
    assert held.valid_to == today - timedelta(days=1)
    assert not may(eva, Can.INVESTIGATE)


def test_a_role_given_today_by_mistake_is_withdrawn_and_the_trail_knows(region, admin, anna):
    held = people.give_role(anna, Role.INVESTIGATOR, region.ward, by=admin)
    people.end_role(held, by=admin)
    assert not Assignment.objects.filter(pk=held.pk).exists()
    assert Event.objects.get(action="role.withdrawn").object_id == held.pk


def test_a_deactivated_person_has_no_role_and_is_not_erased(region, admin):
    eva = person_as(Role.COORDINATOR, region.administration)
    people.deactivate(eva, by=admin)
    eva = Person.objects.get(pk=eva.pk)
    assert not eva.is_active
    assert not may(eva, Can.COORDINATE)

    people.reactivate(eva, by=admin)
    assert Person.objects.get(pk=eva.pk).is_active
    assert not may(eva, Can.COORDINATE)


def test_an_administrator_cannot_close_her_own_door(admin):
    with pytest.raises(NotReady, match="dig själv"):
        people.deactivate(admin, by=admin)


def test_the_last_administrator_stays(region, admin):
    other = person_as(Role.ADMINISTRATOR, region.root)
    people.end_role(other.assignments.get(), by=admin)
    with pytest.raises(NotReady, match="ingen kunna förvalta"):
        people.end_role(admin.assignments.get(), by=admin)
    assert may(admin, Can.ADMINISTER)


def test_a_closed_person_gets_no_role(region, admin, anna):
    people.deactivate(anna, by=admin)
    with pytest.raises(NotReady, match="avstängd"):
        people.give_role(anna, Role.REPORTER, region.ward, by=admin)


def test_somebody_says_herself_that_she_is_away(region, anna, today):
    karin = make_person("Karin")
    people.set_absence(
        anna, by=anna, first_day=today, last_day=today + timedelta(days=3), substitute=karin
    )
    assert stand_in(anna, on=today) == karin
    event = Event.objects.get(action="absence.set")
    assert (event.actor_id, event.right) == (anna.pk, "own")


@pytest.mark.parametrize(
    ("first", "last", "who", "said"),
    [
        (-9, -2, "karin", "redan slut"),
        (2, 1, "karin", "absence_ends_after"),
        (0, 1, "anna", "absence_substitute"),
        (0, 1, "closed", "avstängd"),
        (5, 7, "karin", "redan en frånvaro"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(anna, today, first, last, who, said):
    others = {
        "karin": make_person("Karin"),
        "anna": anna,
        "closed": make_person("Stängd", is_active=False),
    }
    Absence.objects.create(
        person=anna, first_day=today + timedelta(days=6), last_day=today + timedelta(days=20)
    )
    with pytest.raises(NotReady, match=said):
        people.set_absence(
            anna,
            by=anna,
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last),
            substitute=others[who],
        )


def test_an_absence_ended_early_keeps_the_days_that_were(anna, today):
    row = Absence.objects.create(
        person=anna, first_day=today - timedelta(days=2), last_day=today + timedelta(days=9)
    )
    people.remove_absence(row, by=anna)
    row.refresh_from_db()
    assert row.last_day == today - timedelta(days=1)
    with pytest.raises(NotReady, match="redan slut"):
        people.remove_absence(row, by=anna)


def test_an_absence_not_begun_is_gone(anna, today):
    row = Absence.objects.create(person=anna, first_day=today, last_day=today)
    people.remove_absence(row, by=anna)
    assert not Absence.objects.exists()


def test_nobody_but_an_administrator_sets_anothers_absence(region, admin, anna, today):
    for role in Role:
        other = person_as(role, region.root)
        if role == Role.ADMINISTRATOR:
            continue
        with pytest.raises(NotAllowed, match="din egen"):
            people.set_absence(anna, by=other, first_day=today, last_day=today, substitute=None)
    assert people.set_absence(anna, by=admin, first_day=today, last_day=today, substitute=None)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_may(region, admin, anna, role):
    other = person_as(role, region.root)
    held = people.give_role(anna, Role.REPORTER, region.ward, by=admin)
    for act in (
        lambda: people.create_person(by=other, email="x@exempel.se", name="X"),
        lambda: people.change_person(anna, by=other, name="X"),
        lambda: people.deactivate(anna, by=other),
        lambda: people.reactivate(anna, by=other),
        lambda: people.give_role(other, Role.ADMINISTRATOR, region.root, by=other),
        lambda: people.end_role(held, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not may(other, Can.ADMINISTER)
