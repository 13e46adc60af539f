"""Major incidents through the API: the same actions, the same refusals in the same words."""

from datetime import timedelta

import pytest

from patientsakerhet.cases.models import Case
from tests.factories import fresh, make_person
from tests.information_security.test_api import Api
from tests.major_incidents.making import World

pytestmark = pytest.mark.django_db


def test_an_incident_is_declared_worked_with_and_closed():
    world = World()
    api, other = Api(world.leader, "major-incidents"), world.deviation()
    moments = {
        name: (world.started + timedelta(minutes=minutes)).isoformat()
        for name, minutes in (("started_at", 0), ("noticed_at", 5), ("declared_at", 20))
    }
    wanted = {
        "title": "Växeln nere", "unit": world.region.devices.code,
        "what_happened": "Ingen kan ringa in.", "systems": [world.system.name], **moments,
    }  # fmt: skip
    made = api.post("", wanted, key="one")
    assert made.status_code == 201, made.content
    assert api.post("", wanted, key="one").json() == made.json()
    number = made.json()["case"]["number"]
    case = Case.objects.get(number=number)

    def do(what, **body):
        answer = api.post(f"{number}/{what}/", body, version=fresh(case).version)
        assert answer.status_code == 200, answer.content
        return answer.json()

    told = do("concern", systems=[world.system.name], units=[world.region.ward.code])
    assert told["units"] == [world.region.ward.code]
    told = do("add-ticket", kind="problem", system="Servicebordet", number="P-1")
    assert do("remove-ticket", id=told["tickets"][0]["id"])["tickets"] == []
    assert do("gather", number=other.number)["deviations"] == [other.number]
    assert do("release", number=other.number)["deviations"] == []
    do("hand-over", leader=world.manager.email)
    ended = (world.started + timedelta(hours=2)).isoformat()
    do(
        "describe", title="Växeln nere", what_happened="Ingen kunde ringa in.", ended_at=ended,
        severity="delayed", consequence="Hembesök bokades om.", **moments,
    )  # fmt: skip
    assert do("step", step="restore")["missing"]["close"] == [
        "Orsaken är inte beskriven.",
        "Lärdomarna är inte skrivna.",
    ]
    refused = api.post(f"{number}/step/", {"step": "close"}, version=fresh(case).version)
    assert refused.status_code == 409
    assert refused.json()["reasons"] == [
        "Orsaken är inte beskriven.",
        "Lärdomarna är inte skrivna.",
    ]
    do("learn", cause="En ändring.", lessons="Ett i taget.")
    told = do(
        "decide-measure", title="Ett i taget", strength="medium", owner=world.manager.email,
        owner_is_told=True, due_on="2199-01-01", effect_sign="Inget stopp",
        effect_due_on="2199-02-01",
    )  # fmt: skip
    assert told["measures"][0]["title"] == "Ett i taget"
    world.finish(case.measures.get())
    assert do("step", step="close")["case"]["status"] == "closed"

    assert [one["case"]["number"] for one in api.get(room="avslutade").json()["results"]] == [
        number
    ]
    assert api.get(f"{number}/").json()["lessons"] == "Ett i taget."


def test_a_stale_version_a_stranger_and_an_unknown_deviation():
    world = World()
    case = world.declared()
    api = Api(world.leader, "major-incidents")
    assert api.post(f"{case.number}/learn/", {"cause": "", "lessons": ""}, 1).status_code == 412
    missing = api.post(f"{case.number}/gather/", {"number": "AV-1999-00001"}, case.version)
    assert (missing.status_code, missing.json()["reasons"]) == (409, ["Avvikelsen finns inte."])
    stranger = Api(make_person(), "major-incidents")
    assert stranger.get(f"{case.number}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(count, django_assert_num_queries):
    world = World()
    for _ in range(count):
        world.declared()
    api = Api(world.leader, "major-incidents")
    api.get()

    with django_assert_num_queries(8):
        assert len(api.get().json()["results"]) == count
