"""The API: scopes, keys, versions, refusals, and a case from report to close."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from patientsakerhet.access import tokens
from patientsakerhet.access.models import ApiToken
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed
from tests.factories import Region, file_report, fresh, in_status, make_device, person_as

pytestmark = pytest.mark.django_db

ALL = ["reports:write", "reports:read", "cases:read", "cases:write", "reference:read"]


def client(person, *scopes, days=30):
    made_by = person_as("administrator", person.home_unit)
    _, secret = ApiToken.objects.create(
        person,
        expiry=timedelta(days=days),
        name="Test",
        scopes=list(scopes) or ALL,
        made_by=made_by,
        last_used_at=timezone.now(),
    )
    api = APIClient(enforce_csrf_checks=True)
    api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return api


def post(api, path, body=None, *, version=None, key=None):
    headers = {"Idempotency-Key": key or str(uuid4())}
    if version is not None:
        headers["If-Match"] = f'"v{version}"'
    return api.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def a_report(region, **more):
    return {
        "unit": region.ward.code,
        "what_happened": "Pumpen stannade utan larm. Patienten, 19811218-9876, mådde bra.",
        "nature": "near_miss",
        "affected": "patient",
        "occurred_at": (timezone.now() - timedelta(hours=2)).isoformat(),
        **more,
    }


def test_a_report_is_filed_masked_and_acknowledged():
    region = Region()

    answer = post(client(region.reporter), "reports/", a_report(region))

    assert answer.status_code == 201, answer.data
    case = Case.objects.get(number=answer.data["number"])
    assert answer.data["stage"] == "mottagen"
    assert "9876" not in case.deviation.what_happened
    assert case.sealed.get().field == "what_happened"
    assert case.reporter.person == region.reporter


def test_a_key_that_only_writes_reads_nothing():
    region = Region()
    api = client(region.coordinator, "reports:write")
    number = post(api, "reports/", a_report(region)).data["number"]

    for path in (
        "reports/",
        f"reports/{number}/",
        f"reports/{number}/messages/",
        "deviations/",
        f"deviations/{number}/",
        f"deviations/{number}/notes/",
        "measures/",
        "units/",
        "codes/deviation_kind/",
    ):
        assert api.get(f"/api/v1/{path}").status_code == 403, path
    assert post(api, f"deviations/{number}/take/", version=2).status_code == 403


@pytest.mark.parametrize("credentials", ["", "Token wrong", "Bearer x", "Token"])
def test_without_a_key_nothing_is_known(credentials):
    region = Region()
    case = file_report(region.ward)
    api = APIClient()
    if credentials:
        api.credentials(HTTP_AUTHORIZATION=credentials)

    assert api.get(f"/api/v1/deviations/{case.number}/").status_code == 401
    assert post(api, "reports/", a_report(region)).status_code == 401


def test_a_key_that_has_expired_opens_nothing():
    region = Region()
    api = client(region.coordinator)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(minutes=1))

    assert api.get("/api/v1/deviations/").status_code == 401


def test_the_same_key_gives_the_same_answer_once():
    region = Region()
    api, key, body = client(region.reporter), str(uuid4()), a_report(region)

    first, second = post(api, "reports/", body, key=key), post(api, "reports/", body, key=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_a_key_sent_with_something_else_is_refused():
    region = Region()
    api, key = client(region.reporter), str(uuid4())
    post(api, "reports/", a_report(region), key=key)

    answer = post(api, "reports/", a_report(region, what_happened="Något annat."), key=key)

    assert answer.status_code == 422
    assert Case.objects.count() == 1


def test_a_post_without_a_key_is_refused():
    region = Region()

    answer = client(region.reporter).post("/api/v1/reports/", a_report(region), format="json")

    assert answer.status_code == 400
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what_happened": " "}, "what_happened"),
        ({"what_happened": "nul \x00"}, "what_happened"),
        ({"what_happened": "rtl \u202e"}, "what_happened"),
        ({"unit": "finns-inte"}, "unit"),
        ({"nature": "x"}, "nature"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"occurred_at": None}, "occurred_at"),
        ({"inventory_number": "MT-0"}, "inventory_number"),
        ({"potential": 9}, "potential"),
        ({"mode": "anonymous", "reporter_name": "Anna"}, "mode"),
    ],
)
def test_a_bad_report_says_which_field_and_files_nothing(change, field):
    region = Region()

    answer = post(client(region.reporter), "reports/", a_report(region, **change))

    assert answer.status_code == 400
    assert set(answer.data) == {field}
    assert not Case.objects.exists()


def test_an_inventory_number_fills_the_device():
    region = Region()
    device = make_device("MT-20417", region.devices)

    number = post(
        client(region.reporter), "reports/", a_report(region, inventory_number=" mt-20417 ")
    ).data["number"]

    deviation = Case.objects.get(number=number).deviation
    assert (deviation.device, deviation.device_model) == (device, device.model)


def test_a_case_goes_from_report_to_close():
    region = Region()
    reporter, coordinator = client(region.reporter), client(region.coordinator)
    investigator = client(region.investigator)
    number = post(reporter, "reports/", a_report(region)).data["number"]
    path = f"deviations/{number}"
    day = timezone.localdate()

    def act(api, name, body=None):
        version = fresh(Case.objects.get(number=number)).version
        answer = post(api, f"{path}/{name}/", body, version=version)
        assert answer.status_code in {200, 201}, (name, answer.status_code, answer.data)
        return answer.data

    act(coordinator, "take")
    act(coordinator, "classify", {"kind": "medical_device"})
    act(coordinator, "assess", {"actual": 0, "potential": 2, "probability": 2})
    act(coordinator, "coordinate", {"to": region.devices.code})
    act(investigator, "receive")
    act(
        investigator,
        "notes",
        {"kind": "fact", "text": "Sensorn visade fel.", "source": "Protokoll"},
    )
    act(investigator, "timeline", {"at": timezone.now().isoformat(), "text": "Larmet uteblev."})
    act(
        investigator,
        "causes",
        {"area": "technology_equipment", "text": "Sensorn", "evidence": "Protokoll"},
    )
    act(investigator, "similar-before", {"answer": "no", "search": "pump larm"})
    measure = act(
        investigator,
        "measures",
        {
            "title": "Byt sensor",
            "strength": "strong",
            "owner": region.investigator.email,
            "owner_is_told": True,
            "due_on": f"{day + timedelta(days=9)}",
            "effect_sign": "Inga stopp",
            "effect_due_on": f"{day + timedelta(days=30)}",
        },
    )
    act(investigator, "plan")
    assert post(investigator, f"measures/{measure['id']}/finish/", version=1).status_code == 200
    act(investigator, "follow-up")
    blocked = post(
        investigator,
        f"{path}/close/",
        version=Case.objects.get(number=number).version,
    )
    assert blocked.status_code == 409
    assert "Återkoppling till rapportören saknas." in blocked.data["reasons"]
    post(
        investigator,
        f"measures/{measure['id']}/effect/",
        {"effect": "yes", "result": "Inga stopp"},
        version=2,
    )
    act(investigator, "assess", {"actual": 0, "potential": 2, "probability": 1, "reason": "Bytt."})
    act(investigator, "feedback", {"text": "Sensorn är bytt. Tack."})
    act(investigator, "close")

    assert reporter.get(f"/api/v1/reports/{number}/").data["stage"] == "klar"
    assert post(reporter, f"reports/{number}/verdict/", {"answered": "yes"}).status_code == 200
    assert Case.objects.get(number=number).reporter.answered == "yes"


def test_a_change_names_the_version_it_has_seen():
    region = Region()
    case, api = file_report(region.ward), client(region.coordinator)
    path = f"deviations/{case.number}/take/"

    assert post(api, path).status_code == 428
    assert post(api, path, version=case.version - 1).status_code == 412
    answer = post(api, path, version=case.version)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'"v{case.version + 1}"'


def test_what_one_may_not_know_of_is_404_and_what_one_may_not_do_is_403():
    region = Region()
    case = in_status("assigned", region)
    stranger = client(person_as("unit_manager", region.sibling))
    manager = client(person_as("unit_manager", region.ward))

    assert stranger.get(f"/api/v1/deviations/{case.number}/").status_code == 404
    assert manager.get(f"/api/v1/deviations/{case.number}/").status_code == 200
    answer = post(manager, f"deviations/{case.number}/receive/", version=case.version)
    assert answer.status_code == 403
    assert answer.data["reasons"]
    assert Event.objects.using("trail").filter(action="case.receive", kind="denied").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_with_one_row_and_three(count, django_assert_num_queries):
    region = Region()
    for _ in range(count):
        in_status("in_investigation", region)
    api = client(region.coordinator, "cases:read")

    with django_assert_num_queries(7):
        answer = api.get("/api/v1/deviations/")

    assert len(answer.data["results"]) == count
    assert Event.objects.filter(action="list.read").count() == 1


def test_a_list_is_walked_page_by_page_without_loss():
    region = Region()
    filed = {file_report(region.ward).number for _ in range(3)}
    api = client(region.coordinator)
    seen, address = [], "/api/v1/deviations/"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("patientsakerhet.ui.paging.page_of.__kwdefaults__", {"size": 2})
        while address:
            answer = api.get(address).data
            seen += [row["number"] for row in answer["results"]]
            address = answer["next"]

    assert len(seen) == 3
    assert set(seen) == filed


def test_the_description_of_the_api_is_whole(settings, tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", tmp_path / "api.yml")

    assert "/api/v1/deviations/{number}/close/" in (tmp_path / "api.yml").read_text()


def test_the_lists_narrow_as_the_pages_do():
    region = Region()
    taken, waiting = in_status("in_coordination", region), file_report(region.ward)
    api = client(region.coordinator)

    def numbers(query):
        answer = api.get(f"/api/v1/deviations/?{query}")
        assert answer.status_code == 200, answer.data
        return {row["number"] for row in answer.data["results"]}

    assert numbers("status=reported") == {waiting.number}
    assert numbers("handler=me") == {taken.number}
    assert numbers(f"q={waiting.number}") == {waiting.number}
    assert numbers("open=closed") == set()
    assert api.get("/api/v1/deviations/?status=nonsense").status_code == 400


def test_a_file_is_added_and_listed():
    region = Region()
    case, api = in_status("in_coordination", region), client(region.coordinator)
    file = SimpleUploadedFile("protokoll.txt", b"Sensorn visade fel.", "text/plain")

    answer = api.post(
        f"/api/v1/deviations/{case.number}/attachments/",
        {"file": file},
        headers={"Idempotency-Key": str(uuid4())},
    )

    assert answer.status_code == 201, answer.data
    listed = api.get(f"/api/v1/deviations/{case.number}/attachments/").data
    assert [(row["name"], row["audience"]) for row in listed] == [("protokoll.txt", "internal")]


def test_a_key_is_given_out_once_and_can_be_taken_back(capsys):
    region = Region()
    administrator = person_as("administrator", region.root)

    call_command(
        "give_api_key",
        region.coordinator.email,
        by=administrator.email,
        name="Integration",
        scope=["cases:read"],
    )

    secret = capsys.readouterr().out.strip()
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert api.get("/api/v1/deviations/").status_code == 200
    assert secret not in str(list(ApiToken.objects.values()))
    tokens.take_back(ApiToken.objects.get(), by=administrator)
    assert api.get("/api/v1/deviations/").status_code == 401


@pytest.mark.parametrize("role", ["coordinator", "chief_physician", "reporter"])
def test_only_an_administrator_gives_out_keys(role):
    region = Region()

    with pytest.raises(NotAllowed):
        tokens.give_out(
            region.reporter,
            by=person_as(role, region.root),
            name="x",
            scopes=["cases:read"],
            days=1,
        )
