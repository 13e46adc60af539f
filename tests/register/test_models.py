"""What can never be, and the questions the register answers."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import (
    Device,
    DeviceHolding,
    DeviceIdentifier,
    DeviceModel,
    EmdnTerm,
    ITSystem,
    Party,
    PartyAlias,
    SystemDependency,
)
from tests.factories import make_device, make_model, make_party, make_system, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make_unit("Medicinsk teknik")


def refused(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


# --- parties -----------------------------------------------------------------------------------


def test_a_party_is_found_by_every_spelling():
    braun = make_party("B. Braun Medical AB", "B Braun", "B. Braun Melsungen AG")

    for written in ("b braun", "B. BRAUN AB", "B. Braun Melsungen", "B Braun Medical"):
        assert Party.objects.called(written).get() == braun
    assert not Party.objects.called("Braun").exists()


def test_to_obtain_the_same_name_twice_gives_one_party_that_is_both():
    one = parties.obtain("Volumed AB", Party.Part.MANUFACTURER)
    other = parties.obtain("volumed", Party.Part.SUPPLIER)

    assert one == other
    assert other.parts == ["manufacturer", "supplier"]
    assert Party.objects.count() == 1


def test_a_spelling_leads_to_one_party_alone():
    make_party("Volumed AB")
    other = make_party("Nefra AB")

    with pytest.raises(NotReady, match="hör redan till Volumed AB"):
        parties.also_written(other, "Volumed GmbH")
    refused(
        "register_partyalias_spelling_key",
        lambda: PartyAlias.objects.create(party=other, name="x", spelling="volumed"),
    )


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("fsn@volumed.example", True),
        ("FSN@mail.volumed.example", True),
        ("larm@ombud.example", True),
        ("annan@ombud.example", False),
        ("fsn@evilvolumed.example", False),
        ("volumed.example", True),
        ("", False),
    ],
)
def test_a_party_is_found_by_who_writes(address, found):
    volumed = make_party(
        "Volumed AB", mail_domains=["volumed.example"], contact_addresses=["larm@ombud.example"]
    )

    assert list(Party.objects.writing_from(address)) == ([volumed] if found else [])


def test_what_a_party_cannot_be():
    refused("party_has_a_name", lambda: Party.objects.create(name=" "))
    refused(
        "party_alias_has_a_spelling",
        lambda: PartyAlias.objects.create(party=make_party(), name="-", spelling=""),
    )
    make_party("Ett", srn="SE-MF-000000001")
    refused("party_srn_once", lambda: make_party("Två", srn="SE-MF-000000001"))
    one = make_party("Ett")
    refused(
        "party_is_not_merged_into_itself",
        lambda: Party.objects.filter(pk=one.pk).update(merged_into=one),
    )


# --- models and devices ------------------------------------------------------------------------


def test_a_model_is_found_by_identifier_and_by_what_it_is_called(unit):
    pump = make_model(
        "Volumed 300", unit=unit, model_number="VM-300/B", catalogue_number="10 200", udi_di="07350"
    )
    make_model("Volumed 200", unit=unit)

    assert DeviceModel.objects.identified("07350", "x").get() == pump
    for written in ("volumed300", "VM 300 B", "10200"):
        assert DeviceModel.objects.designated(written).get() == pump
    assert not DeviceModel.objects.designated("-").exists()


def test_what_a_model_and_its_identifier_cannot_be(unit):
    pump = make_model(unit=unit, udi_di="07350")
    refused("device_model_has_a_name", lambda: make_model("", unit=unit))
    refused(
        "device_model_once",
        lambda: DeviceModel.objects.create(
            manufacturer=pump.manufacturer, name=pump.name, managing_unit=unit
        ),
    )
    refused(
        "register_deviceidentifier_udi_di_key",
        lambda: DeviceIdentifier.objects.create(model=make_model("B", unit=unit), udi_di="07350"),
    )
    refused(
        "device_identifier_is_not_empty",
        lambda: DeviceIdentifier.objects.create(model=pump, udi_di=" "),
    )


def test_a_device_is_found_by_its_numbers_however_they_are_written(unit):
    device = make_device("MT-1", unit, serial_number="SN 12-34", lot_number="L/7")
    make_device("MT-2", unit)

    assert Device.objects.numbered(" mt-1 ").get() == device
    assert Device.objects.with_serial("sn1234", "9").get() == device
    assert Device.objects.of_lot("l 7").get() == device
    assert not Device.objects.numbered("").exists()
    assert not Device.objects.with_serial("").exists()
    assert not Device.objects.of_lot("-").exists()


def test_what_a_device_cannot_be(unit):
    model = make_device("MT-1", unit, source="Medusa", external_key="1").model

    def make(**fields):
        return lambda: Device.objects.create(model=model, **fields)

    refused("device_inventory_number_once", make(inventory_number="MT-1"))
    refused("device_once_per_source", make(source="Medusa", external_key="1"))
    refused("device_can_be_told_apart", make())
    refused(
        "device_expires_after_it_was_made",
        make(lot_number="1", manufactured_on=date(2026, 2, 1), expires_on=date(2026, 1, 1)),
    )
    make(source="Annan", external_key="1")()
    make(serial_number="2")()
    make(serial_number="3")()


@pytest.mark.parametrize(
    ("status", "here"),
    [
        ("in_use", True),
        ("stored", True),
        ("in_service", True),
        ("quarantined", True),
        ("missing", True),
        ("returned", False),
        ("scrapped", False),
    ],
)
def test_what_is_still_in_the_regions_hands(unit, status, here):
    make_device(unit=unit, status=status)

    assert Device.objects.present().exists() is here


# --- holdings ----------------------------------------------------------------------------------


def test_the_database_writes_where_a_device_has_been(unit):
    ward, other = make_unit("Avdelning"), make_unit("Annan")
    bought, loose = (
        make_device("MT-1", ward, bought_on=date(2025, 3, 1)),
        make_device("MT-2", None, model=make_model(unit=unit)),
    )

    began = bought.holdings.get()
    assert (began.unit, began.until) == (ward, None)
    assert timezone.localdate(began.since) == date(2025, 3, 1)
    assert not loose.holdings.exists()

    Device.objects.update(holding_unit=other)

    assert list(bought.holdings.values_list("unit", "until")) == [
        (ward.pk, bought.holdings.last().since),
        (other.pk, None),
    ]
    assert loose.holdings.get().unit == other

    Device.objects.filter(pk=bought.pk).update(status="stored")
    assert bought.holdings.count() == 2

    Device.objects.filter(pk=bought.pk).update(holding_unit=None)
    assert not DeviceHolding.objects.current().filter(device=bought).exists()


def test_many_are_placed_by_one_statement(unit, django_assert_num_queries):
    model = make_model(unit=unit)
    made = [
        Device(model=model, inventory_number=f"MT-{n}", holding_unit=unit) for n in range(1, 51)
    ]

    with django_assert_num_queries(1):
        Device.objects.bulk_create(made)

    assert DeviceHolding.objects.current().filter(unit=unit).count() == 50


def test_who_held_what_when_and_what_came_later(unit):
    ward = make_unit("Avdelning")
    device = make_device("MT-1", unit)
    long_ago = timezone.now() - timedelta(days=90)
    DeviceHolding.objects.update(since=long_ago)
    Device.objects.update(holding_unit=ward)
    before = long_ago + timedelta(days=1)

    assert Device.objects.held_at(before, unit).get() == device
    assert not Device.objects.held_at(before, ward).exists()
    assert not Device.objects.held_at(timezone.now(), unit).exists()
    assert Device.objects.held_within(ward).get() == device
    assert DeviceHolding.objects.begun_after(before).get().unit == ward


def test_what_a_holding_cannot_be(unit):
    device = make_device("MT-1", unit)
    refused(
        "device_held_by_one_unit_at_a_time",
        lambda: DeviceHolding.objects.create(device=device, unit=make_unit()),
    )
    refused(
        "device_holding_ends_after_it_begins",
        lambda: DeviceHolding.objects.update(until=timezone.now() - timedelta(days=1)),
    )


# --- terms and systems -------------------------------------------------------------------------


def test_what_a_term_cannot_be():
    refused("emdn_term_says_something", lambda: EmdnTerm.objects.create(code="ZZ", level=1))
    refused(
        "emdn_term_below_the_first_level_has_a_parent",
        lambda: EmdnTerm.objects.create(code="ZZ01", level=2, label="x"),
    )


def test_which_systems_a_unit_needed_that_day(unit):
    clinic = make_unit("Kliniken")
    ward = make_unit("Avdelning", parent=clinic)
    journal = make_system("Journalen", unit)
    make_system("Labb", unit)
    today = timezone.localdate()
    SystemDependency.objects.create(
        system=journal, unit=ward, valid_from=today - timedelta(days=9), valid_to=today
    )
    clinic.refresh_from_db()

    assert ITSystem.objects.needed_by(clinic).get() == journal
    assert not ITSystem.objects.needed_by(clinic, on=today + timedelta(days=1)).exists()
    assert not ITSystem.objects.needed_by(unit).exists()


def test_what_a_dependency_cannot_be(unit):
    journal = make_system("Journalen", unit)
    SystemDependency.objects.create(system=journal, unit=unit)
    refused(
        "system_dependency_one_open_per_unit",
        lambda: SystemDependency.objects.create(system=journal, unit=unit),
    )
    refused(
        "system_dependency_ends_after_it_begins",
        lambda: SystemDependency.objects.update(valid_to=date(2000, 1, 1)),
    )
