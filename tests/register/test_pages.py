"""The register's pages: what they show, find, take out, change and refuse."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Role
from patientsakerhet.register.actions import devices, parties
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party, SystemDependency
from tests.factories import (
    file_report,
    fresh,
    in_status,
    make_device,
    make_model,
    make_party,
    make_system,
    person_as,
)

LISTS = ("register", "register_models", "register_systems", "register_parties")


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def get(register, as_person):
    client = as_person(register.handler)
    return lambda name, *args, **query: client.get(reverse(name, args=args), query)


# --- lists -------------------------------------------------------------------------------------


def test_a_list_costs_the_same_however_many_rows(register, get, django_assert_num_queries):
    get("register")
    for rows, more in ((1, range(0)), (3, range(1, 3))):
        for number in more:
            maker = make_party(f"Tillverkare {number}")
            model = make_model(f"Pump {number}", maker.name, register.unit)
            make_device(f"MT-{number}", register.region.ward, model=model)
            make_system(f"System {number}", register.unit, system_manager=register.manager)
        for name in LISTS:
            with django_assert_num_queries(8, info=name):
                shown = text_of(get(name))
            assert shown.count("<tr>") == rows + 1, name


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "mt-204"}, True),
        ({"q": "sn 12"}, True),
        ({"q": "volumed med"}, True),
        ({"q": "(01)07350123456783(21)SN12"}, True),
        ({"q": "(01)07350123456783(21)SN13"}, False),
        ({"q": "0735012345678"}, False),
        ({"q": "dialys"}, False),
        ({"unit": "avdelning 4"}, True),
        ({"unit": "sjukhuset"}, True),
        ({"unit": "avdelning 5"}, False),
        ({"status": "present"}, True),
        ({"status": "stored"}, False),
        ({"stale": "on"}, False),
        ({"model": "x"}, False),
        ({"lot": "L7"}, True),
        ({"software": "4.2"}, True),
        ({"software": "4"}, False),
    ],
)
def test_devices_are_found(asked, found, register, get):
    Device.objects.update(lot_number="l-7", software_version="4.2")

    assert ("MT-20417" in text_of(get("register", **asked))) is found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "VOLUMED medical"}, True),
        ({"q": "10200"}, True),
        ({"q": "07350123456783"}, True),
        ({"q": "(01)07350123456783"}, True),
        ({"q": "x"}, False),
        ({"group": "pump"}, True),
        ({"unit": "medicinsk teknik"}, True),
        ({"emdn": "z12"}, False),
    ],
)
def test_models_are_found(asked, found, register, get):
    DeviceModel.objects.update(catalogue_number="10-200", group="infusionspump")

    assert ("Volumed 300" in text_of(get("register_models", **asked))) is found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "melior"}, True),
        ({"q": "volumed"}, True),
        ({"dependent": "avdelning 4"}, True),
        ({"dependent": "sjukhuset"}, True),
        ({"dependent": "avdelning 5"}, False),
        ({"criticality": "high"}, True),
        ({"on_call": "always"}, False),
    ],
)
def test_systems_are_found(asked, found, register, get):
    ITSystem.objects.update(aliases=["Melior"], criticality="high")
    SystemDependency.objects.create(system=register.system, unit=register.region.ward)

    assert ("Journalen" in text_of(get("register_systems", **asked))) is found


def test_a_system_out_of_use_is_shown_on_request_only(register, get):
    ITSystem.objects.update(in_use=False)

    assert "Journalen" not in text_of(get("register_systems"))
    assert "Journalen" in text_of(get("register_systems", out_of_use="on"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "volumed medical ab"}, True),
        ({"q": "x@mail.volumed.example"}, True),
        ({"q": "SE-MF-000000001"}, True),
        ({"q": "nefra"}, False),
        ({"part": "manufacturer"}, True),
        ({"part": "importer"}, False),
    ],
)
def test_parties_are_found(asked, found, register, get):
    Party.objects.update(mail_domains=["volumed.example"], srn="SE-MF-000000001")

    assert ("Volumed AB" in text_of(get("register_parties", **asked))) is found


def test_a_long_list_is_paged_by_key(register, get):
    Device.objects.bulk_create(
        Device(model=register.model, inventory_number=f"A-{number:03d}") for number in range(60)
    )

    first = get("register")
    after = first.context["after"]
    second = get("register", sida=after.partition("sida=")[2])

    assert "A-000" in text_of(first)
    assert "A-059" not in text_of(first)
    assert "A-059" in text_of(second)
    assert "MT-20417" in text_of(second)
    assert get("register", sida="skräp").status_code == 400


def test_a_choice_that_is_none_is_told_of(register, get):
    answer = get("register", status="borta")

    assert answer.status_code == 422
    assert "MT-20417" not in text_of(answer)


@pytest.mark.parametrize("shelf", ["utrustning", "produkter", "system", "aktorer"])
def test_the_selection_is_taken_out_as_a_file(shelf, register, get):
    answer = get("register_extract", shelf, "csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))

    assert len(rows) == 3
    assert len(rows[1]) == len(rows[2])
    assert get("register_extract", shelf, "pdf").status_code == 404
    assert get("register_extract", "annat", "csv").status_code == 404


def test_the_file_holds_the_selection_alone(register, get):
    make_device("MT-9", register.region.sibling, model=register.model)
    answer = get("register_extract", "utrustning", "csv", unit="avdelning 5")

    assert b"MT-20417" not in b"".join(answer)


# --- one thing ---------------------------------------------------------------------------------


def test_a_device_shows_what_it_is_and_where_it_has_been(register, get):
    devices.move(register.device, register.region.sibling, by=register.keeper)
    shown = text_of(get("register_device", register.device.pk))

    for words in ("MT-20417", "SN12", "Volumed 300", "Avdelning 4", "Avdelning 5", "Flyttades"):
        assert words in shown
    assert "Finns hos: Avdelning 4 → Avdelning 5" in shown
    assert "Ändra</a>" not in shown
    assert Event.objects.reads().filter(action="register.read").exists()


def test_a_device_costs_the_same_however_much_has_happened(
    register, get, django_assert_num_queries
):
    ward, sibling = register.region.ward, register.region.sibling
    for happened in ([sibling], [ward, sibling]):
        for to in happened:
            devices.move(register.device, to, by=register.keeper)
            case = in_status("in_action", register.region)
            case.deviation.device = register.device
            case.deviation.device_model = register.model
            case.deviation.save(update_fields=["device", "device_model"])
        get("register_device", register.device.pk)

        with django_assert_num_queries(17):
            get("register_device", register.device.pk)


def test_deviations_and_measures_are_shown_to_those_who_may_read_them(register, as_person):
    case = in_status("in_action", register.region)
    case.deviation.device, case.deviation.device_model = register.device, register.model
    case.deviation.system = register.system
    case.deviation.save(update_fields=["device", "device_model", "system"])
    addresses = [
        reverse("register_device", args=[register.device.pk]),
        reverse("register_model", args=[register.model.pk]),
        reverse("register_system", args=[register.system.pk]),
    ]
    stranger = person_as(Role.UNIT_MANAGER, register.region.private)

    for address in addresses:
        shown = text_of(as_person(register.handler).get(address))
        hidden = text_of(as_person(stranger).get(address))
        assert case.number in shown
        assert "Byt trycksensor" in shown
        assert case.number not in hidden
        assert "Byt trycksensor" not in hidden


def test_a_model_says_where_its_individuals_are(register, get):
    make_device("MT-9", register.region.sibling, model=register.model)
    make_device("MT-8", register.region.ward, model=register.model)
    make_device("MT-7", register.region.ward, model=register.model, status="scrapped")
    answer = get("register_model", register.model.pk)

    assert answer.context["units"] == [("Avdelning 4", 2), ("Avdelning 5", 1)]
    assert "07350123456783" in text_of(answer)


def test_what_was_merged_leads_to_what_it_became(register, get):
    twin = make_model("Volumed300", unit=register.unit)
    other = make_party("Nordic Volumed")
    devices.merge_models(twin, into=register.model, by=register.keeper)
    parties.merge(other, into=register.party, by=register.keeper)

    assert get("register_model", twin.pk).headers["Location"].endswith(f"/{register.model.pk}/")
    assert get("register_party", other.pk).headers["Location"].endswith(f"/{register.party.pk}/")
    assert "Nordic Volumed" in text_of(get("register_party", register.party.pk))


@pytest.mark.parametrize("name", ["device", "model", "system", "party"])
def test_what_is_not_there_is_not_there(name, register, get):
    assert get(f"register_{name}", 999_999).status_code == 404


# --- forms -------------------------------------------------------------------------------------


def device_form(**fields):
    return {
        "version": "1",
        "model": "Volumed 300",
        "inventory_number": "MT-20417",
        "serial_number": "SN12",
        "status": "in_use",
        "holding_unit": "Avdelning 4",
        **fields,
    }


def test_a_device_is_changed_on_its_page(register, as_person):
    address = reverse("register_device_edit", args=[register.device.pk])
    client = as_person(register.keeper)
    assert "SN12" in text_of(client.get(address))

    answer = client.post(address, device_form(software_version="4.3", bought_on="2025-02-03"))

    assert answer.status_code == 302
    changed = fresh_device(register)
    assert (changed.software_version, str(changed.bought_on), changed.version) == (
        "4.3",
        "2025-02-03",
        2,
    )


def fresh_device(register):
    return Device.objects.get(pk=register.device.pk)


def test_what_was_written_is_kept_when_somebody_was_faster(register, as_person):
    devices.change_device(register.device, {"software_version": "9"}, by=register.keeper)
    address = reverse("register_device_edit", args=[register.device.pk])

    answer = as_person(register.keeper).post(address, device_form(software_version="4.3"))

    assert answer.status_code == 412
    shown = text_of(answer)
    assert "Någon annan hann före" in shown
    assert 'value="4.3"' in shown
    assert fresh_device(register).software_version == "9"
    again = as_person(register.keeper).post(
        address, device_form(software_version="4.3", version="2")
    )
    assert again.status_code == 302


def test_a_scanned_code_fills_in_a_new_device(register, as_person):
    answer = as_person(register.keeper).post(
        reverse("register_device_new"),
        {
            "scanned": "01073501234567831730063010L7\x1d21SN99",
            "status": "stored",
            "holding_unit": register.region.ward.code,
        },
    )

    made = Device.objects.get(serial_number="SN99")
    assert answer.headers["Location"] == reverse("register_device", args=[made.pk])
    assert (made.model, made.lot_number, str(made.expires_on)) == (
        register.model,
        "L7",
        "2030-06-30",
    )
    assert made.udi_pi == "(17)300630(10)L7(21)SN99"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scanned": "(01)07350123456784"}, "Kontrollsiffran stämmer inte"),
        ({"scanned": "(01)07350000000009(21)1"}, "Ingen produkt har UDI-DI 07350000000009"),
        ({"scanned": "(01)07350123456783(21)9", "serial_number": "8"}, "Koden säger 9"),
        ({"serial_number": "8"}, "Skriv vilken produkt det är"),
        ({"model": "Okänd", "serial_number": "8"}, "ingen produkt som heter ”Okänd”"),
        ({"model": "Volumed 300", "serial_number": "8", "holding_unit": "Vet ej"}, "ingen enhet"),
        ({"model": "Volumed 300"}, "Ange inventarienummer"),
        ({"model": "Volumed 300", "inventory_number": "MT-20417"}, "Inventarienumret finns redan"),
        ({"model": "Volumed 300", "serial_number": "8", "bought_on": "i går"}, "2026-11-22"),
        ({"model": "Volumed 300", "serial_number": "a\u202eb"}, "osynligt tecken"),
    ],
)
def test_bad_input_says_what_to_do_and_loses_nothing(given, says, register, as_person):
    answer = as_person(register.keeper).post(
        reverse("register_device_new"),
        {"status": "in_use", "software_version": "kvar 7", **given},
    )

    assert answer.status_code in {409, 422}
    assert says in text_of(answer)
    assert 'value="kvar 7"' in text_of(answer)
    assert Device.objects.count() == 1


def test_a_device_is_moved_on_its_page(register, as_person):
    address = reverse("register_device_move", args=[register.device.pk])
    client = as_person(register.keeper)

    assert client.get(address).status_code == 200
    same = client.post(address, {"version": "1", "holding_unit": register.region.ward.code})
    moved = client.post(address, {"version": "1", "holding_unit": register.region.sibling.code})

    assert (same.status_code, moved.status_code) == (409, 302)
    assert fresh_device(register).holding_unit == register.region.sibling


def test_a_model_is_added_and_changed(register, as_person):
    client = as_person(register.keeper)
    told = {
        "manufacturer": "volumed gmbh",
        "name": "Volumed 400",
        "udi_dis": "(01)07350000000009(10)X\n+A123BJC5D6E71G",
        "managing_unit": register.unit.code,
    }
    client.post(reverse("register_model_new"), told)
    made = DeviceModel.objects.get(name="Volumed 400")
    assert made.manufacturer == register.party
    assert made.identifiers.count() == 2
    address = reverse("register_model_edit", args=[made.pk])
    assert "07350000000009" in text_of(client.get(address))

    client.post(address, {**told, "version": "1", "udi_dis": "A123BJC5D6E71", "group": "pump"})

    made.refresh_from_db()
    assert made.group == "pump"
    assert [str(one) for one in made.identifiers.all()] == ["A123BJC5D6E71"]


def test_a_system_is_added_and_changed(register, as_person):
    client = as_person(register.manager)
    told = {
        "name": "Labbet",
        "aliases": "LIS\nlabb",
        "managing_unit": register.region.operations.code,
        "supplier": "Volumed",
        "criticality": "critical",
        "on_call": "always",
        "system_manager": register.manager.email,
        "dependents": register.region.ward.code,
        "in_use": "on",
    }
    client.post(reverse("register_system_new"), told)
    made = ITSystem.objects.get(name="Labbet")
    assert (made.aliases, made.supplier) == (["LIS", "labb"], register.party)
    assert "Avdelning 4" in text_of(client.get(reverse("register_system", args=[made.pk])))
    address = reverse("register_system_edit", args=[made.pk])

    assert "Avdelning 4" in text_of(client.get(address))
    client.post(address, {**told, "version": "1", "in_use": "", "dependents": ""})

    made.refresh_from_db()
    assert not made.in_use
    assert made.dependencies.get().valid_to == timezone.localdate()


def test_a_party_is_added_changed_and_merged(register, as_person):
    client = as_person(register.administrator)
    told = {
        "name": "Nefra AB",
        "aliases": "Nefra, Inc.\nNefra Medical",
        "parts": ["supplier", "importer"],
        "srn": "SE-MF-000000009",
        "mail_domains": "Nefra.example, post@mail.nefra.example",
        "contact_addresses": "FSN@nefra.example",
    }
    client.post(reverse("register_party_new"), told)
    made = Party.objects.called("nefra medical").get()
    assert made.mail_domains == ["nefra.example", "mail.nefra.example"]
    assert made.contact_addresses == ["fsn@nefra.example"]
    address = reverse("register_party_edit", args=[made.pk])
    assert "Nefra Medical" in text_of(client.get(address))
    wrong = client.post(address, {**told, "version": "1", "mail_domains": "nefra"})
    assert "nefra är ingen domän" in text_of(wrong)
    taken = client.post(address, {**told, "version": "1", "aliases": "Volumed Medical"})
    assert "hör redan till Volumed AB" in text_of(taken)

    client.post(
        reverse("register_party_merge", args=[made.pk]), {"version": "1", "into": "volumed"}
    )

    assert Party.objects.called("nefra").get() == register.party


def test_two_models_are_made_one_on_a_page(register, as_person):
    twin = make_model("Volumed300", unit=register.unit)
    address = reverse("register_model_merge", args=[twin.pk])

    answer = as_person(register.keeper).post(address, {"version": "1", "into": "Volumed 300"})

    assert answer.headers["Location"] == reverse("register_model", args=[register.model.pk])


def test_who_may_not_keep_a_thing_is_refused_its_form(register, as_person):
    client = as_person(register.manager)

    assert client.get(reverse("register_device_edit", args=[register.device.pk])).status_code == 403
    assert (
        client.post(
            reverse("register_device_move", args=[register.device.pk]),
            {"version": "1", "holding_unit": register.region.sibling.code},
        ).status_code
        == 403
    )
    refused = client.post(
        reverse("register_device_new"),
        {"model": "Volumed 300", "serial_number": "8", "status": "in_use"},
    )
    assert refused.status_code == 403
    assert Device.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "register_device_edit",
        "register_device_move",
        "register_model_edit",
        "register_model_merge",
        "register_system_edit",
        "register_party_edit",
        "register_party_merge",
    ],
)
def test_a_form_is_guarded_against_other_sites(name, register, as_person):
    kind = name.split("_")[1]
    pk = getattr(register, kind).pk
    client = as_person(register.administrator, enforce_csrf_checks=True)

    assert client.post(reverse(name, args=[pk]), {"version": "1"}).status_code == 403
    assert client.get(reverse(name, args=[pk])).status_code == 200


# --- while a deviation is filed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("mt 20417", "<b>Volumed 300</b>, Volumed AB, nummer SN12"),
        ("(01)07350123456783(21)SN12", "<b>Volumed 300</b>, Volumed AB, nummer SN12"),
        ("010735012345678310L9\x1d21SN77", "<b>Volumed 300</b>, Volumed AB, nummer SN77"),
        ("(01)07350123456784", "Kontrollsiffran stämmer inte"),
        ("(01)07350000000009", "Vi hittar inget"),
        ("MT-99", "Vi hittar inget"),
    ],
)
def test_a_number_or_a_code_says_what_it_is(written, says, register, client):
    answer = client.post(reverse("find_device"), {"device_number": written})

    assert says in text_of(answer)
    assert "Avdelning" not in text_of(answer)


def test_a_report_about_a_product_remembers_it(register):
    case = file_report(register.region.ward, device_model=register.model)

    assert fresh(case).deviation.device_model == register.model
