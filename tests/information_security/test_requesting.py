"""Whoever answers for a system asks to have it classified: the coordinators are told, and order it."""

import pytest
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.information_security.actions import requesting
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message
from tests.factories import make_person
from tests.information_security.making import World
from tests.information_security.test_api import Api
from tests.information_security.test_pages import text_of
from tests.refusing import refused
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def stands(world):
    return SystemStanding.objects.get(system=world.system)


def test_the_owner_asks_on_the_gap_list_and_the_coordinator_orders(world, commit):
    owner, lead = signed_in(world.owner), signed_in(world.lead)
    listed, row = reverse("classification_gaps"), stands(world)
    assert "Begär klassning" in text_of(owner.get(listed))
    address = reverse("classification_request_many")
    missing = owner.post(address, {"ticked": [row.pk], "why": " "})
    assert missing.status_code == 422
    assert "Skriv varför klassningen behövs." in text_of(missing)

    assert owner.post(address, {"ticked": [row.pk], "why": "Nya uppgifter."}).status_code == 302
    commit()

    mail = Message.objects.get(kind="classification_requested", person=world.lead)
    assert kinds.of(mail.kind).still_due(mail)
    page = text_of(lead.get(kinds.of(mail.kind).path(mail)))
    for words in (world.system.name, "Klassning begärd", "Nya uppgifter.", "Olle Ägare"):
        assert words in page
    assert Event.objects.filter(action="standing.requested").exists()
    lead.post(reverse("classification_order_many"), {"ticked": [row.pk], "occasion": "existing"})
    row.refresh_from_db()
    assert (row.requested_at, row.requested_by, row.requested_why) == (None, None, "")
    assert row.under_way is not None
    assert not kinds.of(mail.kind).still_due(mail)


def test_it_is_asked_for_once_and_not_while_it_is_classified(world):
    row = stands(world)
    requesting.request(row, by=world.manager, why="Nytt avtal.")

    with pytest.raises(NotReady, match="redan begärd"):
        requesting.request(row, by=world.owner, why="Nya uppgifter.")
    case = world.ordered()
    with pytest.raises(NotReady, match=f"klassas redan, i {case.number}"):
        requesting.request(row, by=world.owner, why="Nya uppgifter.")
    assert requesting.request_many([row], by=world.owner, why="Nya.") == (
        [], [f"{world.system}: klassas redan, i {case.number}."]
    )  # fmt: skip


def test_nobody_else_asks(world):
    stranger = make_person()

    with pytest.raises(NotAllowed):
        requesting.request(stands(world), by=stranger, why="Nyfiken.")
    address = reverse("classification_request_many")
    assert signed_in(stranger).post(address, {}).status_code == 403
    assert signed_in(world.lead).post(address, {}).status_code == 403


def test_a_program_asks_by_the_same_act(world):
    given = {"id": stands(world).pk, "why": "Nya uppgifter."}

    made = Api(world.owner, "classification-gaps").post("request/", given)
    again = Api(world.owner, "classification-gaps").post("request/", given, key="annan")

    assert (made.status_code, made.json()["requested_by"]) == (200, world.owner.email)
    assert again.status_code == 409
    assert Api(world.lead, "classification-gaps").post("request/", given).status_code == 403


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "standing_requested_together",
            {"requested_at": "2026-11-01T10:00Z", "requested_why": "X"},
        ),
        ("standing_request_says_why", {"requested_why": "X"}),
    ],
)
def test_the_tables_own_constraints(name, values, world):
    with refused(name):
        SystemStanding.objects.filter(system=world.system).update(**values)
