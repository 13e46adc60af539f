"""Each guard of the database over classifications, met by going around the Python code."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from patientsakerhet.cases.actions import filing
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.models import (
    InformationClassification,
    SecurityRisk,
    SystemStanding,
)
from tests.factories import fresh
from tests.information_security.making import World
from tests.refusing import refused

pytestmark = pytest.mark.django_db


def judged():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def rows(case):
    return InformationClassification.objects.filter(pk=case.pk)


def touched(case):
    Case.objects.filter(pk=case.pk).update(version=fresh(case).version + 1)
    judged()


def test_a_case_of_the_kind_has_its_classification():
    world = World()

    with refused("case_has_its_classification"):
        filing.open_case(
            "information_classification", title="X", unit=world.region.operations,
            reporter=None, submission=uuid4(), by=world.lead, searchable="",
        )  # fmt: skip
        judged()


def test_no_assessment_without_the_owners_classification():
    case = World().assessed()

    with refused("classification_is_delivered"):
        rows(case).update(delivered_at=None, delivered_by=None)
        touched(case)


def test_no_assessment_without_a_named_coordinator():
    case = World().assessed()

    with refused("classification_has_its_coordinators"):
        case.information_classification.administrations.update(coordinator=None)
        touched(case)


def test_what_was_decided_stays():
    case = World().decided()

    with refused("classification_stays_as_decided"):
        rows(case).update(confidentiality=0)
    with refused("classification_is_never_deleted"):
        rows(case)._raw_delete("default")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("classification_confidentiality_0_to_4", {"confidentiality": 5}),
        ("classification_of_a_system_or_an_asset", {"asset": "Något"}),
        ("classification_delivered_together", {"delivered_at": timezone.now()}),
        ("classification_decision_has_a_reason", {"decision": "accepted"}),
    ],
)
def test_the_tables_own_constraints(name, values):
    case = World().ordered()

    with refused(name):
        rows(case).update(**values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("security_risk_scored_1_to_4", {"severity": 5}),
        ("security_risk_after_together", {"severity_after": 2}),
        ("security_risk_not_reduced_says_why", {"treatment": "accept", "treatment_reason": ""}),
    ],
)
def test_a_risks_own_constraints(name, values):
    world = World()
    risk = world.risk(world.assessed())

    with refused(name):
        SecurityRisk.objects.filter(pk=risk.pk).update(**values)


def test_every_system_stands_in_the_gap_list_from_the_start():
    world = World()

    stands = SystemStanding.objects.get(system=world.system)

    assert (stands.classified_on, stands.changed_at) == (None, None)


@pytest.mark.parametrize(
    "values",
    [
        {"asset": "Pappersjournaler"},
        {"system": None},
        {"system": None, "asset": " "},
        {"system": None, "asset": "Pappersjournaler", "managing_unit": None},
    ],
)
def test_what_stands_in_the_gap_list_is_a_system_or_an_asset_of_a_unit(values):
    world = World()

    with refused("standing_of_a_system_or_an_asset"):
        SystemStanding.objects.filter(system=world.system).update(**values)


def test_an_asset_of_a_unit_stands_once_however_it_is_written():
    world = World()
    SystemStanding.objects.create(asset="Arkivet", managing_unit=world.region.ward)

    with refused("standing_asset_once"):
        SystemStanding.objects.create(asset="ARKIVET", managing_unit=world.region.ward)
