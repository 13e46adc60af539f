"""The register through the API: found, read, kept, made one, and taken in many at a time."""

import json
from uuid import uuid4

import pytest

from patientsakerhet.audit.models import Event
from patientsakerhet.organisation.models import Role
from patientsakerhet.register.models import Device, DeviceModel, ITSystem, Party
from tests.factories import Region, make_device, make_model, make_party, make_system, person_as
from tests.made_once import made_once
from tests.rest.test_api import client, post

pytestmark = pytest.mark.django_db

SCOPES = ("reference:read", "register:write")


_made, region = made_once(Region)


@pytest.fixture
def model(region):
    return make_model("Volumed 300", unit=region.devices, udi_di="07350123456783")


@pytest.fixture
def device(region, model):
    return make_device("MT-20417", region.ward, model=model, serial_number="SN12")


@pytest.fixture
def api(region):
    return client(region.coordinator, *SCOPES)


def get(api, path):
    answer = api.get(f"/api/v1/register/{path}")
    assert answer.status_code == 200, answer.data
    return answer


def patch(api, path, body, version=None):
    headers = {} if version is None else {"If-Match": f'"v{version}"'}
    return api.patch(
        f"/api/v1/register/{path}",
        json.dumps(body),
        content_type="application/json",
        headers=headers,
    )


@pytest.mark.parametrize(
    ("sort", "queries", "make"),
    [
        ("devices", 7, lambda region, n: make_device(f"MT-{n}", region.ward)),
        ("models", 8, lambda region, n: make_model(f"Volumed {n}", unit=region.devices)),
        ("systems", 8, lambda region, n: make_system(f"System {n}", region.operations)),
        ("parties", 8, lambda region, n: make_party(f"Företag {n} AB")),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_three(
    sort, queries, make, region, api, django_assert_num_queries
):
    for time, numbers in enumerate((range(1), range(1, 3)), start=1):
        for number in numbers:
            make(region, number)

        with django_assert_num_queries(queries):
            answer = get(api, f"{sort}/")

        assert len(answer.data["results"]) >= numbers.stop
        assert Event.objects.filter(action="list.read", via="api").count() == time


def test_lists_narrow_as_the_pages_do(region, device, api):
    other = make_device("MT-9", region.devices, model=device.model, status="scrapped")

    def found(query):
        return [row["id"] for row in get(api, f"devices/?{query}").data["results"]]

    assert found("q=mt-20417") == [device.pk]
    assert found("status=scrapped") == [other.pk]
    assert found(f"unit={region.ward.code}") == [device.pk]
    assert api.get("/api/v1/register/devices/?status=nonsense").status_code == 400


def test_one_is_read_whole_with_its_version_and_the_reading_is_told(device, api):
    answer = get(api, f"devices/{device.pk}/")

    assert answer.headers["ETag"] == '"v1"'
    assert (answer.data["inventory_number"], answer.data["model_name"]) == (
        "MT-20417",
        "Volumed 300",
    )
    assert Event.objects.filter(action="register.read", object_id=device.pk, via="api").exists()


def test_a_device_is_added_once_for_a_key_and_then_changed(region, model, api):
    body = {"model": model.pk, "inventory_number": " mt-5 ", "holding_unit": region.ward.code}
    key = str(uuid4())

    first = post(api, "register/devices/", body, key=key)
    again = post(api, "register/devices/", body, key=key)

    assert (first.status_code, again.status_code) == (201, 201), first.data
    assert first.data["id"] == again.data["id"]
    made = Device.objects.get(inventory_number="MT-5")
    assert (made.holding_unit, made.status) == (region.ward, "in_use")

    changed = patch(api, f"devices/{made.pk}/", {"status": "in_service"}, version=1)

    assert (changed.status_code, changed.headers["ETag"]) == (200, '"v2"')
    made.refresh_from_db()
    assert (made.status, made.inventory_number) == ("in_service", "MT-5")
    assert patch(api, f"devices/{made.pk}/", {"status": "stored"}, version=1).status_code == 412
    assert patch(api, f"devices/{made.pk}/", {"status": "stored"}).status_code == 428


def test_a_device_that_cannot_be_told_apart_is_refused_in_words(model, api):
    answer = post(api, "register/devices/", {"model": model.pk})

    assert answer.status_code == 409
    assert answer.data["reasons"] == ["Ange inventarienummer, serienummer eller partinummer."]


def test_a_product_has_all_the_identifiers_that_are_given(region, api):
    maker = make_party("Nefra AB")
    body = {
        "manufacturer": maker.pk,
        "name": "Nefra 5",
        "udi_dis": ["07350123456783"],
        "managing_unit": region.devices.code,
    }

    made = post(api, "register/models/", body)

    assert made.status_code == 201, made.data
    assert made.data["udi_dis"] == ["07350123456783"]
    changed = patch(api, f"models/{made.data['id']}/", {"udi_dis": []}, version=1)
    assert (changed.status_code, changed.data["udi_dis"]) == (200, [])
    wrong = patch(api, f"models/{made.data['id']}/", {"udi_dis": ["0735"]}, version=1)
    assert (wrong.status_code, set(wrong.data)) == (400, {"udi_dis"})


def test_two_products_and_two_parties_are_made_one(region, model, device, api):
    twin = make_model("Volumed 300 B", unit=region.devices)

    answer = post(api, f"register/models/{model.pk}/merge/", {"into": twin.pk}, version=1)

    assert (answer.status_code, answer.data["id"]) == (200, twin.pk)
    device.refresh_from_db()
    assert device.model == twin
    assert get(api, f"models/{model.pk}/").data["merged_into"] == twin.pk
    assert model.pk not in [row["id"] for row in get(api, "models/").data["results"]]

    one, other = make_party("Volumed Nord AB"), make_party("Volumed Syd AB")
    answer = post(api, f"register/parties/{one.pk}/merge/", {"into": other.pk}, version=1)
    assert (answer.status_code, answer.data["id"]) == (200, other.pk)
    assert Party.objects.called("volumed nord").get() == other


def test_a_system_is_kept_with_who_answers_for_it_and_who_depends_on_it(region, api):
    manager = person_as(Role.SYSTEM_MANAGER, region.operations)
    keeper = client(manager, *SCOPES)
    body = {
        "name": "Provsvar",
        "managing_unit": region.operations.code,
        "system_manager": manager.email,
        "dependents": [region.ward.code],
        "criticality": "high",
    }

    made = post(keeper, "register/systems/", body)

    assert made.status_code == 201, made.data
    assert (made.data["dependents"], made.data["system_manager"]) == (
        [region.ward.code],
        manager.email,
    )
    answer = patch(keeper, f"systems/{made.data['id']}/", {"dependents": []}, version=1)
    assert (answer.status_code, answer.data["dependents"]) == (200, [])
    assert ITSystem.objects.get(name="Provsvar").criticality == "high"


def test_a_party_is_found_by_the_spellings_it_is_given(api):
    made = post(api, "register/parties/", {"name": "Nefra AB", "aliases": ["Nefra Medical"]})

    assert made.status_code == 201, made.data
    assert sorted(made.data["aliases"]) == ["Nefra AB", "Nefra Medical"]
    assert post(api, "register/parties/", {"name": "NEFRA"}).status_code == 409
    answer = patch(
        api, f"parties/{made.data['id']}/", {"mail_domains": ["nefra.example"]}, version=1
    )
    assert (answer.status_code, answer.data["mail_domains"]) == (200, ["nefra.example"])


def test_many_devices_are_taken_in_and_each_row_says_what_became_of_it(region, model, device, api):
    rows = [
        {"inventory_number": "mt-20417", "udi": "07350123456783", "status": "stored"},
        {"external_key": "K2", "manufacturer": "Nefra AB", "name": "Nefra 5"},
        {"external_key": "K3", "udi": "07350123456783", "holding_unit": "manen"},
        {"external_key": "K4"},
    ]
    body = {"source": "Boken", "managing_unit": region.devices.code, "devices": rows}

    answer = post(api, "register/devices/take-in/", body)

    assert answer.status_code == 200, answer.data
    assert answer.data["counts"] == {"changed": 1, "added": 1, "error": 2}
    assert [row["outcome"] for row in answer.data["rows"]] == [
        "changed",
        "added",
        "error",
        "error",
    ]
    assert answer.data["rows"][2]["text"] == "Enheten manen finns inte."
    device.refresh_from_db()
    assert (device.status, device.holding_unit) == ("stored", region.ward)
    assert DeviceModel.objects.get(name="Nefra 5").devices.get().external_key == "K2"

    again = post(api, "register/devices/take-in/", {**body, "devices": rows[:2]})

    assert again.data["counts"] == {"unchanged": 2}


def test_a_row_that_is_no_row_stops_the_request_and_changes_nothing(region, model, api):
    rows = [{"external_key": "K1", "udi": "07350123456783"}, {"external_key": "K2", "udi": "x"}]
    body = {"source": "Boken", "managing_unit": region.devices.code, "devices": rows}

    answer = post(api, "register/devices/take-in/", body)

    assert (answer.status_code, list(answer.data["devices"])) == (400, [1])
    assert not Device.objects.exists()


def test_what_a_source_has_no_longer_is_marked_when_all_of_it_was_sent(region, model, api):
    row = {"udi": "07350123456783"}
    body = {"source": "Boken", "managing_unit": region.devices.code}
    whole = [{**row, "external_key": key} for key in ("K1", "K2", "K3")]
    post(api, "register/devices/take-in/", {**body, "devices": whole})
    other = make_device("MT-77", region.ward, model=model, source="Annan", external_key="K9")
    first = post(api, "register/devices/take-in/", {**body, "devices": whole[:1]}).data["at"]
    wrong = [{**row, "external_key": "K3", "holding_unit": "manen"}]
    post(api, "register/devices/take-in/", {**body, "devices": wrong})
    told = {"source": "Boken", "since": first}
    gone = Device.objects.get(external_key="K2")

    trial = post(api, "register/devices/mark-gone/", {**told, "is_trial": True})
    assert (trial.status_code, trial.data) == (200, {"gone": 1, "devices": [gone.pk]})
    assert not Device.objects.filter(is_stale=True).exists()
    answer = post(api, "register/devices/mark-gone/", told)

    assert answer.data == {"gone": 1, "devices": [gone.pk]}
    assert list(Device.objects.filter(is_stale=True)) == [gone]
    marked = Event.objects.filter(action="register.gone").with_body().get()
    assert marked.payload.body == {"source": "Boken", "devices": [gone.pk]}
    assert post(api, "register/devices/mark-gone/", told).data["gone"] == 0
    assert get(api, f"devices/{gone.pk}/").data["is_stale"] is True
    other.refresh_from_db()
    assert not other.is_stale


def test_nothing_is_gone_from_a_source_of_which_nothing_came(region, model, device, api):
    told = {"source": "Boken", "since": "2020-01-01T00:00:00Z"}
    answer = post(api, "register/devices/mark-gone/", told)
    assert (answer.status_code, answer.data["reasons"]) == (
        409,
        ["Inget ur källan Boken har tagits in sedan dess."],
    )
    reader = client(region.investigator, *SCOPES)
    assert post(reader, "register/devices/mark-gone/", told).status_code == 403


def test_where_a_device_has_been_is_read_latest_first(region, device, api):
    patch(api, f"devices/{device.pk}/", {"holding_unit": region.devices.code}, version=1)

    rows = get(api, f"devices/{device.pk}/holdings/").data["results"]

    assert [row["unit"] for row in rows] == [region.devices.code, region.ward.code]
    assert [row["until"] is None for row in rows] == [True, False]
    assert Event.objects.filter(action="register.read", object_id=device.pk, via="api").exists()


def test_what_has_happened_is_for_those_who_read_the_register(region, device, model):
    system = make_system("Journalen", region.devices)
    stranger = client(region.reporter, *SCOPES)
    reader = client(region.investigator, *SCOPES)

    for path in (
        f"devices/{device.pk}/history/",
        f"devices/{device.pk}/holdings/",
        f"models/{model.pk}/history/",
        f"systems/{system.pk}/history/",
    ):
        assert stranger.get(f"/api/v1/register/{path}").status_code == 403
        assert get(reader, path).data


@pytest.mark.parametrize("sort", ["devices", "models", "systems", "parties"])
def test_whoever_may_not_keep_the_register_reads_it_and_changes_nothing(sort, region, device):
    made = {
        "devices": device,
        "models": device.model,
        "systems": make_system("Journalen", region.operations),
        "parties": device.model.manufacturer,
    }[sort]
    api = client(region.investigator, *SCOPES)

    assert get(api, f"{sort}/{made.pk}/").data["id"] == made.pk
    assert patch(api, f"{sort}/{made.pk}/", {}, version=1).status_code == 403
    assert post(api, f"register/{sort}/", {}).status_code == 403
    assert client(region.reporter, *SCOPES).get(f"/api/v1/register/{sort}/").status_code == 403
    assert api.get(f"/api/v1/register/{sort}/{made.pk + 1000}/").status_code == 404


def test_a_key_that_only_reads_changes_nothing(region, device):
    api = client(region.coordinator, "reference:read")

    assert get(api, f"devices/{device.pk}/").data["id"] == device.pk
    assert patch(api, f"devices/{device.pk}/", {"status": "stored"}, 1).status_code == 403
