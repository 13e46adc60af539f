"""Routing rules: tried before they are on, tried again when changed, and honest about what they would do."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import coordination
from avvikelse.actions import rules as actions
from avvikelse.models import RoutingRule
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Role
from tests.avvikelse.test_coordination import report
from tests.factories import (
    Region,
    code,
    make_system,
    person_as,
    prepare_to_coordinate,
)
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
LIST = "/installningar/vagvisning/"


_made, region = made_once(Region)


@pytest.fixture
def client(region):
    return signed_in(region.coordinator)


def make_rule(region, **values):
    told = {"name": "Pumpar", "receiver": region.devices, "words": ["pump"], "position": 50}
    return actions.create({**told, **values}, by=region.coordinator)


def switched_on(rule, region):
    actions.try_out(rule, by=region.coordinator)
    return actions.switch_on(rule, by=region.coordinator, version=rule.version)


def coordinated(region, text, to):
    case = report(region, text)
    prepare_to_coordinate(case, by=region.coordinator)
    coordination.coordinate(case, to=to, by=region.coordinator)
    return case


def test_a_new_rule_is_off_and_cannot_be_on_before_it_is_tried(region):
    rule = make_rule(region)
    assert not rule.is_active
    with pytest.raises(NotReady, match="Provkör"):
        actions.switch_on(rule, by=region.coordinator, version=rule.version)
    with pytest.raises(IntegrityError, match="routing_rule_dry_run"), transaction.atomic():
        RoutingRule.objects.filter(pk=rule.pk).update(is_active=True)

    assert switched_on(rule, region).is_active


@pytest.mark.parametrize("change", [{"words": ["lyft"]}, {"receiver": "operations"}])
def test_a_rule_that_is_about_something_else_must_be_tried_again(change, region):
    rule = switched_on(make_rule(region), region)
    if "receiver" in change:
        change = {"receiver": region.operations}

    changed = actions.change(rule, change, by=region.coordinator, version=rule.version)

    assert (changed.is_active, changed.dry_run_at) == (False, None)


def test_a_new_name_or_place_in_the_order_leaves_it_on(region):
    rule = switched_on(make_rule(region), region)

    changed = actions.change(
        rule, {"name": "Alla pumpar", "position": 10}, by=region.coordinator, version=rule.version
    )

    assert (changed.is_active, changed.name, changed.position) == (True, "Alla pumpar", 10)


def test_a_rule_about_everything_is_refused(region):
    with pytest.raises(NotReady, match="minst ett villkor"):
        make_rule(region, words=[])
    with pytest.raises(IntegrityError, match="routing_rule_has_a_condition"), transaction.atomic():
        RoutingRule.objects.create(name="Allt", receiver=region.devices)


def test_two_who_change_the_same_version_do_not_overwrite_each_other(region):
    rule = make_rule(region)
    actions.change(rule, {"name": "Först"}, by=region.coordinator, version=1)

    with pytest.raises(Stale):
        actions.change(rule, {"name": "Sedan"}, by=region.coordinator, version=1)


def test_a_rule_is_taken_away_only_when_it_is_off_and_the_trail_keeps_it(region):
    rule = switched_on(make_rule(region), region)
    with pytest.raises(NotReady, match="Stäng av"):
        actions.remove(rule, by=region.coordinator, version=rule.version)
    off = actions.switch_off(rule, by=region.coordinator, version=rule.version)
    actions.remove(off, by=region.coordinator, version=off.version)

    assert not RoutingRule.objects.exists()
    told = list(Event.objects.filter(object_type="routing_rule").order_by("pk"))
    assert [event.action for event in told] == [
        "rule.created",
        "rule.tried",
        "rule.switched_on",
        "rule.switched_off",
        "rule.removed",
    ]
    assert told[-1].payload.body["words"] == ["pump"]


@pytest.mark.parametrize("role", [Role.UNIT_MANAGER, Role.ADMINISTRATOR, Role.INVESTIGATOR])
def test_only_those_who_manage_rules_may(role, region):
    person, rule = person_as(role, region.root), make_rule(region)

    for act in (actions.switch_on, actions.switch_off, actions.remove):
        with pytest.raises(NotAllowed):
            act(rule, by=person, version=rule.version)
    with pytest.raises(NotAllowed):
        actions.try_out(rule, by=person)
    assert signed_in(person).get(LIST).status_code == 403


# --- the dry run ----------------------------------------------------------------------------------


def test_a_dry_run_tells_what_coordinators_chose_for_the_same_reports(region):
    for n in range(3):
        coordinated(region, f"Pumpen stannade, {n}.", region.devices)
    elsewhere = coordinated(region, "Pumpen levererades aldrig.", region.operations)
    waiting = report(region, "Pumpen tjuter.")
    report(region, "Taklyften stannade.")
    with time_machine.travel(timezone.now() - timedelta(days=100)):
        report(region, "Pumpen stannade för länge sedan.")

    result = actions.dry_run(make_rule(region), by=region.coordinator)

    assert (result.reports, result.matched, result.coordinated, result.agreed) == (6, 5, 4, 3)
    assert result.elsewhere == [(region.operations, 1)]
    assert [one.case for one in result.disagreed] == [elsewhere]
    assert result.disagreed[0].went_to == region.operations
    assert result.examples[0].case == waiting
    assert result.examples[0].went_to is None


def test_what_one_may_not_read_is_not_counted(region):
    hidden = report(region, "Pumpen stannade.")
    steps.set_secrecy(hidden, 2, by=region.physician, reason="Skyddad.")

    assert actions.dry_run(make_rule(region), by=region.coordinator).matched == 0
    assert actions.dry_run(make_rule(region), by=region.physician).matched == 1


def test_rules_that_send_the_same_reports_elsewhere_are_named(region):
    report(region, "Pumpen i Cosmos stannade.")
    system = make_system("Cosmos", region.operations)
    first = make_rule(
        region, name="Cosmos", words=["cosmos"], receiver=region.operations, position=10
    )
    make_rule(region, name="Av", words=["pump"], receiver=region.operations)
    same = make_rule(region, name="Samma", words=["stannade"])
    for rule in (first, same):
        switched_on(rule, region)

    result = actions.dry_run(make_rule(region), by=region.coordinator)

    assert [(c.rule, c.count, c.goes_first) for c in result.conflicts] == [(first, 1, True)]
    assert system.pk


# --- the pages ------------------------------------------------------------------------------------


def fields(region, **more):
    return {
        "name": "Pumpar",
        "receiver": region.devices.pk,
        "words": "pump, Dropp , pump",
        "position": "20",
        **more,
    }


def test_a_rule_is_made_tried_and_switched_on_in_the_pages(region, client):
    coordinated(region, "Pumpen stannade.", region.devices)
    client.post(f"{LIST}ny/", fields(region))
    rule = RoutingRule.objects.get()
    assert (rule.words, rule.receiver, rule.changed_by) == (
        ["pump", "dropp"],
        region.devices,
        region.coordinator,
    )

    tried = client.post(reverse("try_routing_rule", args=[rule.pk]))
    assert "Regeln hade föreslagit Medicinsk teknik för 1 av 1 rapporter" in tried.text
    assert "samma enhet i 1 fall" in tried.text
    client.post(reverse("switch_on_routing_rule", args=[rule.pk]), {"version": rule.version})

    rule.refresh_from_db()
    assert rule.is_active
    assert "Pumpar" in client.get(LIST).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Välj minst ett villkor"),
        ({"words": "och"}, "för vanligt"),
        ({"words": "x" * 61}, "för långt"),
        ({"words": ",".join(f"pump{n}a" for n in range(31))}, "högst 30 ord"),
        ({"name": ""}, "Ge regeln ett namn"),
        ({"receiver": ""}, "obligatoriskt"),
        ({"position": "0"}, "större än eller lika med 1"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(wrong, said, region, client):
    answer = client.post(f"{LIST}ny/", fields(region, **wrong))

    assert answer.status_code == 422
    assert said in answer.text
    assert not RoutingRule.objects.exists()


def test_a_changed_rule_says_that_it_is_off_until_it_is_tried(region, client):
    rule = switched_on(make_rule(region), region)
    url = reverse("routing_rule", args=[rule.pk])
    assert client.get(url).context["form"].initial["words"] == ["pump"]

    kind = code("deviation_kind", "medical_device").pk
    answer = client.post(url, fields(region, version=rule.version, kind=kind), follow=True)
    assert "avstängd tills den provkörts" in answer.text
    assert client.post(url, fields(region, version=rule.version, name="x")).status_code == 409


def test_an_act_that_is_refused_says_why(region, client):
    rule = make_rule(region)

    answer = client.post(reverse("switch_on_routing_rule", args=[rule.pk]), follow=True)

    assert "Provkör regeln först" in answer.text
