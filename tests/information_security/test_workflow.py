"""Every step from every status, against a table written by hand; and what each step waits for."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.cases.actions import reminders, steps
from patientsakerhet.cases.models import Deadline
from patientsakerhet.information_security.actions import (
    assessing,
    classifying,
    deciding,
    follow_ups,
    ordering,
    preparing,
    programmes,
)
from patientsakerhet.information_security.actions.ordering import Order
from patientsakerhet.information_security.models import (
    InformationClassification,
    SystemStanding,
)
from patientsakerhet.information_security.workflow import WORKFLOW
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale, WrongStep
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Person, Role
from patientsakerhet.register.models import SystemDependency
from tests.factories import fresh, make_person, person_as
from tests.information_security.making import LEVELS, REASONS, World
from tests.information_security.test_guards import judged
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

STATUSES = (
    "ordered", "delivered", "assessing", "deciding", "decided", "superseded", "ended", "cancelled"
)  # fmt: skip
LEADS_TO = {
    ("deliver", "ordered"): "delivered",
    ("send_back", "delivered"): "ordered",
    ("send_back", "assessing"): "ordered",
    ("assess", "delivered"): "assessing",
    ("propose", "assessing"): "deciding",
    ("reassess", "deciding"): "assessing",
    ("decide", "deciding"): "decided",
    ("supersede", "decided"): "superseded",
    ("end", "decided"): "ended",
    ("cancel", "ordered"): "cancelled",
    ("cancel", "delivered"): "cancelled",
    ("cancel", "assessing"): "cancelled",
    ("cancel", "deciding"): "cancelled",
}
"""(step, status) -> status, written by hand."""


def _in_every_status():
    """A system that nobody has classified, and one more for the case in each status."""
    world = World()
    unclassified, cases = world.system, {}
    for status in STATUSES:
        world.system = world.another_system()
        cases[status] = world.in_status(status)
    world.system = unclassified
    judged()
    return world, cases


_made, in_every_status = made_once(_in_every_status)


@pytest.fixture
def world(in_every_status):
    return in_every_status[0]


@pytest.fixture
def cases(in_every_status):
    return in_every_status[1]


@pytest.mark.parametrize("status", STATUSES)
def test_every_step_from_every_status(status, world, cases):
    case = cases[status]
    assert case.status == status
    assert set(WORKFLOW.statuses) == set(STATUSES)
    legal = {(name, source): target for source, name, target in WORKFLOW.arrows()}
    assert legal == LEADS_TO
    everybody = (world.owner, world.lead)
    for step in WORKFLOW.steps:
        by = next(one for one in everybody if step.needs in policy.capabilities(one, case))
        if (step.name, status) not in LEADS_TO:
            with pytest.raises(WrongStep):
                steps.take_step(fresh(case), step.name, by=by, reason="Därför.")


@pytest.mark.parametrize(
    ("status", "name"), [("delivered", "send_back"), ("assessing", "send_back"),
                         ("deciding", "reassess"), ("delivered", "cancel"),
                         ("assessing", "cancel"), ("deciding", "cancel")],
)  # fmt: skip
def test_each_step_aside_is_really_taken(status, name, world, cases, commit):
    by = world.owner if name == "reassess" else world.lead

    moved = deciding.take_step(cases[status], name, by=by, reason="Det saknas något.")
    commit()

    assert moved.status == LEADS_TO[name, status]


def test_the_whole_way_is_walked_and_the_database_agrees(cases, commit):
    case = cases["decided"]
    commit()

    taken = [one.step for one in case.transitions.order_by("occurred_at", "pk")]
    assert taken == ["file", "deliver", "assess", "propose", "decide"]
    stands = SystemStanding.objects.get(system=case.information_classification.system)
    today = timezone.localdate()
    assert (stands.classified_on, stands.risk_assessed_on) == (today, today)
    assert stands.valid_until == deciding.valid_until(today)
    assert (stands.levels, stands.classification, stands.under_way) == ("K3 R3 T2", case, None)


def refused(do, *args, **given):
    with pytest.raises(NotReady) as refusal:
        do(*args, **given)
    return refusal.value.reasons


def test_an_owner_is_told_everything_that_is_left_to_deliver(world, cases):
    case = cases["ordered"]

    assert refused(classifying.deliver, case, by=world.owner) == [
        "Det står inte vilken information som klassas.",
        "Nivå saknas för konfidentialitet, riktighet, tillgänglighet och spårbarhet.",
        "Skäl saknas för konfidentialitet, riktighet, tillgänglighet och spårbarhet.",
        "Det står inte vilka som deltog.",
    ]


def test_no_risk_assessment_before_the_owner_has_delivered(world, cases):
    case = cases["ordered"]

    with pytest.raises(WrongStep):
        deciding.take_step(case, "assess", by=world.lead)


def test_no_risk_assessment_before_coordinators_are_named_and_the_input_is_there(world, cases):
    case = cases["delivered"]
    preparing.name_administration(case, world.region.hospital, by=world.lead)

    reasons = refused(deciding.take_step, fresh(case), "assess", by=world.lead)

    assert reasons == [
        "Informationssäkerhetssamordnare saknas för Sjukhuset och Digitalisering IT och MT.",
        "Underlag saknas: Systembeskrivning, Informationsflöden, Användare och behörigheter, "
        "Avtal med leverantören och Reservrutin vid avbrott.",
    ]


def test_a_named_coordinator_is_one_at_the_administration_and_is_told(world, cases):
    case = cases["delivered"]
    stranger = person_as(Role.INFOSEC_COORDINATOR, world.region.private)

    assert refused(
        preparing.name_administration, case, world.region.hospital, by=world.lead,
        coordinator=stranger,
    ) == [f"{stranger} är inte informationssäkerhetssamordnare för Sjukhuset."]  # fmt: skip
    this = InformationClassification.objects.filter(pk=case.pk)
    assert not this.visible_to(Person.objects.get(pk=world.hospitals.pk)).exists()
    preparing.name_administration(
        fresh(case), world.region.hospital, by=world.lead, coordinator=world.hospitals
    )

    assert this.visible_to(Person.objects.get(pk=world.hospitals.pk)).exists()
    told = Message.objects.get(kind="classification_coordinator", case_id=case.pk)
    assert told.person == world.hospitals


def test_while_risks_are_assessed_no_administration_is_without_a_coordinator(world, cases):
    case = cases["assessing"]
    rows = case.information_classification.administrations.order_by("pk")

    assert refused(preparing.name_administration, case, world.region.ward, by=world.lead) == [
        "Riskbedömningen pågår. Skriv vem som deltar för förvaltningen."
    ]
    first, last = rows
    preparing.remove_administration(first, by=world.lead)
    assert refused(preparing.remove_administration, last, by=world.lead) == [
        "Riskbedömningen pågår. Minst en förvaltning är berörd."
    ]


def test_what_is_not_needed_says_why(world):
    row = world.ordered().information_classification.inputs.first()

    assert refused(preparing.check_off, row, by=world.lead, state="not_applicable") == [
        "Skriv varför underlaget inte behövs."
    ]


def test_a_risk_that_is_to_be_reduced_has_a_measure(world, cases):
    case = cases["assessing"]
    assert refused(assessing.propose, case, by=world.lead) == [
        "Ingen risk är bedömd. Lägg till risker, eller skriv varför det inte finns några."
    ]
    risk = world.risk(case, treatment="reduce", treatment_reason="")
    untreated = world.risk(case, treatment="", treatment_reason="")

    assert refused(assessing.propose, fresh(case), by=world.lead) == [
        "En risk saknar förslag.",
        "En risk ska minskas men saknar gällande åtgärd.",
    ]
    assessing.remove_risk(untreated, by=world.lead)
    world.measure(risk)
    assert assessing.propose(fresh(case), by=world.lead).status == "deciding"


def test_a_measure_that_is_taken_back_reduces_no_risk_any_longer(world, cases):
    case = cases["assessing"]
    risk = world.risk(case, treatment="reduce", treatment_reason="")
    unmet = "En risk ska minskas men saknar gällande åtgärd."
    world.take_back(world.measure(risk))
    assert refused(assessing.propose, fresh(case), by=world.lead) == [unmet]
    measure = world.measure(risk)
    assessing.propose(fresh(case), by=world.lead)
    world.take_back(measure)

    decide = {"by": world.owner, "decision": "accepted", "reason": "Bra."}
    assert refused(deciding.decide, fresh(case), **decide) == [unmet]
    deciding.take_step(fresh(case), "reassess", by=world.owner, reason="Åtgärden utgick.")
    assessing.change_risk(
        risk,
        assessing.Risk(
            "Röjs", "confidentiality", 2, 2, treatment="accept", treatment_reason="Liten."
        ),
        by=world.lead,
    )
    assessing.propose(fresh(case), by=world.lead)
    assert deciding.decide(fresh(case), **decide).status == "decided"


def test_why_there_are_no_risks_is_enough(world, cases):
    case = cases["assessing"]

    assessing.say_no_risks(case, "Bara öppen information.", by=world.lead)

    assert assessing.propose(fresh(case), by=world.lead).handler == world.owner


def test_whose_turn_it_is_follows_the_case_and_is_reminded(world, cases):
    case = cases["ordered"]
    assert case.handler == world.owner
    ordered = Message.objects.get(kind="classification_ordered", case_id=case.pk)
    assert ordered.person == world.owner
    Deadline.objects.filter(case=case).update(
        due_at=timezone.now() - timedelta(days=1), next_alarm_at=timezone.now()
    )

    reminders.sweep()

    assert Message.objects.get(kind="overdue").person == world.owner
    assert world.delivered(case).handler == world.lead


def test_the_owner_decides_and_not_whoever_leads(world, cases):
    case = cases["deciding"]

    with pytest.raises(NotAllowed):
        deciding.decide(case, by=world.lead, decision="accepted", reason="Bra.")
    with pytest.raises(NotAllowed):
        deciding.decide(case, by=world.manager, decision="accepted", reason="Bra.")
    until = timezone.localdate() + timedelta(days=100)
    decided = deciding.decide(
        case, by=world.owner, decision="with_measures", reason="Om de görs.", until=until
    )

    assert timezone.localdate(decided.due_at) == until
    state = decided.deadlines.open().get()
    assert timezone.localdate(state.remind_at) == until - timedelta(days=90)


@pytest.mark.parametrize("days", [0, 1096])
def test_a_classification_holds_no_longer_than_the_rule_says(days, world, cases):
    case = cases["deciding"]
    until = timezone.localdate() + timedelta(days=days)

    [reason] = refused(
        deciding.decide, case, by=world.owner, decision="accepted", reason="Bra.", until=until
    )

    assert reason.startswith("Klassningen kan gälla till och med")


def test_a_newer_classification_replaces_the_older_unless_something_is_left_to_do(world, cases):
    old = cases["assessing"]
    risk = world.risk(old, treatment="reduce", treatment_reason="")
    measure = world.measure(risk)
    assessing.propose(fresh(old), by=world.lead)
    deciding.decide(fresh(old), by=world.owner, decision="with_measures", reason="Bra.")
    system = old.information_classification.system
    newer = world.decided(world.ordered(system=system))

    assert fresh(old).status == "decided"
    assert SystemStanding.objects.get(system=system).classification == newer
    assert refused(deciding.take_step, fresh(old), "supersede", by=world.lead) == [
        "1 åtgärd är öppen."
    ]
    world.finish(measure)
    assert deciding.take_step(fresh(old), "supersede", by=world.lead).status == "superseded"


def test_a_system_is_classified_by_one_case_at_a_time(world, cases):
    case = cases["ordered"]
    system = case.information_classification.system

    with pytest.raises(NotReady) as refusal:
        world.ordered(system=system)

    assert str(refusal.value) == f"{system} klassas redan, i {case.number}."


def test_the_same_order_sent_twice_is_one_case(world):
    wanted = Order(occasion="new", owner=world.owner, system=world.system)
    key = uuid4()

    first = ordering.order(wanted, by=world.lead, submission=key)
    again = ordering.order(wanted, by=world.lead, submission=key)

    assert first == again
    assert InformationClassification.objects.filter(system=world.system).count() == 1


def test_an_asset_that_is_no_system_is_classified_at_its_unit(world):
    case = world.ordered(system=None, asset="Forskningsdatabas", unit=world.region.devices)

    assert case.title == "Informationsklassning av Forskningsdatabas"
    assert refused(
        ordering.order, Order(occasion="new", owner=world.owner, asset="X"),
        by=world.lead, submission=uuid4(),
    ) == ["Skriv vilken enhet informationstillgången hör till."]  # fmt: skip


def test_many_are_ordered_at_once_and_those_without_owner_passed_over(world):
    lonely = world.another_system(information_owner=None)
    other = world.another_system()

    made, passed = ordering.order_many(
        [one.standing for one in (world.system, lonely, other)],
        by=world.lead,
        submission=uuid4(),
        occasion="existing",
    )

    assert {one.information_classification.system for one in made} == {world.system, other}
    assert passed == [f"{lonely}: ingen informationsägare i registret."]


def test_a_new_owner_takes_over_and_the_former_no_longer_may(world, cases):
    case = cases["ordered"]
    other = make_person("Nya ägaren")

    ordering.change_owner(case, other, by=world.lead)

    assert fresh(case).handler == other
    with pytest.raises(NotAllowed):
        world.written(fresh(case))
    classifying.write(
        fresh(case), by=other, information="Journaler.", levels=LEVELS, reasons=REASONS
    )


def test_somebody_elses_change_is_not_written_over(world, cases):
    case = cases["ordered"]

    with pytest.raises(Stale):
        classifying.write(
            case, by=world.owner, information="X", levels={}, reasons={}, version=case.version - 1
        )


def test_a_personal_number_is_masked_where_others_read(world, cases):
    case = cases["ordered"]

    classifying.write(
        case, by=world.owner, information="Journalen för 19121212-1212.", levels={}, reasons={}
    )

    assert "1212-1212" not in fresh(case).information_classification.information


@pytest.mark.parametrize("role", ["reporter", "administrator", "action_owner", "log_reviewer"])
def test_others_know_nothing_of_it(role, world, cases):
    case = cases["ordered"]
    person = person_as(role, world.region.root)

    assert not policy.capabilities(person, case)
    assert not InformationClassification.objects.visible_to(person).exists()
    with pytest.raises(NotAllowed):
        ordering.order(
            Order(occasion="new", owner=world.owner, system=world.another_system()),
            by=person, submission=uuid4(),
        )  # fmt: skip


def test_a_change_in_the_register_is_seen_beside_the_classification(world, cases):
    world.system = cases["decided"].information_classification.system
    assert not SystemStanding.objects.changed_since().exists()

    world.system.criticality = "critical"
    world.system.save(update_fields=["criticality"])

    assert SystemStanding.objects.changed_since().get().system == world.system
    world.decided()
    assert not SystemStanding.objects.changed_since().exists()


def test_units_that_begin_or_cease_to_depend_on_a_system_change_it(world, cases):
    world.system = cases["decided"].information_classification.system
    other = world.another_system()

    needs = SystemDependency.objects.create(system=world.system, unit=world.region.devices)
    SystemDependency.objects.create(system=other, unit=world.region.devices)
    assert SystemStanding.objects.changed_since().get().system == world.system
    world.decided()
    needs.valid_to = timezone.localdate()
    needs.save(update_fields=["valid_to"])

    assert SystemStanding.objects.changed_since().get().system == world.system


def test_an_asset_that_is_no_system_stands_beside_the_systems(world):
    unit = world.region.operations
    asset = {"system": None, "asset": "Pappersjournaler", "unit": unit}
    case = world.decided(world.ordered(**asset))
    [row] = SystemStanding.objects.filter(system=None)

    assert (row.subject, row.managing_unit, row.asked) == ("Pappersjournaler", unit, world.owner)
    assert (row.classification, row.classified_on) == (case, timezone.localdate())
    again = world.ordered(**{**asset, "asset": "pappersjournaler"})
    assert refused(
        ordering.order,
        Order(occasion="new", owner=world.owner, asset="Pappersjournaler", unit=unit),
        by=world.lead, submission=uuid4(),
    ) == [f"Pappersjournaler klassas redan, i {again.number}."]  # fmt: skip
    world.decided(again)
    assert fresh(case).status == "superseded"
    deciding.take_step(fresh(again), "end", by=world.lead, reason="Papperen är förstörda.")
    assert not SystemStanding.objects.filter(system=None).in_use().exists()


def test_a_programme_is_a_row_that_those_who_lead_change(world):
    row = programmes.put(None, by=world.lead, code="sdv", name="Skånes digitala vårdsystem")

    changed = programmes.put(
        row, by=world.lead, name="SDV", counted_apart=False, version=row.version
    )

    assert (changed.name, changed.counted_apart, changed.version) == ("SDV", False, 2)
    with pytest.raises(Stale):
        programmes.put(row, by=world.lead, name="X", version=1)
    with pytest.raises(NotAllowed):
        programmes.put(None, by=world.owner, code="u537", name="U537")
    case = world.ordered(programme=changed)
    assert case.information_classification.programme == changed


def test_a_follow_up_is_planned_and_recorded_once(world):
    today = timezone.localdate()
    row = follow_ups.plan(
        by=world.lead, title="Behörigheter", unit=world.region.operations,
        responsible=world.manager, planned_on=today, system=world.system,
    )  # fmt: skip

    assert refused(follow_ups.record, row, by=world.manager, done_on=today, result=" ") == [
        "Skriv vad uppföljningen visade."
    ]
    with pytest.raises(NotAllowed):
        follow_ups.record(row, by=world.hospitals, done_on=today, result="Bra.")
    done = follow_ups.record(row, by=world.manager, done_on=today, result="Tre var för vida.")

    assert done.done_by == world.manager
    assert refused(follow_ups.record, row, by=world.manager, done_on=today, result="X") == [
        "Uppföljningen är redan genomförd."
    ]
