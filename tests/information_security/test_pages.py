"""The pages of information security: from the order to the decision, the gap list, the coverage."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security import coverage
from patientsakerhet.information_security.actions import follow_ups, preparing, programmes
from patientsakerhet.information_security.models import (
    InformationClassification,
    SecurityFollowUp,
    SecurityRisk,
    SystemStanding,
)
from tests.factories import fresh, make_person, person_as
from tests.information_security.making import LEVELS, World
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

PARTS = (
    "classification", "classification_input", "classification_risks", "classification_decision",
    "classification_history",
)  # fmt: skip


_made, world = made_once(World)


def text_of(answer):
    return answer.content.decode()


def test_a_classification_is_walked_from_order_to_decision_on_the_pages(world):
    lead, owner = signed_in(world.lead), signed_in(world.owner)
    answer = lead.post(
        reverse("classification_order"), {"system": world.system.name, "occasion": "new"}
    )
    case = Case.objects.get(kind="information_classification")
    assert answer["Location"] == case.get_absolute_url()

    def at(page, *args):
        return reverse(page, args=[case.number, *args])

    def post(client, page, *args, prefix="", **given):
        version = fresh(case).version
        told = {f"{prefix}{key}": value for key, value in given.items()}
        answer = client.post(at(page, *args), {f"{prefix}version": version, **told})
        assert answer.status_code == 302, text_of(answer)

    assert "Klassa informationen" in text_of(owner.get(at("classification")))
    levels = dict.fromkeys(LEVELS, 3)
    reasons = {f"{name}_reason": "Patienter kan skadas." for name in levels}
    post(owner, "classification_write", information="Journaler.", **levels, **reasons)
    post(owner, "classification_participant", prefix="deltagare-", name="Olle", part="ägare")
    post(owner, "classification_step", "deliver")
    post(lead, "classification_administration", prefix="ny-", unit="Sjukhuset")
    row = case.information_classification
    for one in row.administrations.all():
        coordinator = world.hospitals if one.unit == world.region.hospital else world.lead
        post(
            lead, "classification_coordinator", one.pk, prefix=f"f{one.pk}-",
            coordinator=coordinator.pk,
        )  # fmt: skip
    for one in row.inputs.all():
        post(lead, "classification_input_check", one.pk, prefix=f"u{one.pk}-", state="there")
    post(lead, "classification_step", "assess")
    post(
        lead, "classification_risk", 0, prefix="r0-", title="Någon läser", severity=4,
        threatens="confidentiality", likelihood=2, treatment="reduce",
    )  # fmt: skip
    risk = SecurityRisk.objects.get()
    today = timezone.localdate()
    post(
        lead, "classification_measure", risk.pk, title="Stark inloggning", strength="strong",
        owner=world.owner.email, owner_is_told="on", due_on=today + timedelta(days=9),
        effect_sign="Inga lösenord", effect_due_on=today + timedelta(days=20),
    )  # fmt: skip
    assert "Stark inloggning" in text_of(lead.get(at("classification_risks")))
    post(lead, "classification_step", "propose")
    assert "Besluta" in text_of(owner.get(at("classification_decision")))
    post(owner, "classification_decision", decision="with_measures", reason="Rimligt.")

    assert fresh(case).status == "decided"
    page = text_of(lead.get(reverse("classification_gaps")))
    assert "K3 R3 T3" in page
    assert case.number in text_of(
        signed_in(world.manager).get(reverse("register_system", args=[world.system.pk]))
    )


def test_what_was_written_is_kept_when_it_is_refused(world):
    case = world.ordered()
    client = signed_in(world.owner)

    stale = client.post(
        reverse("classification_write", args=[case.number]),
        {"version": case.version + 3, "information": "Det jag skrev"},
    )
    wrong = client.post(
        reverse("classification_write", args=[case.number]),
        {"version": case.version, "information": "Det jag skrev", "integrity": 7},
    )

    assert (stale.status_code, wrong.status_code) == (409, 422)
    assert "Det jag skrev" in text_of(stale)
    assert "Det jag skrev" in text_of(wrong)


def test_somebody_else_does_not_know_of_it(world):
    case = world.ordered()
    known = {}
    for stranger in (make_person(), person_as("infosec_coordinator", world.region.private)):
        client = signed_in(stranger)
        for name in PARTS:
            answer = client.get(reverse(name, args=[case.number]))
            known[name, stranger.name] = answer.status_code

    assert set(known.values()) == {404}, known


def test_a_part_asks_the_database_as_much_for_one_risk_as_for_three(world):
    case = world.assessed()
    client = signed_in(world.lead)
    client.get(reverse("classifications"))
    for units in ([], [world.region.ward, world.region.sibling]):
        for unit in units:
            there = person_as("infosec_coordinator", unit)
            preparing.name_administration(case, unit, by=world.lead, coordinator=there)
        for _ in units or [None]:
            world.measure(world.risk(case, treatment="reduce", treatment_reason=""))

        assert {name: statements(client, name, case.number) for name in PARTS} == QUERIES


QUERIES = {
    "classification": 23,
    "classification_input": 23,
    "classification_risks": 22,
    "classification_decision": 22,
    "classification_history": 24,
}


def test_the_lists_ask_the_database_as_much_for_one_as_for_three(world):
    client = signed_in(world.lead)
    client.get(reverse("classifications"))
    for more in (1, 2):
        for _ in range(more):
            world.decided(world.ordered(system=world.another_system()))
            follow_ups.plan(
                by=world.lead, title="Behörigheter", unit=world.region.operations,
                responsible=world.manager, planned_on=timezone.localdate(), system=world.system,
            )  # fmt: skip

        assert {name: statements(client, name) for name in LISTS} == LISTS


def statements(client, name, *args):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(asked)


LISTS = {
    "classifications": 11,
    "classification_gaps": 11,
    "classification_coverage": 15,
    "security_follow_ups": 8,
    "programmes": 7,
}


def test_the_gap_list_begins_with_those_that_were_never_classified(world):
    never = world.another_system(criticality="critical")
    world.decided()
    old = world.another_system()
    SystemStanding.objects.filter(system=old).update(
        classified_on=timezone.localdate() - timedelta(days=1200),
        valid_until=timezone.localdate() - timedelta(days=100),
    )
    client = signed_in(world.lead)

    def shown(**asked):
        answer = client.get(reverse("classification_gaps"), asked)
        assert answer.status_code == 200
        return [row["name"] for row in answer.context["rows"]]

    assert shown() == [never.name, old.name, world.system.name]
    assert shown(gap="aldrig") == [never.name]
    assert shown(gap="utgangen") == [old.name]
    assert shown(gap="galler") == [world.system.name]
    assert shown(criticality="critical") == [never.name]
    assert shown(unit="IT-drift") == [never.name, old.name, world.system.name]
    assert shown(unit="Sjukhuset") == []
    assert shown(owner="Olle", gap="aldrig") == [never.name]
    assert shown(assessment="finns") == []
    never.in_use = False
    never.save(update_fields=["in_use"])
    assert never.name not in shown()
    assert never.name in shown(retired="on")


def test_classifications_are_ordered_from_the_gap_list(world):
    lonely = world.another_system(information_owner=None)
    client = signed_in(world.lead)

    answer = client.post(
        reverse("classification_order_many"),
        {"ticked": [world.system.standing.pk, lonely.standing.pk], "occasion": "existing"},
        follow=True,
    )

    assert "En klassning är beställd" in text_of(answer)
    assert f"{lonely}: ingen informationsägare" in text_of(answer)
    assert InformationClassification.objects.get().system == world.system
    nothing = client.post(reverse("classification_order_many"), {"occasion": "existing"})
    assert nothing.status_code == 422
    assert "Kryssa i minst ett system" in text_of(nothing)


def test_an_owner_sees_only_her_own_systems_in_the_gap_list(world):
    other = world.another_system(information_owner=None)
    assert other in [one.system for one in SystemStanding.objects.visible_to(world.lead)]

    seen = SystemStanding.objects.visible_to(world.owner)

    assert [one.system for one in seen] == [world.system]


def test_files_hold_what_the_list_shows_and_the_trail_tells(world):
    world.decided()
    client = signed_in(world.lead)

    for name in (
        "classifications_extract", "classification_gaps_extract", "security_follow_ups_extract"
    ):  # fmt: skip
        answer = client.get(reverse(name, args=["csv"]))
        assert answer.status_code == 200
        body = b"".join(answer.streaming_content).decode("utf-8-sig")
        if name != "security_follow_ups_extract":
            assert world.system.name in body
    assert Event.objects.filter(action="export.made", actor_id=world.lead.pk).count() == 3


def test_coverage_counts_each_system_once_and_where_it_stood(world):
    world.decided()
    world.decided()
    world.another_system(criticality="critical")
    rows = SystemStanding.objects.visible_to(world.lead).in_use()

    assert (coverage.whole(rows).systems, coverage.whole(rows).valid) == (2, 1)
    assert [(one.label, one.systems, one.valid) for one in coverage.by_criticality(rows)] == [
        ("Verksamhetskritisk", 1, 0),
        ("Hög", 1, 1),
    ]
    [line] = coverage.by_administration(rows)
    assert (line.label, line.never, line.share) == ("Digitalisering IT och MT", 1, "50 %")


def test_a_programme_and_a_follow_up_are_made_on_their_pages(world):
    client = signed_in(world.lead)

    client.post(reverse("programme_new"), {"code": "u537", "name": "Stora system"})
    made = client.post(
        reverse("security_follow_up_new"),
        {"title": "Behörigheter", "unit": "IT-drift", "responsible": world.manager.email,
         "planned_on": timezone.localdate()},
    )  # fmt: skip

    assert made.status_code == 302, text_of(made)
    row = SecurityFollowUp.objects.get()
    hers = signed_in(world.manager)
    assert "Behörigheter" in text_of(hers.get("/"))
    done = hers.post(
        reverse("security_follow_up", args=[row.pk]),
        {"version": 1, "done_on": timezone.localdate(), "result": "Tre för vida."},
    )
    assert done.status_code == 302
    assert "Tre för vida." in text_of(hers.get(reverse("security_follow_up", args=[row.pk])))
    assert "U537" in text_of(client.get(reverse("programmes")))
    changed = client.post(
        reverse("programme", args=["u537"]), {"name": "Stora system", "version": 1}
    )
    assert changed.status_code == 302
    programme = programmes.Programme.objects.get(code="u537")
    assert not programme.counted_apart
