"""Analyses through the API: the same actions, the same refusals in the same words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import team
from tests.factories import file_report, fresh, in_status, make_system, person_as
from tests.made_once import made_once
from tests.risk_analysis.making import World

pytestmark = pytest.mark.django_db


class Api:
    """Somebody's program, with a key of its own for each call."""

    def __init__(self, person, room="risk-analyses"):
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.room, self.count = room, 0

    def get(self, path=""):
        return self.client.get(f"/api/v1/{self.room}/{path}")

    def post(self, path, body=None, version=None, key=None):
        return self.send("post", path, body, version, key)

    def send(self, method, path, body=None, version=None, key=None):
        self.count += 1
        headers = {"Idempotency-Key": key or f"{self.room}-{self.count}"}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        return getattr(self.client, method)(
            f"/api/v1/{self.room}/{path}", body or {}, content_type="application/json",
            headers=headers,
        )  # fmt: skip

    def act(self, case, name, body=None):
        return self.post(f"{case.number}/{name}/", body, version=fresh(case).version)


_made, world = made_once(World)


def ordered(world, **changes):
    return {
        "title": "Ny infusionspump",
        "occasion": "device",
        "change": "Alla pumpar byts.",
        "scope": "Hela kedjan.",
        "unit": world.region.ward.code,
        "commissioned_by": world.commissioner.email,
        "commissioned_on": "2026-11-20",
        "leader": world.leader.email,
        **changes,
    }


def test_an_analysis_goes_the_whole_way_by_program(world, commit):
    leads, decides = Api(world.leader), Api(world.commissioner)
    made = leads.post("", ordered(world), key="one")
    again = leads.post("", ordered(world), key="one")
    assert made.status_code == again.status_code == 201, made.content
    case = Case.objects.get(kind="risk_analysis")
    assert made.json()["case"]["number"] == case.number

    for name, body in (
        ("add-member", {"person": world.nurse.email, "part": "process"}),
        ("add-member", {"name": "Eva", "part": "patient"}),
        ("patient-view", {"patient_view": "Intervjuer."}),
        ("add-step", {"title": "B"}),
        ("add-step", {"title": "A"}),
    ):
        assert leads.act(case, name, body).status_code == 200, name
    first, second = case.risk_analysis.steps.order_by("position")
    for name, body in (
        ("move-step", {"id": second.pk, "up": True}),
        ("change-step", {"id": first.pk, "title": "Användning"}),
        ("remove-step", {"id": second.pk}),
        ("step", {"step": "start"}),
        ("add-risk", {"title": "Larm", "cause": "Ljud", "step": first.pk}),
        ("score", {"risk": 1, "stage": "before", "severity": 3, "probability": 3}),
    ):
        assert leads.act(case, name, body).status_code == 200, name
    refused = leads.act(case, "step", {"step": "submit"})
    assert (refused.status_code, refused.json()["reasons"]) == (
        409, ["Risk 1 ligger över gränsen och har ingen gällande åtgärd."]
    )  # fmt: skip

    today = timezone.localdate()
    proposal = {
        "title": "Spärr", "strength": "strong", "owner": world.leader.email,
        "owner_is_told": True, "due_on": f"{today + timedelta(days=9)}",
        "effect_sign": "Inga fel.", "effect_due_on": f"{today + timedelta(days=90)}",
    }  # fmt: skip
    answer = leads.act(case, "propose", {**proposal, "risks": [1]})
    assert answer.status_code == 200, answer.content
    [measure] = answer.json()["measures"]
    assert (measure["status"], answer.json()["risks"][0]["measures"]) == (
        "proposed", [measure["id"]]
    )  # fmt: skip
    for name, body in (
        ("aim", {"measure": measure["id"], "risks": [1]}),
        ("score", {"risk": 1, "stage": "after", "severity": 3, "probability": 1}),
        ("conclude", {"conclusion": "Kan göras."}),
        ("step", {"step": "submit"}),
    ):
        assert leads.act(case, name, body).status_code == 200, name

    decision = {"measure": measure["id"], "measure_version": 1, "decision": "reject"}
    assert decides.act(case, "decide", decision).json()["reasons"] == [
        "Skriv varför åtgärden avslås."
    ]
    assert leads.act(case, "decide", {**decision, "decision": "accept"}).status_code == 403
    assert decides.act(case, "decide", {**decision, "decision": "accept"}).status_code == 200
    signed = decides.act(case, "sign")
    commit()

    assert signed.json()["case"]["status"] == "follow_up"
    [edition] = signed.json()["reports"]
    assert edition["pdf"] == case.risk_analysis.reports.get().pdf.sha256


def test_versions_are_asked_for_and_held_to(world):
    case = world.commissioned()
    api = Api(world.leader)

    assert api.post(f"{case.number}/add-step/", {"title": "A"}).status_code == 428
    assert api.post(f"{case.number}/add-step/", {"title": "A"}, version=99).status_code == 412
    assert api.client.post(
        f"/api/v1/risk-analyses/{case.number}/add-step/", {"title": "A"},
        content_type="application/json", headers={"If-Match": '"v1"'},
    ).status_code == 400  # fmt: skip


def test_a_risk_is_changed_reviewed_accepted_and_struck_out(world):
    case = world.in_status("commissioned")
    api, system = Api(world.leader), make_system(unit=world.region.devices)
    woke = in_status("in_investigation", world.region)
    physician = Api(world.region.physician)

    added = physician.act(case, "add-risk", {"title": "Larm", "raised_from": woke.number})
    assert added.json()["risks"][0]["raised_from"] == woke.number
    unknown = in_status("reported", World().region)
    refused = api.act(case, "add-risk", {"title": "X", "raised_from": unknown.number})
    assert refused.json()["reasons"] == [f"Ärendet {unknown.number} finns inte."]
    changed = api.act(
        case, "change-risk", {"risk": 1, "title": "Larm tystnar", "systems": [system.pk]}
    )
    assert changed.json()["risks"][0]["systems"] == [system.pk]
    api.act(case, "score", {"risk": 1, "stage": "before", "severity": 4, "probability": 2})
    accepted = api.act(case, "accept-risk", {"risk": 1, "reason": "En vecka till."})
    assert accepted.json()["risks"][0]["accepted_reason"] == "En vecka till."
    reviewed = api.act(case, "review-risk", {"risk": 1, "note": "Gäller."})
    assert reviewed.json()["risks"][0]["reviews"][0]["outcome"] == "holds"
    struck = api.act(case, "withdraw-risk", {"risk": 1, "reason": "Dubblett."})
    assert struck.json()["risks"][0]["withdrawn_reason"] == "Dubblett."
    assert api.act(case, "score", {"risk": 9, "stage": "before", "severity": 1, "probability": 1}
                   ).status_code == 404  # fmt: skip


def test_the_team_is_handed_over_and_described(world):
    case = world.with_team(world.commissioned())
    api = Api(world.leader)
    other = person_as(Role.COORDINATOR, world.region.administration)
    member = case.risk_analysis.members.get(person=world.nurse)

    said = api.act(case, "describe", {
        "title": "Pumpar", "occasion": "method", "change": "Allt.", "scope": "Allt.",
    })  # fmt: skip
    assert said.json()["case"]["title"] == "Pumpar"
    left = api.act(case, "remove-member", {"id": member.pk})
    assert world.nurse.email not in [one["person"] for one in left.json()["members"]]
    handed = api.act(case, "hand-over", {"leader": other.email})
    assert handed.json()["case"]["handler"] == other.email


def test_the_register_and_the_list_are_read_and_narrowed(world):
    case = world.in_status("analysing")
    api = Api(world.leader).client

    [row] = api.get("/api/v1/risks/", {"band": "3"}).json()["results"]
    assert (row["analysis"], row["serial"], row["score"], row["measures"]) == (
        case.number, 1, 9, 1
    )  # fmt: skip
    assert api.get("/api/v1/risks/", {"band": "1"}).json()["results"] == []
    [listed] = api.get("/api/v1/risk-analyses/", {"room": "analys"}).json()["results"]
    assert listed["number"] == case.number
    stranger = Api(person_as(Role.UNIT_MANAGER, world.region.operations)).client
    assert stranger.get("/api/v1/risks/").json()["results"] == []
    assert stranger.get(f"/api/v1/risk-analyses/{case.number}/").status_code == 404


def test_an_analysis_is_read_at_a_flat_cost(world, django_assert_num_queries):
    case = world.commissioned()
    world.risk(case)
    client = Api(world.leader).client
    address = reverse("api-risk-analysis-detail", args=[case.number])
    client.get(address)

    with django_assert_num_queries(22):
        client.get(address)
    for number in range(2):
        world.risk(case, f"Risk {number}")
    with django_assert_num_queries(22):
        told = client.get(address).json()
    assert len(told["risks"]) == 3


def test_the_deviations_since_a_risk_was_looked_at_are_listed(world, commit):
    case = world.commissioned()
    risk = world.risk(case)
    system = make_system("Journalen", world.region.devices)
    risk.systems.add(system)
    found = file_report(world.region.ward, world.region.reporter, system=system)
    file_report(world.region.ward, world.region.reporter)
    address = f"/api/v1/risk-analyses/{case.number}/risks/{risk.serial}/deviations/"

    seen = Api(world.region.physician).client.get(address)
    hidden = Api(world.nurse)
    team.add_member(case, by=world.leader, part="process", person=world.nurse)
    commit()

    assert [row["number"] for row in seen.json()["results"]] == [found.number]
    assert hidden.client.get(address).json()["results"] == []
    assert Api(world.leader).client.get(address.replace("/1/", "/7/")).status_code == 404
    stranger = person_as(Role.UNIT_MANAGER, world.region.operations)
    assert Api(stranger).client.get(address).status_code == 404
