"""Classifications through the API: the same actions, the same refusals in the same words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from patientsakerhet.cases.models import Case
from tests.factories import fresh, person_as
from tests.information_security.making import LEVELS, World
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


class Api:
    def __init__(self, person, room="classifications"):
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.room, self.count = room, 0

    def send(self, method, path, body=None, version=None, key=None):
        self.count += 1
        headers = {"Idempotency-Key": key or f"{self.room}-{self.count}"}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        return getattr(self.client, method)(
            f"/api/v1/{self.room}/{path}", body or {}, content_type="application/json",
            headers=headers,
        )  # fmt: skip

    def post(self, path, body=None, version=None, key=None):
        return self.send("post", path, body, version, key)

    def get(self, path="", **asked):
        return self.client.get(f"/api/v1/{self.room}/{path}", asked)


_made, world = made_once(World)


def test_a_classification_is_ordered_delivered_assessed_and_decided(world):
    lead, owner = Api(world.lead), Api(world.owner)
    wanted = {"system": world.system.name, "occasion": "new"}
    made = lead.post("", wanted, key="one")
    again = lead.post("", wanted, key="one")
    assert made.status_code == 201, made.content
    assert again.json() == made.json()
    number = made.json()["case"]["number"]
    case = Case.objects.get(number=number)
    assert made.json()["owner"] == world.owner.email

    def do(api, what, **body):
        answer = api.post(f"{number}/{what}/", body, version=fresh(case).version)
        assert answer.status_code == 200, answer.content
        return answer.json()

    assert owner.post(f"{number}/write/", {}, version=1).status_code == 400
    reasons = {f"{name}_reason": "Patienter kan skadas." for name in LEVELS}
    do(owner, "write", information="Journaler.", **LEVELS, **reasons)
    do(owner, "add-participant", name="Olle", part="ägare")
    told = do(owner, "step", step="deliver")
    assert told["missing"]["assess"][0].startswith("Informationssäkerhetssamordnare saknas")
    for one in told["administrations"]:
        do(lead, "name-administration", unit=one["unit"], coordinator=world.lead.email)
    for one in told["inputs"]:
        do(lead, "check-off", id=one["id"], state="there")
    assert do(lead, "step", step="assess")["missing"]["propose"]
    told = do(
        lead, "write-risk", title="Någon läser", threatens="confidentiality", severity=4,
        likelihood=2, treatment="reduce",
    )  # fmt: skip
    [risk] = told["risks"]
    assert risk["score"] == 8
    today = timezone.localdate()
    do(
        lead, "decide-measure", id=risk["id"], title="Stark inloggning", strength="strong",
        owner=world.owner.email, owner_is_told=True, due_on=f"{today + timedelta(days=9)}",
        effect_sign="Inga lösenord", effect_due_on=f"{today + timedelta(days=20)}",
    )  # fmt: skip
    do(lead, "step", step="propose")
    refused = lead.post(
        f"{number}/decide/", {"decision": "accepted", "reason": "Bra."},
        version=fresh(case).version,
    )  # fmt: skip
    assert refused.status_code == 403
    told = do(owner, "decide", decision="with_measures", reason="Rimligt.")

    assert told["case"]["status"] == "decided"
    [gap] = Api(world.lead, "classification-gaps").get(gap="galler").json()["results"]
    assert (gap["system"], gap["levels"], gap["classification"]) == (
        world.system.name, "K3 R3 T2", number,
    )  # fmt: skip
    listed = lead.get(room="galler").json()["results"]
    assert [one["case"]["number"] for one in listed] == [number]


def test_the_same_words_refuse_as_on_the_page(world):
    case = world.ordered()
    api = Api(world.owner)

    refused = api.post(f"{case.number}/step/", {"step": "deliver"}, version=case.version)

    assert refused.status_code == 409
    assert "Det står inte vilka som deltog." in refused.json()["reasons"]
    assert api.post(f"{case.number}/step/", {"step": "deliver"}, version=99).status_code == 412
    assert api.post(f"{case.number}/step/", {"step": "deliver"}).status_code == 428


def test_a_follow_up_and_a_programme_through_the_api(world):
    work, programmes = Api(world.lead, "security-follow-ups"), Api(world.lead, "programmes")
    assert programmes.post("", {"code": "sdv", "name": "SDV"}).status_code == 201
    changed = programmes.send("put", "sdv/", {"code": "sdv", "name": "Nytt namn"}, version=1)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    planned = work.post("", {
        "title": "Behörigheter", "unit": world.region.operations.code, "programme": "sdv",
        "responsible": world.manager.email, "planned_on": f"{timezone.localdate()}",
    })  # fmt: skip
    assert planned.status_code == 201, planned.content

    done = Api(world.manager, "security-follow-ups").post(
        f"{planned.json()['id']}/record/",
        {"done_on": f"{timezone.localdate()}", "result": "Tre för vida."},
        version=1,
    )

    assert done.json()["result"] == "Tre för vida."


@pytest.mark.parametrize("role", ["reporter", "administrator", "action_owner"])
def test_others_know_nothing_of_it(role, world):
    case = world.ordered()
    api = Api(person_as(role, world.region.root))

    assert api.get(f"{case.number}/").status_code == 404
    assert api.get().json()["results"] == []
    assert api.post("", {"system": world.system.name, "occasion": "new"}).status_code == 403
    assert Api(person_as(role, world.region.root), "classification-gaps").get().status_code == 403


def test_an_impact_assessment_through_the_api(world):
    lead, owner = (Api(one, "impact-assessments") for one in (world.lead, world.owner))
    made = lead.post("", {
        "processing": "Journalföring", "system": world.system.name, "owner": world.owner.email,
    })  # fmt: skip
    assert made.status_code == 201, made.content
    number = made.json()["case"]["number"]
    case = Case.objects.get(number=number)

    def do(api, what, **body):
        answer = api.post(f"{number}/{what}/", body, version=fresh(case).version)
        assert answer.status_code == 200, answer.content
        return answer.json()

    criteria = [one["criterion"] for one in made.json()["screening"]]
    wrong = lead.post(f"{number}/screen/", {"answers": {"okänt": True}}, version=case.version)
    assert wrong.status_code == 400
    told = do(lead, "screen", answers=dict.fromkeys(criteria, True))
    assert told["missing"]["need"] == []
    do(lead, "step", step="need")
    do(lead, "write", description="Journaler.", necessity="Lagen kräver det.")
    told = do(
        lead, "write-risk", title="Röjs", severity=4, likelihood=3, response="Loggar",
        severity_after=4, likelihood_after=2,
    )  # fmt: skip
    assert told["remains_high"] is True
    told = do(
        lead, "decide-measure", id=told["risks"][0]["id"], title="Gallra tidigare",
        strength="strong", owner=world.owner.email, owner_is_told=True, due_on="2199-01-01",
        effect_sign="Inget gammalt kvar", effect_due_on="2199-02-01",
    )  # fmt: skip
    assert told["risks"][0]["measures"] == [case.measures.get().pk]
    do(lead, "write-risk", id=told["risks"][0]["id"], title="Röjs", severity=4, likelihood=3,
       response="Loggar", severity_after=2, likelihood_after=2)  # fmt: skip
    do(lead, "choose-officer", officer="Dag Ombud")
    do(lead, "step", step="ask_advice")
    do(lead, "advise", advice="agrees", text="Bra.")
    told = do(lead, "step", step="submit")
    assert told["missing"]["approve"] == ["Beslutet saknas."]
    told = do(owner, "decide", decision="proceed", reason="Rimligt.")

    assert told["case"]["status"] == "approved"
    [gap] = Api(world.lead, "classification-gaps").get(assessment="finns").json()["results"]
    assert gap["system"] == world.system.name
