"""Routing rules from a file: off until tried, told in words, twice the same."""

import pytest
from django.utils import timezone

from avvikelse.models import RoutingRule
from patientsakerhet.exchange import runs
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.organisation.models import Role
from tests.administration.conftest import exported, tried, worked
from tests.factories import Region, make_device, make_system, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

HEAD = "Namn;Ordning;Typ;IT-system;Produkt;Rapporterande enhet;Ord;Föreslå enhet\n"


@pytest.fixture
def region():
    found = Region()
    make_system("Journalen", unit=found.operations)
    make_device(unit=found.devices)
    return found


def read_in(content, by):
    run = tried("routing_rules", content, by=by)
    return worked(runs.confirm(run, by=by)) if not runs.stops(run) else run


@pytest.fixture
def rules(region):
    return (
        f"{HEAD}Pumpar;10;medical_device;;Volumed AB Volumed 300;;;{region.devices.code}\n"
        f"Journal;20;;Journalen;;{region.ward.code};inloggning, lösenord;{region.operations.code}\n"
    )


def test_rules_are_read_in_switched_off(region, rules):
    run = read_in(rules, region.coordinator)
    assert run.counts == {"added": 2}
    pumps, journal = RoutingRule.objects.order_by("position")
    assert (pumps.kind.code, pumps.device_model.name) == ("medical_device", "Volumed 300")
    assert (journal.words, journal.filing_unit, journal.receiver) == (
        ["inloggning", "lösenord"],
        region.ward,
        region.operations,
    )
    assert not pumps.is_active


def test_again_and_by_our_own_export_nothing_changes(region, rules, tmp_path):
    read_in(rules, region.coordinator)
    assert read_in(rules, region.coordinator).planned == {"unchanged": 2}
    assert read_in(exported("routing_rules", tmp_path), region.coordinator).planned == {
        "unchanged": 2
    }


def test_a_rule_that_is_on_is_off_again_when_it_is_about_other_reports(region, rules):
    read_in(rules, region.coordinator)
    RoutingRule.objects.update(dry_run_at=timezone.now(), is_active=True)
    run = read_in(rules.replace("lösenord", "behörighet"), region.coordinator)
    assert run.counts == {"changed": 1, "unchanged": 1}
    assert "avstängd tills den har provkörts" in run.lines.get(outcome="changed").text
    assert [rule.is_active for rule in RoutingRule.objects.order_by("position")] == [True, False]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";1;medical_device;;;;;UNIT", "Namn saknas."),
        ("X;1;;;;;;UNIT", "minst ett villkor"),
        ("X;1;borta;;;;;UNIT", "Typ: borta finns inte."),
        ("X;1;;Borta;;;;UNIT", "IT-system: Borta finns inte."),
        ("X;1;;;;borta;;UNIT", "Rapporterande enhet: borta finns inte."),
        ("X;1;;;;;ord;", "Föreslå enhet saknas."),
        ("X;1;;;;;ord;borta", "Föreslå enhet: borta finns inte."),
        (f"X;1;;;;;{'o' * 61};UNIT", "längre än 60 tecken"),
        ("Pumpar;1;;;;;ord;UNIT", "Flera regler heter Pumpar."),
    ],
)
def test_a_bad_row_is_told_and_no_rule_is_made(region, rules, row, said):
    run = read_in(f"{rules}{row.replace('UNIT', region.devices.code)}\n", region.coordinator)
    assert said in run.lines.get(outcome="error").text
    assert not RoutingRule.objects.exists()


def test_from_the_command_line_somebody_must_be_named(rules):
    run = tried("routing_rules", rules, by=None)
    assert "--by" in run.lines.first().text


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.COORDINATOR, Role.CHIEF_PHYSICIAN)]
)
def test_only_those_who_manage_rules_may(region, rules, role):
    with pytest.raises(NotAllowed):
        tried("routing_rules", rules, by=person_as(role, region.root))
