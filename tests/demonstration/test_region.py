"""The invented region holds together: sizes, keys, roles, and nobody real."""

import csv
import re
from pathlib import Path

import pytest

from patientsakerhet.demonstration.course import IT_UNITS, MT_UNITS
from patientsakerhet.demonstration.region import region
from patientsakerhet.organisation.models import HSA_ID, Role

MUNICIPALITIES = Path(__file__).resolve().parents[3] / "shared/data/swedish/kommuner.csv"
REGION = region()


def test_the_region_has_the_size_of_a_region():
    assert 60 <= len(REGION.units) <= 80
    assert 90 <= len(REGION.people) <= 120
    assert 25 <= len(REGION.systems) <= 35
    assert 30 <= len(REGION.models) <= 35
    assert len(REGION.devices) > 200


def test_three_municipalities_and_three_private_caregivers_stand_beside_the_region():
    kinds = [provider.kind for provider in REGION.providers]

    assert sorted(kinds) == ["municipality"] * 3 + ["private"] * 3 + ["region"]


def test_every_key_is_unique():
    assert len(REGION.unit) == len(REGION.units)
    assert len(REGION.person) == len(REGION.people)
    for values in (
        [unit.hsa_id for unit in REGION.units] + [person.hsa_id for person in REGION.people],
        [person.email for person in REGION.people],
        [person.name for person in REGION.people],
        [device.inventory for device in REGION.devices],
        [(device.model.code, device.serial) for device in REGION.devices],
        [system.name for system in REGION.systems],
    ):
        assert len(values) == len(set(values))


def test_a_unit_comes_after_its_parent_and_belongs_to_its_provider():
    seen = {}
    for unit in REGION.units:
        assert not unit.parent or seen[unit.parent] == unit.provider
        seen[unit.code] = unit.provider
    assert set(seen.values()) == {provider.code for provider in REGION.providers}


def test_codes_fit_a_link_and_hsa_ids_are_well_formed():
    for unit in REGION.units:
        assert re.fullmatch(r"[a-z0-9-]{2,40}", unit.code)
        HSA_ID(unit.hsa_id)
    for person in REGION.people:
        HSA_ID(person.hsa_id)
        assert re.fullmatch(r"[a-z.-]+@region\.example", person.email)


def test_all_twelve_roles_are_held_and_coordinators_are_three():
    held = {role for person in REGION.people for role, _ in person.roles}

    assert held == set(Role.values)
    assert len(REGION.holders("coordinator", "patientsakerhet")) == 3
    assert sum(role == "chief_physician" for p in REGION.people for role, _ in p.roles) == 1


def test_everybody_works_and_holds_roles_at_units_that_exist():
    for person in REGION.people:
        assert {person.unit, *(unit for _, unit in person.roles)} <= set(REGION.unit)


@pytest.mark.parametrize("unit", [*IT_UNITS, *MT_UNITS, "informationssakerhet"])
def test_each_unit_of_the_administration_has_somebody_who_investigates(unit):
    assert REGION.holders("investigator", unit)
    assert REGION.unit[unit].receives


def test_only_one_unit_coordinates():
    assert [unit.code for unit in REGION.units if unit.coordinates] == ["patientsakerhet"]


def test_the_pumps_of_the_examples_stand_where_the_examples_say():
    standing = {device.inventory: (device.model.name, device.unit) for device in REGION.devices}

    assert standing["MT-20417"] == ("Volumed 300", "medicinavdelning-4")
    assert standing["MT-20388"] == ("Volumed 300", "medicinavdelning-2")


def test_the_region_is_the_same_every_time():
    assert region.__wrapped__() == REGION


@pytest.mark.skipif(not MUNICIPALITIES.exists(), reason="../shared is not here")
def test_no_municipality_is_a_real_one():
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        real = {value for row in csv.reader(file) for value in row}

    assert not real & {provider.name for provider in REGION.providers}
