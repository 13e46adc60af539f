"""Units by hand: made, renamed and moved from a day, ended; the past stays as it was."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from patientsakerhet.administration import tasks
from patientsakerhet.administration.actions import units
from patientsakerhet.audit.models import Event, Payload
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import CareProvider, Role, Unit, UnitPeriod
from tests.factories import file_report, make_unit, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])


@pytest.fixture
def today():
    return timezone.localdate()


def periods(unit):
    return [
        (one.name, one.parent and one.parent.name, one.valid_from, one.valid_to)
        for one in UnitPeriod.objects.filter(unit=unit).order_by("valid_from")
    ]


def again(unit):
    return Unit.objects.get(pk=unit.pk)


def test_a_unit_is_made_below_its_parent_in_the_parents_provider(region, admin):
    made = units.create_unit(by=admin, name=" Avdelning  9 ", code="avd-9", parent=region.hospital)

    assert (made.name, made.care_provider) == ("Avdelning 9", region.root.care_provider)
    assert Unit.objects.get_parent(again(made)) == region.hospital
    event = Event.objects.get(action="unit.created")
    assert (event.actor_id, event.right, event.unit_id) == (admin.pk, "administer", made.pk)


def test_a_unit_at_the_top_needs_a_provider(admin):
    with pytest.raises(NotReady, match="Välj vårdgivare"):
        units.create_unit(by=admin, name="X", code="x")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code": "enhet-dubblett"}, "Enhetskod"),
        ({"code": "två ord"}, "Enhetskod"),
        ({"name": "  "}, "Namn saknas"),
        ({"name": "a\x07"}, "Namn"),
        ({"hsa_id": "SE1"}, "HSA-id"),
        ({"mailbox": "ingen"}, "Funktionsbrevlåda"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "unit_ends_after"),
    ],
)
def test_what_the_fields_do_not_accept_is_refused_in_words(region, admin, given, said):
    make_unit("Dubblett", code="enhet-dubblett")
    facts = {"name": "Ny", "code": "ny", "parent": region.hospital, **given}
    with pytest.raises(NotReady, match=said):
        units.create_unit(by=admin, **facts)


def test_a_renamed_unit_keeps_its_old_name_for_the_old_days(region, admin, today):
    changed = units.change_unit(region.ward, by=admin, name="Kirurgavdelning 4", since=today)

    assert changed == {"name"}
    assert again(region.ward).name == "Kirurgavdelning 4"
    yesterday = today - timedelta(days=1)
    assert periods(region.ward) == [
        ("Avdelning 4", "Sjukhuset", region.ward.valid_from, yesterday),
        ("Kirurgavdelning 4", "Sjukhuset", today, None),
    ]
    body = Payload.objects.get(event__action="unit.changed").body
    assert body == {"name": ["Avdelning 4", "Kirurgavdelning 4"], "since": f"{today}"}


def test_a_moved_unit_takes_its_branch_and_its_readers_along(region, admin, today):
    below = make_unit("Dagvården", parent=region.ward)
    manager = person_as(Role.UNIT_MANAGER, region.administration)

    units.change_unit(region.ward, by=admin, parent=region.administration, since=today)

    assert Unit.objects.get_parent(again(region.ward)) == region.administration
    assert again(below).path.startswith(again(region.administration).path)
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    assert periods(region.ward)[1][:2] == ("Avdelning 4", "Digitalisering IT och MT")
    assert manager.assignments.get().unit.path == again(region.administration).path


def test_a_unit_can_be_moved_to_the_top(region, admin):
    units.change_unit(region.ward, by=admin, parent=None)
    assert again(region.ward).depth == 1
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_a_unit_cannot_lie_below_itself(region, admin):
    for place in (region.ward, make_unit("Dagvården", parent=region.ward)):
        with pytest.raises(NotReady, match="under sig själv"):
            units.change_unit(region.ward, by=admin, parent=place)
    assert not UnitPeriod.objects.exists()


def test_a_change_decided_for_later_takes_effect_on_its_day(region, admin, today):
    later = today + timedelta(days=40)
    units.change_unit(
        region.ward, by=admin, name="Nya 4:an", parent=region.administration, since=later
    )
    assert again(region.ward).name == "Avdelning 4"
    assert units.apply_due_periods() == 0

    with time_machine.travel(timezone.now() + timedelta(days=40)):
        tasks.sweep_periods()
        assert units.apply_due_periods() == 0

    assert again(region.ward).name == "Nya 4:an"
    assert Unit.objects.get_parent(again(region.ward)) == region.administration
    assert [row[2:] for row in periods(region.ward)] == [
        (region.ward.valid_from, later - timedelta(days=1)),
        (later, None),
    ]


def test_a_change_before_one_already_decided_is_refused(region, admin, today):
    units.change_unit(region.ward, by=admin, name="B", since=today + timedelta(days=10))
    with pytest.raises(NotReady, match="redan är bestämd"):
        units.change_unit(region.ward, by=admin, name="C", since=today)


def test_a_change_before_the_unit_existed_is_refused(region, admin):
    with pytest.raises(NotReady, match="finns först från"):
        units.change_unit(region.ward, by=admin, name="B", since=date(1999, 1, 1))


def test_two_changes_on_one_day_leave_one_period(region, admin, today):
    units.change_unit(region.ward, by=admin, name="B", since=today)
    units.change_unit(region.ward, by=admin, name="C", since=today)
    assert [row[0] for row in periods(region.ward)] == ["Avdelning 4", "C"]


def test_what_is_already_so_changes_nothing_and_leaves_no_mark(region, admin):
    assert units.change_unit(region.ward, by=admin, name="Avdelning 4", mailbox="") == set()
    assert not Event.objects.filter(action="unit.changed").exists()


def test_other_facts_change_at_once_without_a_period(region, admin):
    changed = units.change_unit(region.ward, by=admin, mailbox="avd4@exempel.se", coordinates=True)
    assert changed == {"mailbox", "coordinates"}
    assert not UnitPeriod.objects.exists()


def test_a_unit_with_units_below_it_cannot_end(region, admin, today):
    with pytest.raises(NotReady, match="2 enheter ligger under den"):
        units.end_unit(region.hospital, by=admin, last_day=today)


def test_a_unit_with_open_cases_cannot_end(region, admin, today):
    file_report(region.ward)
    with pytest.raises(NotReady, match="1 öppet ärende"):
        units.end_unit(region.desk, by=admin, last_day=today)


def test_an_ended_unit_stays_with_its_last_day(region, admin, today):
    assert units.end_unit(region.ward, by=admin, last_day=today).valid_to == today
    assert region.ward in Unit.objects.current()
    assert region.ward not in Unit.objects.on(today + timedelta(days=1))


def test_a_provider_is_made_once(admin):
    units.create_provider("Kommunen", CareProvider.Kind.MUNICIPALITY, by=admin)
    with pytest.raises(NotReady, match="finns redan"):
        units.create_provider("Kommunen", CareProvider.Kind.MUNICIPALITY, by=admin)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_may(region, role):
    other = person_as(role, region.root)
    for act in (
        lambda: units.create_unit(by=other, name="X", code="x", parent=region.root),
        lambda: units.change_unit(region.ward, by=other, name="X"),
        lambda: units.end_unit(region.ward, by=other, last_day=date(2030, 1, 1)),
        lambda: units.create_provider("X", "region", by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert again(region.ward).name == "Avdelning 4"
