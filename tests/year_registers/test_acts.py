"""What is written in the registers of the year, what is refused, and what the trail tells."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Role
from patientsakerhet.year_registers.actions import terms
from patientsakerhet.year_registers.models import (
    Meeting,
    RegisterTerm,
    Responsibility,
    RoleShare,
    Training,
)
from tests.factories import person_as
from tests.year_registers.making import Year, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return Year()


def test_a_meeting_is_planned_held_and_put_right(year):
    row = year.meeting(state="planned", held_on=year.today + timedelta(days=4))
    assert (row.state, row.confirmed_at, row.version) == ("planned", None, 1)

    held = year.meeting(row=row, version=1)
    again = year.meeting(row=row, version=2, participants=14)

    assert (held.state, held.version, again.participants) == ("held", 2, 14)
    assert again.confirmed_at == held.confirmed_at, "known since it was first confirmed"
    with pytest.raises(Stale):
        year.meeting(row=row, version=2)
    undone = year.meeting(row=row, state="cancelled", reason="Sjukdom")
    assert (undone.confirmed_at, undone.reason) == (None, "Sjukdom")
    changes = [one.action for one in Event.objects.filter(object_type="meeting").order_by("pk")]
    assert changes == ["meeting.added", *["meeting.changed"] * 3]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"held_on": date(2199, 1, 1)}, "Dagen har inte varit än. Välj att det är planerat."),
        ({"state": "cancelled"}, "Skriv varför det ställdes in."),
    ],
)
def test_a_meeting_is_refused(year, given, reason):
    with pytest.raises(NotReady) as refusal:
        year.meeting(**given)
    assert refusal.value.reasons == [reason]
    assert not Meeting.objects.exists()


def test_a_term_of_another_list_is_refused(year):
    with pytest.raises(NotReady):
        year.meeting(kind=term("training_kind", "induction"))
    with pytest.raises(NotReady):
        year.meeting(topic=term("meeting_kind", "workshop"))
    with pytest.raises(NotReady):
        year.training(kind=term("meeting_kind", "workshop"))


def test_training_says_how_many_and_ends_after_it_begins(year):
    row = year.training()
    assert (row.first_day, row.last_day, row.trained) == (year.today, year.today, 20)
    for given in ({"trained": None}, {"last_day": year.today - timedelta(days=1)}):
        with pytest.raises(NotReady):
            year.training(**given)
    assert year.training(state="planned", trained=None).state == "planned"


def test_a_responsibility_is_somebodys(year):
    assert year.responsibility().post == "chefläkaren"
    with pytest.raises(NotReady):
        year.responsibility(post="  ")
    with pytest.raises(NotReady):
        year.responsibility(valid_to=year.today - timedelta(days=1))


def test_a_share_asks_for_the_role_and_for_a_period_of_its_own(year):
    held = year.held(since=date(2023, 1, 1), until=date(2023, 12, 31))
    year.share(held, valid_from=date(2023, 1, 1), valid_to=date(2023, 6, 30), percent=50)

    with pytest.raises(NotReady, match="Det finns redan en tjänstgöringsgrad från 2023-01-01"):
        year.share(held, valid_from=date(2023, 6, 30))
    with pytest.raises(NotReady, match="är inte patientsäkerhetssamordnare hos"):
        year.share(held, valid_from=date(2024, 1, 1))
    with pytest.raises(NotReady):
        year.share(held, valid_from=date(2023, 7, 1), percent=0)
    later = year.share(held, valid_from=date(2023, 7, 1))

    assert later.percent == 100
    changed = year.share(held, row=later, valid_from=date(2023, 8, 1), version=1)
    assert (changed.valid_from, changed.version) == (date(2023, 8, 1), 2)


def test_full_posts_on_a_day_and_on_average(year):
    rows = RoleShare.objects.all()
    whole = year.held(since=date(2022, 1, 1))
    year.share(whole, valid_from=date(2022, 1, 1))
    half = year.held(since=date(2022, 1, 1))
    year.share(half, percent=50, valid_from=date(2022, 1, 1), valid_to=date(2023, 6, 30))
    year.share(half, percent=100, valid_from=date(2023, 7, 1))
    left = year.held(since=date(2022, 1, 1), until=date(2023, 3, 31))
    year.share(left, valid_from=date(2022, 1, 1))

    last = date(2023, 12, 31)
    assert rows.full_time(last, last) == 2
    first = date(2023, 1, 1)
    assert rows.full_time(first, first) == Decimal("2.5")
    # 1 + (181 days of a half, 184 of a whole) + 90 days of one that left, by hand
    assert rows.full_time(first, last) == 1 + Decimal(181 * 50 + 184 * 100 + 90 * 100) / 36500
    assert rows.on(last).count() == 2
    assert rows.full_time(date(2021, 5, 1), date(2021, 5, 1)) == 0


@pytest.mark.parametrize(
    ("role", "gatherings", "duties"),
    [
        (Role.COORDINATOR, True, True),
        (Role.CHIEF_PHYSICIAN, True, True),
        (Role.INFOSEC_COORDINATOR, True, False),
        (Role.UNIT_MANAGER, False, False),
        (Role.HEAD_OF_OPERATIONS, False, False),
        (Role.INVESTIGATOR, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_who_may_keep_which_register(year, role, gatherings, duties):
    by = person_as(role, year.unit)
    held = year.held()
    for do, may in (
        (year.meeting, gatherings),
        (year.training, gatherings),
        (year.responsibility, duties),
        (lambda **given: year.share(held, **given), duties),
    ):
        if may:
            do(by=by)
        else:
            with pytest.raises(NotAllowed):
                do(by=by)


def test_a_row_is_neither_taken_from_nor_brought_to_a_unit_that_is_not_ones_own(year):
    there = person_as(Role.COORDINATOR, year.region.hospital)
    row = year.meeting()

    for given in ({"row": row, "unit": year.region.hospital}, {"unit": year.unit}):
        with pytest.raises(NotAllowed):
            year.meeting(by=there, **given)
    assert Event.objects.using("trail").filter(action="meeting.put", kind="denied").count() == 2


def test_a_choice_keeps_its_code_and_is_ended(year):
    by = person_as(Role.ADMINISTRATOR, year.region.root)
    told = {"name": "Konferens", "basis": "Vår egen.", "position": 5}
    row = terms.put(None, by=by, list="meeting_kind", code="conference", **told)
    ended = terms.put(row, by=by, valid_to=year.today, version=1, **told)

    assert (ended.code, ended.valid_to, ended.version) == ("conference", year.today, 2)
    with pytest.raises(NotReady):
        terms.put(None, by=by, list="meeting_kind", code="conference", **told)
    with pytest.raises(NotReady):
        terms.put(row, by=by, valid_to=year.today - timedelta(days=2), **told)
    with pytest.raises(NotAllowed):
        terms.put(row, by=year.keeper, **told)


@pytest.mark.parametrize(
    ("model", "change", "named"),
    [
        (Meeting, {"title": " "}, "meeting_has_a_title"),
        (Meeting, {"confirmed_at": None}, "meeting_held_is_confirmed"),
        (Meeting, {"reason": "X"}, "meeting_cancelled_for_a_reason"),
        (Training, {"last_day": date(2000, 1, 1)}, "training_ends_after_it_begins"),
        (Training, {"trained": None}, "training_held_says_how_many"),
        (Training, {"title": ""}, "training_has_a_title"),
        (Training, {"confirmed_at": None}, "training_held_is_confirmed"),
        (Training, {"reason": "X"}, "training_cancelled_for_a_reason"),
        (Responsibility, {"post": ""}, "responsibility_is_somebodys"),
        (Responsibility, {"duty": ""}, "responsibility_has_a_duty"),
        (Responsibility, {"basis": ""}, "responsibility_has_a_basis"),
        (Responsibility, {"function": ""}, "responsibility_has_a_function"),
        (
            Responsibility,
            {"valid_to": date(2000, 1, 1)},
            "responsibility_ends_after_it_begins",
        ),
        (RoleShare, {"percent": 101}, "role_share_1_to_100"),
        (RoleShare, {"valid_to": date(2000, 1, 1)}, "role_share_ends_after_it_begins"),
        (RegisterTerm, {"name": ""}, "register_term_has_a_name"),
        (RegisterTerm, {"basis": ""}, "register_term_has_a_basis"),
        (RegisterTerm, {"valid_to": date(2000, 1, 1)}, "register_term_ends_after_it_begins"),
        (RegisterTerm, {"list": "meeting_kind", "code": "x"}, "register_term_once"),
    ],
)
def test_the_database_refuses_what_can_never_be(year, model, change, named):
    year.keys()

    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        model.objects.update(**change)


def test_the_database_refuses_two_shares_of_one_role_at_once(year):
    held = year.held()
    year.share(held, valid_to=held.valid_from + timedelta(days=9))
    year.share(held, valid_from=held.valid_from + timedelta(days=10))

    with (
        pytest.raises(IntegrityError, match="role_share_periods_do_not_overlap"),
        transaction.atomic(),
    ):
        RoleShare.objects.update(valid_from=held.valid_from, valid_to=None)
