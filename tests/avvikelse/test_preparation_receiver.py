"""The suggested unit: a rule first, then the register, then what coordinators did before; or none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from avvikelse.actions import coordination
from avvikelse.models import Deviation, Preparation, RoutingRule
from avvikelse.preparation import keeping
from tests.factories import (
    Region,
    code,
    file_report,
    make_device,
    make_model,
    make_system,
    prepare_to_coordinate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


def report(region, text, unit=None, **fields):
    told = {"what_happened": text, "immediate_action": "", **fields}
    return file_report(unit or region.ward, region.reporter, **told)


def prepared(case):
    assert keeping.prepare(case.pk)
    return Preparation.objects.select_related("receiver", "rule").get(pk=case.pk)


def make_rule(region, to=None, **fields):
    fields = {"name": "Pumpar till MT", "is_active": True, "dry_run_at": timezone.now(), **fields}
    return RoutingRule.objects.create(receiver=to or region.devices, **fields)


def coordinated(region, text, to, unit=None):
    case = report(region, text, unit)
    prepare_to_coordinate(case, by=region.coordinator)
    coordination.coordinate(case, to=to, by=region.coordinator)
    return case


def test_a_rule_that_is_on_comes_first(region):
    rule = make_rule(region, words=["pump", "dropp"])
    make_system("Cosmos", region.operations)

    found = prepared(report(region, "Pumpen i Cosmos droppade inte."))

    assert (found.receiver, found.rule) == (region.devices, rule)
    assert found.receiver_reason == "regeln ”Pumpar till MT”: texten nämner droppade och pumpen."


def test_a_rule_that_is_off_is_not_asked(region):
    make_rule(region, words=["pump"], is_active=False)

    assert prepared(report(region, "Pumpen droppade inte.")).receiver is None


def test_rules_are_tried_in_their_order(region):
    make_rule(region, words=["pump"], position=20)
    first = make_rule(region, region.operations, words=["pump"], position=10, name="Först")

    assert prepared(report(region, "Pumpen droppade inte.")).rule == first


def test_every_condition_of_a_rule_must_hold_and_of_its_words_one(region):
    rule = make_rule(region, words=["tryck", "flöde i slangen"], filing_unit=region.hospital)

    def fits(text, unit):
        case = report(region, text, unit)
        return Deviation.objects.fitting(rule).filter(pk=case.pk).exists()

    assert fits("Fel tryck igen.", region.ward)
    assert fits("Inget flöde i slangen.", region.ward)
    assert not fits("Slangen hade inget flöde.", region.ward)
    assert not fits("Fel tryck igen.", region.private)


def test_a_rule_by_kind_goes_by_what_was_suggested_until_somebody_has_chosen(region):
    rule = make_rule(region, kind=code("deviation_kind", "medical_device"))
    case = report(region, "Infusionspumpen larmade inte när slangen var klämd.")

    assert prepared(case).rule == rule

    other = report(region, "Infusionspumpen larmade inte när slangen var klämd.")
    coordination.classify(
        other, by=region.coordinator, kind=code("deviation_kind", "internal_routine")
    )
    assert prepared(other).rule is None


@pytest.mark.parametrize("stated", [True, False])
def test_a_rule_by_system_goes_by_what_is_stated_or_found(region, stated):
    system = make_system("Cosmos", region.operations)
    rule = make_rule(region, system=system)

    text = "Det stod still." if stated else "Cosmos stod still."
    found = prepared(report(region, text, system=system if stated else None))

    assert found.rule == rule


def test_a_unit_that_no_longer_receives_is_not_suggested(region):
    make_rule(region, words=["pump"])
    region.devices.valid_to = timezone.localdate() - timedelta(days=1)
    region.devices.save()

    assert prepared(report(region, "Pumpen droppade inte.")).receiver is None


def test_the_one_who_has_the_device_in_its_register_is_next(region):
    make_device("MT-20417", region.devices)
    found = prepared(report(region, "Pumpen mt 20417 stod still."))

    assert found.receiver == region.devices
    assert found.receiver_reason == (
        "Volumed 300 med inventarienummer MT-20417 står i deras register."
    )


def test_a_model_and_a_system_lead_to_those_who_manage_them(region):
    make_model("Ventura 5", "Ventura AB", region.devices)
    make_system("Cosmos", region.operations)

    assert prepared(report(region, "En Ventura 5 pep.")).receiver == region.devices
    found = prepared(report(region, "Cosmos hängde sig."))
    assert (found.receiver, found.receiver_reason) == (
        region.operations,
        "Cosmos förvaltas där.",
    )


def test_otherwise_it_goes_where_similar_cases_went(region):
    for room in ("ett", "två", "tre", "fyra"):
        coordinated(region, f"Larmtelefonen tappade täckning i kulvert {room}.", region.operations)
    coordinated(region, "Larmtelefonen tappade täckning vid hissen.", region.devices)

    found = prepared(report(region, "Larmtelefonen tappade täckningen i kulverten."))

    assert found.receiver == region.operations
    assert (found.similar_there, found.similar_routed) == (4, 5)
    assert found.receiver_reason == "4 av 5 liknande ärenden gick dit."


def test_nothing_is_suggested_when_similar_cases_went_different_ways(region):
    for n, to in enumerate([region.operations, region.devices] * 2):
        coordinated(region, f"Larmtelefonen tappade täckning i kulvert {n}.", to)

    found = prepared(report(region, "Larmtelefonen tappade täckningen i kulverten."))

    assert found.receiver is None
    assert found.similar_routed == 4


def test_two_similar_cases_are_too_few_to_go_by(region):
    for n in range(2):
        coordinated(region, f"Larmtelefonen tappade täckning i kulvert {n}.", region.operations)

    assert prepared(report(region, "Larmtelefonen tappade täckningen.")).receiver is None


def test_what_was_suggested_stands_beside_what_was_chosen(region):
    make_device("MT-20417", region.devices)
    case = report(region, "Pumpen MT-20417 stod still.")
    prepared(case)
    prepare_to_coordinate(case, by=region.coordinator)
    coordination.coordinate(case, to=region.operations, by=region.coordinator)

    routing = case.deviation.routings.get()
    assert (routing.suggested, routing.chosen) == (region.devices, region.operations)


def test_what_coordinators_did_with_nearly_all_similar_cases_outweighs_the_register(region):
    device = make_device("MT-20417", region.devices)
    for n in range(6):
        coordinated(region, f"EKG fastnade i apparaten, kurva {n} kom aldrig.", region.operations)

    found = prepared(report(region, "EKG fastnade i apparaten MT-20417, kurvan kom aldrig."))

    assert found.device == device
    assert found.receiver == region.operations
    assert found.receiver_reason == (
        "Medicinsk teknik har det i sitt register, men 6 av 6 liknande ärenden gick dit."
    )
