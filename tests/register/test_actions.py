"""Changing the register: who may, what is refused, what is told in the trail."""

import pytest
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Role
from patientsakerhet.register.actions import devices, parties, systems
from patientsakerhet.register.models import Device, DeviceModel, Party, SystemDependency
from patientsakerhet.register.udi import Agency, Udi
from tests.factories import make_device, make_model, make_party, make_system, make_unit, person_as


def told(row):
    return [
        (event.action, event.payload.body)
        for event in Event.objects.of_object(row._meta.model_name, row.pk)
        .with_body()
        .order_by("id")
    ]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.COORDINATOR, "administration", True),
        (Role.COORDINATOR, "ward", False),
        (Role.SYSTEM_MANAGER, "devices", True),
        (Role.SYSTEM_MANAGER, "operations", False),
        (Role.ADMINISTRATOR, "root", True),
        (Role.INVESTIGATOR, "devices", False),
        (Role.UNIT_MANAGER, "devices", False),
        (Role.CHIEF_PHYSICIAN, "root", False),
        (Role.LOG_REVIEWER, "root", False),
    ],
)
def test_a_device_is_changed_where_its_model_is_managed(register, role, place, may):
    by = person_as(role, getattr(register.region, place))

    if may:
        devices.change_device(register.device, {"status": "stored"}, by=by)
        assert fresh(register.device).status == "stored"
    else:
        with pytest.raises(NotAllowed, match="Medicinsk teknik"):
            devices.change_device(register.device, {"status": "stored"}, by=by)
        assert fresh(register.device).status == "in_use"
        assert Event.objects.using("trail").denials().filter(action="register.keep").exists()


def test_a_system_is_changed_by_its_own_manager_wherever_she_is(register):
    named = person_as(Role.INVESTIGATOR, register.region.ward)
    with pytest.raises(NotAllowed):
        systems.change(register.system, {"on_call": "always"}, by=named)
    systems.change(register.system, {"system_manager": named}, by=register.manager)

    systems.change(register.system, {"on_call": "always"}, by=named)

    assert fresh(register.system).on_call == "always"


def test_nobody_moves_a_thing_to_a_unit_where_she_may_not_keep_it(register):
    with pytest.raises(NotAllowed):
        systems.change(register.system, {"managing_unit": register.unit}, by=register.manager)
    other = make_model("Nefra 5", "Nefra AB", register.region.hospital)
    with pytest.raises(NotAllowed):
        devices.change_device(register.device, {"model": other}, by=register.keeper)


@pytest.mark.parametrize("act", ["add", "change", "merge"])
def test_parties_are_kept_by_coordinators_and_administrators_alone(register, act):
    acts = {
        "add": lambda by: parties.add({"name": f"Nytt {by.pk} AB"}, by=by),
        "change": lambda by: parties.change(register.party, {"srn": ""}, by=by),
        "merge": lambda by: parties.merge(
            make_party(f"Annat {by.pk} AB"), into=register.party, by=by
        ),
    }
    for by in (register.handler, register.manager):
        with pytest.raises(NotAllowed):
            acts[act](by)
    for by in (register.keeper, register.administrator):
        acts[act](by)


# --- devices -----------------------------------------------------------------------------------


def test_a_change_raises_the_version_and_is_told(register):
    changed = devices.change_device(
        register.device,
        {"serial_number": "SN13", "holding_unit": register.region.sibling},
        by=register.keeper,
        version=1,
    )

    assert (changed.version, fresh(register.device).serial_number) == (2, "SN13")
    assert told(register.device) == [
        (
            "device.changed",
            {"serial_number": ["SN12", "SN13"], "holding_unit": ["Avdelning 4", "Avdelning 5"]},
        )
    ]


def test_the_same_again_changes_nothing(register):
    devices.change_device(register.device, {"serial_number": "SN12"}, by=register.keeper)

    assert fresh(register.device).version == 1
    assert told(register.device) == []


def test_who_wrote_on_an_old_version_is_told_so(register):
    devices.change_device(register.device, {"status": "stored"}, by=register.keeper, version=1)

    with pytest.raises(Stale):
        devices.change_device(register.device, {"status": "in_use"}, by=register.keeper, version=1)


def test_a_move_is_a_holding_more(register):
    devices.move(register.device, register.region.sibling, by=register.keeper, version=1)

    assert [one.unit.name for one in register.device.holdings.all()] == [
        "Avdelning 4",
        "Avdelning 5",
    ]
    assert told(register.device)[0][0] == "device.moved"
    with pytest.raises(NotReady, match="redan hos Avdelning 5"):
        devices.move(register.device, register.region.sibling, by=register.keeper)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"inventory_number": " mt-20417 "}, "Inventarienumret finns redan"),
        ({"inventory_number": "", "serial_number": ""}, "Ange inventarienummer"),
        ({"serial_number": "1" * 81}, "Serienummer"),
        ({"serial_number": "1", "status": "borta"}, "Läge"),
    ],
)
def test_a_device_that_cannot_be_is_refused_in_words(register, given, says):
    with pytest.raises(NotReady, match=says):
        devices.add_device(
            {"model": register.model, "status": "in_use", **given}, by=register.keeper
        )
    assert Device.objects.count() == 1


def test_a_new_device_is_found_by_its_number(register):
    made = devices.add_device(
        {"model": register.model, "inventory_number": "mt 99", "holding_unit": register.unit},
        by=register.keeper,
    )

    assert made.inventory_number == "MT99"
    assert made.holdings.get().unit == register.unit


# --- models ------------------------------------------------------------------------------------


def test_the_identifiers_given_are_all_there_are(register):
    devices.change_model(
        register.model,
        {"udi_dis": [Udi(Agency.HIBC, di="A123BJC5D6E71"), Udi(Agency.GS1, di="07350000000009")]},
        by=register.keeper,
    )

    assert set(register.model.identifiers.values_list("udi_di", "agency")) == {
        ("A123BJC5D6E71", "hibc"),
        ("07350000000009", "gs1"),
    }
    assert told(register.model)[0][0] == "device_model.identified"


def test_an_identifier_of_another_model_is_refused(register):
    with pytest.raises(NotReady, match="hör redan till Volumed 300"):
        devices.add_model(
            {
                "manufacturer": register.party,
                "name": "Volumed 400",
                "managing_unit": register.unit,
                "udi_dis": [Udi(Agency.GS1, di="07350123456783")],
            },
            by=register.keeper,
        )
    assert DeviceModel.objects.count() == 1


def test_two_models_become_one(register):
    twin = make_model("Volumed300", unit=register.unit, udi_di="123")
    make_device("MT-2", register.unit, model=twin)

    kept = devices.merge_models(twin, into=register.model, by=register.keeper)

    assert kept == register.model
    assert register.model.devices.count() == 2
    assert register.model.identifiers.count() == 2
    assert fresh(twin).merged_into == register.model
    assert list(DeviceModel.objects.current()) == [register.model]
    with pytest.raises(NotReady, match="ihopslagen"):
        devices.change_model(twin, {"name": "X"}, by=register.keeper)
    with pytest.raises(NotReady, match="en annan produkt"):
        devices.merge_models(register.model, into=register.model, by=register.keeper)


# --- parties -----------------------------------------------------------------------------------


def test_the_spellings_given_are_all_there_are_beside_the_name(register):
    parties.change(
        register.party, {"name": "Volumed Sverige AB", "aliases": ["VOLUMED"]}, by=register.keeper
    )

    for written in ("Volumed Sverige", "volumed inc."):
        assert Party.objects.called(written).get() == register.party
    assert not Party.objects.called("Volumed Medical").exists()


def test_a_party_whose_name_is_taken_is_refused(register):
    with pytest.raises(NotReady, match="finns redan, som Volumed AB"):
        parties.add({"name": "VOLUMED A/S"}, by=register.keeper)


def test_two_parties_become_one_with_all_that_was_theirs(register):
    other = make_party(
        "Nordic Volumed",
        mail_domains=["nordic.example"],
        contact_addresses=["a@nordic.example"],
        srn="SE-MF-000000001",
    )
    twin = make_model("Volumed 300", "Nordic Volumed", register.unit)
    own = make_model("Volumed 900", "Nordic Volumed", register.unit)
    make_device("MT-2", register.unit, model=twin)
    system = make_system("Labb", register.unit, supplier=other)

    parties.merge(other, into=register.party, by=register.keeper)

    kept = fresh(register.party)
    assert Party.objects.called("Nordic Volumed").get() == kept
    assert (kept.mail_domains, kept.srn) == (["nordic.example"], "SE-MF-000000001")
    assert Party.objects.writing_from("x@nordic.example").get() == kept
    assert fresh(own).manufacturer == kept
    assert fresh(twin).merged_into == register.model
    assert register.model.devices.count() == 2
    assert fresh(system).supplier == kept
    assert fresh(other).merged_into == kept
    with pytest.raises(NotReady, match="ihopslagen"):
        parties.change(other, {"name": "X"}, by=register.keeper)
    with pytest.raises(NotReady, match="annat företag"):
        parties.merge(kept, into=kept, by=register.keeper)


# --- systems -----------------------------------------------------------------------------------


def test_who_depends_on_a_system_is_dated(register):
    ward, sibling, today = register.region.ward, register.region.sibling, timezone.localdate()
    systems.change(register.system, {"dependents": [ward]}, by=register.manager)
    systems.change(register.system, {"dependents": [sibling]}, by=register.manager)

    assert set(SystemDependency.objects.values_list("unit", "valid_from", "valid_to")) == {
        (ward.pk, today, today),
        (sibling.pk, today, None),
    }
    assert [action for action, _ in told(register.system)] == ["system.dependents"] * 2


def test_a_new_system(register):
    made = systems.add(
        {
            "name": "Labbet",
            "aliases": ["LIS"],
            "managing_unit": register.region.operations,
            "dependents": [make_unit()],
        },
        by=register.manager,
    )

    assert made.dependencies.count() == 1
    with pytest.raises(NotReady, match="Namn"):
        systems.add(
            {"name": "Labbet", "managing_unit": register.region.operations}, by=register.manager
        )
