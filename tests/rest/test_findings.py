"""What belongs to a case is changed and taken away through the API as on its pages."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from avvikelse.actions import assessment, coordination
from avvikelse.models import DeviceCode
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case, Code
from tests.avvikelse.test_report_following import filed_with_code
from tests.factories import Region, decide_measure, in_status, make_device
from tests.rest.test_api import client, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def case(region):
    return in_status("in_investigation", region)


@pytest.fixture
def api(region):
    return client(region.investigator, "cases:read", "cases:write")


def put(api, path, body, version):
    return api.put(
        f"/api/v1/{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"If-Match": f'"v{version}"'},
    )


def delete(api, path):
    return api.delete(f"/api/v1/{path}")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("notes", {"kind": "fact", "text": "Sensorn visade fel.", "source": "Protokoll"}),
        ("timeline", {"at": "2026-01-01T10:00:00Z", "text": "Pumpen stannade."}),
        ("causes", {"area": "technology_equipment", "text": "Gammal.", "evidence": "Prov."}),
        ("tickets", {"kind": "problem", "system": "Desk", "number": "PRB-1"}),
        ("links", {"kind": "related"}),
    ],
)
def test_what_was_added_is_taken_away_once(content, body, case, api, region):
    if content == "links":
        body = {**body, "other": in_status("in_investigation", region).number}
    made = post(api, f"deviations/{case.number}/{content}/", body)
    assert made.status_code == 201, made.data
    here = f"deviations/{case.number}/{content}/{made.data['id']}/"

    assert delete(api, here).status_code == 204

    left = api.get(f"/api/v1/deviations/{case.number}/{content}/").data
    assert [row.get("withdrawn_at") is not None for row in left] == [True] * (content == "notes")
    # A withdrawn note is still there, and withdrawn.
    assert delete(api, here).status_code == (204 if content == "notes" else 404)


def test_a_moment_is_changed_in_the_version_that_was_seen(case, api):
    made = post(
        api,
        f"deviations/{case.number}/timeline/",
        {"at": timezone.now().isoformat(), "text": "Pumpen stannade."},
    ).data
    here = f"deviations/{case.number}/timeline/{made['id']}/"
    body = {"at": made["at"], "text": "Pumpen larmade inte.", "departs": True}

    answer = put(api, here, body, made["version"])

    assert (answer.status_code, answer.data["text"]) == (200, "Pumpen larmade inte.")
    assert put(api, here, body, made["version"]).status_code == 412


def test_a_term_describes_the_device_until_it_is_taken_away(case, api):
    term = Code.objects.filter(system__key="imdrf_a", selectable=True, valid_to=None).first()
    path = f"deviations/{case.number}/device-codes/"
    made = post(api, path, {"code": term.code})
    assert (made.status_code, made.data["code"]) == (201, term.code)
    assert [row["label"] for row in api.get(f"/api/v1/{path}").data] == [term.label]
    assert post(api, path, {"code": "finns-inte"}).status_code == 400

    assert delete(api, f"{path}{made.data['id']}/").status_code == 204
    assert not DeviceCode.objects.exists()


def test_a_measure_serves_another_case_too(case, api, region):
    other = in_status("in_investigation", region)
    measure = decide_measure(other, by=region.investigator)

    answer = post(api, f"deviations/{case.number}/measures/{measure.pk}/serve/")

    assert answer.status_code == 200
    assert set(measure.cases.all()) == {case, other}


def test_a_case_of_others_has_no_rows_to_touch(case, region):
    stranger = client(region.reporter, "cases:read", "cases:write")

    for path in ("notes/1/", "causes/1/", "links/1/", "tickets/1/", "timeline/1/"):
        assert delete(stranger, f"deviations/{case.number}/{path}").status_code == 404


def test_who_may_read_and_not_investigate_is_refused_with_the_pages_words(case, api, region):
    made = post(
        api, f"deviations/{case.number}/notes/", {"kind": "fact", "text": "A.", "source": "B"}
    ).data
    reader = client(region.physician, "cases:read")

    assert delete(reader, f"deviations/{case.number}/notes/{made['id']}/").status_code == 403


def test_secrecy_takes_a_reason_and_the_version(case, region):
    api = client(region.coordinator)
    version = Case.objects.get(pk=case.pk).version
    path = f"deviations/{case.number}/secrecy/"

    assert post(api, path, {"secrecy": 1}, version=version).status_code == 400
    assert post(api, path, {"secrecy": 1, "reason": "Känd."}).status_code == 428
    answer = post(api, path, {"secrecy": 1, "reason": "Känd."}, version=version)

    assert answer.status_code == 200
    assert Case.objects.get(pk=case.pk).secrecy == 1


def test_a_handler_is_appointed(case, api, region):
    version = Case.objects.get(pk=case.pk).version
    answer = post(
        api,
        f"deviations/{case.number}/appoint/",
        {"handler": region.investigator.email},
        version=version,
    )

    assert answer.status_code == 409
    assert "handlägg" in answer.data["reasons"][0]


def test_the_register_is_tied_to_a_case(region):
    case = in_status("in_coordination", region)
    device = make_device("MT-777", region.devices)
    api = client(region.coordinator)

    answer = post(
        api,
        f"deviations/{case.number}/tie/",
        {"device": "MT-777"},
        version=Case.objects.get(pk=case.pk).version,
    )

    assert answer.status_code == 200, answer.data
    case.deviation.refresh_from_db()
    assert case.deviation.device == device


def test_an_answer_that_came_by_telephone_is_heard(region):
    case = in_status("returned", region)
    answer = post(
        client(region.coordinator), f"deviations/{case.number}/heard-answer/", version=case.version
    )

    assert answer.status_code == 200
    assert Case.objects.get(pk=case.pk).status == "in_coordination"


def test_a_receiver_is_reminded_once_a_day(region):
    case = in_status("assigned", region)
    api = client(region.coordinator)

    first = post(api, f"deviations/{case.number}/remind/")
    second = post(api, f"deviations/{case.number}/remind/")

    assert (first.status_code, second.status_code) == (200, 409), first.data


def test_a_rejection_is_taken_back(region):
    case = in_status("rejected", region)
    answer = post(
        client(region.coordinator),
        f"deviations/{case.number}/restore/",
        {"reason": "Det var en avvikelse."},
        version=case.version,
    )

    assert answer.status_code == 200
    assert Case.objects.get(pk=case.pk).status == "in_coordination"


def test_a_lowered_assessment_is_reviewed_by_somebody_else(case, region):
    lowered = assessment.assess(
        case, by=region.investigator, actual=0, potential=1, probability=1, reason="Utrett."
    )
    path = f"deviations/{case.number}/assessments/{lowered.pk}/review/"

    assert post(client(region.coordinator), path).status_code == 403
    assert post(client(region.physician), path).status_code == 200
    lowered.refresh_from_db()
    assert lowered.reviewed_by == region.physician


# --- by receipt code ------------------------------------------------------------------------------


@pytest.fixture
def followed(region):
    """A report without account that is asked something, and its code."""
    case, code = filed_with_code(Client(), region)
    coordination.take(case, by=region.coordinator)
    coordination.ask_reporter(case, "Vilken pump var det?", by=region.coordinator)
    return case, code


def test_a_report_is_followed_answered_and_judged_by_its_code(followed, region):
    case, code = followed
    api = client(region.reporter, "reports:read")

    opened = post(api, "reports/follow/", {"code": code})
    assert opened.status_code == 200, opened.data
    assert (opened.data["number"], opened.data["stage"]) == (case.number, "mottagen")
    assert [one["text"] for one in opened.data["messages"]] == ["Vilken pump var det?"]
    answered = post(api, "reports/follow/answer/", {"code": code, "text": "Den blå."})

    assert answered.status_code == 200
    assert answered.data["messages"][-1]["text"] == "Den blå."
    assert Case.objects.get(pk=case.pk).status == "in_coordination"


def test_every_wrong_code_gets_one_answer_and_is_counted(followed, region):
    api = client(region.reporter, "reports:read")
    answers = [post(api, "reports/follow/", {"code": "123456-123456-123456"}) for _ in range(2)]

    assert {one.status_code for one in answers} == {404}
    assert len({str(one.data) for one in answers}) == 1
    assert Event.objects.using("trail").filter(action="receipt.opened", kind="denied").exists()


def test_a_key_that_only_writes_follows_nothing(followed, region):
    _, code = followed
    api = client(region.reporter, "reports:write")

    for path in ("follow/", "follow/answer/", "follow/verdict/"):
        given = {"code": code, "text": "x", "answered": "yes"}
        assert post(api, f"reports/{path}", given).status_code == 403
