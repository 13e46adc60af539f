"""Reports through the API: the same actions, the same refusals in the same words, the whole way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.authority_reports.models import AuthorityReport
from tests.authority_reports.making import begun, fresh, report_in
from tests.factories import Region, in_status, person_as
from tests.rest.test_api import client, post

pytestmark = pytest.mark.django_db
LIST = "/api/v1/authority-reports/"


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def case(region):
    return in_status("in_investigation", region)


@pytest.fixture
def coordinator(region):
    return client(region.coordinator, "cases:read", "cases:write")


@pytest.fixture
def physician(region):
    return client(region.physician, "cases:read", "cases:write")


def act(api, report, name, body=None, version=None):
    version = fresh(report).version if version is None else version
    return post(api, f"authority-reports/{report.pk}/{name}/", body or {}, version=version)


def test_the_whole_way(case, coordinator, physician):
    now = timezone.now()
    begun_at = (now - timedelta(days=4)).isoformat()
    made = post(
        coordinator,
        f"cases/{case.number}/authority-reports/",
        {"kind": "lex_maria", "grounds": "Kunde ha blivit allvarligt.", "clock_from": begun_at},
    )
    assert made.status_code == 201, made.data
    assert made.data["status"] == "under_decision"
    report = AuthorityReport.objects.get(pk=made.data["id"])
    assert made.headers["ETag"] == f'"v{report.version}"'

    refused = act(coordinator, report, "decide", {"report_it": True, "motive": "Jag vill."})
    assert refused.status_code == 403
    no_motive = act(physician, report, "decide", {"report_it": False, "motive": ""})
    assert no_motive.status_code == 400
    decided = act(physician, report, "decide", {"report_it": True, "motive": "Ingen spärr."})
    assert (decided.status_code, decided.data["status"]) == (200, "drafting")

    too_early = act(
        coordinator, report, "submit", {"submitted_at": now.isoformat(), "channel": "post"}
    )
    assert too_early.status_code == 409
    assert too_early.data["reasons"][0].startswith("Underlaget saknar: ")
    proposed = coordinator.get(f"{LIST}{report.pk}/proposal/").data["values"]
    assert proposed["what_happened"] == case.deviation.what_happened
    sheet = {one.key: proposed.get(one.key, "Se ärendet.") for one in report.kind.worksheet}
    ticked = [one.key for one in report.kind.points]
    filled = act(coordinator, report, "worksheet", {"values": sheet, "checked": ticked})
    assert filled.status_code == 200, filled.data

    sent = {"submitted_at": now.isoformat(), "channel": "e_service", "diary_no": "D 1"}
    assert act(coordinator, report, "submit", sent).data["status"] == "submitted"
    more = {"sent": "Utredningen.", "sent_at": now.isoformat(), "channel": "post"}
    assert act(coordinator, report, "supplement", more).data["status"] == "supplemented"
    assert act(coordinator, report, "receipt", {"diary_no": "D 2"}).data["diary_no"] == "D 2"
    answer = {"answered_on": f"{timezone.localdate()}", "outcome": "Räcker."}
    assert act(coordinator, report, "outcome", answer).data["status"] == "decided"
    closed = act(coordinator, report, "close", {"reason": "Klart."})
    assert closed.data["status"] == "closed"
    assert [one["step"] for one in closed.data["events"]][-1] == "close"
    again = act(coordinator, report, "take-up", {"reason": "De ringde."})
    assert again.data["status"] == "submitted"


def test_a_no_and_a_new_question(case, region, coordinator, physician):
    report = begun(case, region)
    assert act(coordinator, report, "ask").data["status"] == "under_decision"
    no = act(physician, report, "decide", {"report_it": False, "motive": "Ingen risk."})
    assert (no.data["status"], no.data["motive"]) == ("not_reported", "Ingen risk.")
    again = act(coordinator, report, "reconsider", {"reason": "Nya fakta."})
    assert again.data["status"] == "under_decision"


def test_an_act_names_the_version_it_has_seen_and_is_done_once(case, region, coordinator):
    report = begun(case, region)
    path = f"authority-reports/{report.pk}/ask/"

    assert act(coordinator, report, "ask", version=report.version + 7).status_code == 412
    assert post(coordinator, path, {}).status_code == 428
    first = post(coordinator, path, {}, version=report.version, key="once")
    second = post(coordinator, path, {}, version=report.version, key="once")
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert fresh(report).events.filter(step="ask").count() == 1


def test_the_manufacturer_is_told_of_a_device_report(case, region, coordinator):
    report = report_in("drafting", case, region, "mpa_device")
    told = {"told_at": timezone.now().isoformat(), "how": "Kopia till Volumed."}

    assert act(coordinator, report, "manufacturer", told).data["manufacturer_told_how"] == (
        "Kopia till Volumed."
    )


def test_the_lists_hold_what_one_may_see(case, region, coordinator):
    report = begun(case, region, ask=True)
    elsewhere = Region()
    hidden = begun(in_status("in_investigation", elsewhere), elsewhere)

    assert [one["id"] for one in coordinator.get(LIST).data["results"]] == [report.pk]
    assert coordinator.get(f"{LIST}?room=nej").data["results"] == []
    of_case = coordinator.get(f"/api/v1/cases/{case.number}/authority-reports/").data
    assert [(one["kind"], one["status"]) for one in of_case] == [("lex_maria", "under_decision")]
    assert coordinator.get(f"{LIST}{hidden.pk}/").status_code == 404
    assert (
        coordinator.get(f"/api/v1/cases/{hidden.case.number}/authority-reports/").status_code == 404
    )


def test_the_kinds_are_told_with_their_grounds(coordinator):
    kinds = {one["key"]: one for one in coordinator.get("/api/v1/report-kinds/").data}

    assert "3 kap. 5 §" in kinds["lex_maria"]["basis"]
    assert kinds["lex_maria"]["decided_with"] == "decide_lex_maria"
    assert kinds["reidar"]["standing"] == "practice"
    assert kinds["nis2_early_warning"]["target_amount"] == 24


def test_a_key_for_reading_changes_nothing(case, region):
    report = begun(case, region)
    reader = client(region.coordinator, "cases:read")

    assert reader.get(f"{LIST}{report.pk}/").status_code == 200
    assert act(reader, report, "ask").status_code == 403


def test_who_may_not_read_the_case_finds_nothing(case, region):
    report = begun(case, region)
    stranger = client(person_as("investigator", Region().devices), "cases:read", "cases:write")

    assert stranger.get(f"{LIST}{report.pk}/").status_code == 404
    assert act(stranger, report, "ask").status_code == 404
