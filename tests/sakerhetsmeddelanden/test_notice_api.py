"""Notices through the API: the same actions, the same refusals in the same words."""

import pytest
from django.test import Client
from django.utils import timezone

from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from tests.factories import fresh, person_as
from tests.sakerhetsmeddelanden.test_targeting import Pumps

pytestmark = pytest.mark.django_db


class Api:
    def __init__(self, person):
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.count = 0

    def post(self, path, body=None, version=None, key=None):
        self.count += 1
        headers = {"Idempotency-Key": key or f"k{self.count}"}
        if version is not None:
            headers["If-Match"] = f'"v{version}"'
        return self.client.post(
            f"/api/v1/notices/{path}", body or {}, content_type="application/json", headers=headers
        )

    def get(self, path):
        return self.client.get(f"/api/v1/notices/{path}")


def sent(**changes):
    return {
        "title": "Trycksensor i Volumed 300",
        "received_at": timezone.now().isoformat(),
        "manufacturer": "Volumed Medical",
        "fields_by_code": {
            "fsn_ref": "FSN-7", "date": "2026-11-20", "2.1": "Visar för lågt.",
            "3.1": "quarantine", "1.2": "Volumed 300", "1.7": "SN 1000-1499",
        },
        "confirmed": True,
        **changes,
    }  # fmt: skip


def test_a_notice_is_sent_in_judged_and_targeted():
    pumps = Pumps()
    api = Api(pumps.region.coordinator)

    made = api.post("", sent(), key="one")
    again = api.post("", sent(), key="one")
    assert made.status_code == 201, made.content
    number = made.json()["case"]["number"]
    assert Case.objects.filter(kind="safety_notice").count() == 1
    assert again.status_code in {201, 422}
    assert made.json()["manufacturer"] == "Volumed AB"
    case = Case.objects.get(number=number)

    refused = api.post(f"{number}/step/", {"step": "assess"}, version=case.version + 5)
    assert refused.status_code == 412
    assert api.post(f"{number}/step/", {"step": "assess"}).status_code == 428
    moved = api.post(f"{number}/step/", {"step": "assess"}, version=case.version)
    assert moved.json()["case"]["status"] == "assessing"
    assert "Träffbilden är inte framtagen." in moved.json()["missing"]["distribute"]

    judged = api.post(
        f"{number}/judge/",
        {"risk_class": "red", "urgency": "immediate", "reason": "Fel dos."},
        version=fresh(case).version,
    )
    assert judged.status_code == 200, judged.content
    found = api.post(f"{number}/target/", version=fresh(case).version)
    assert found.status_code == 200, found.content
    [chosen] = api.get(f"{number}/recipients/").json()["results"]
    assert (chosen["unit"], chosen["ground"], chosen["devices"]) == (
        pumps.region.ward.code, "model", 1
    )  # fmt: skip
    assert len(api.get(f"{number}/considered/").json()["results"]) == 4
    undecided = api.get(f"{number}/undecided/").json()["results"]
    assert len(undecided) == 2
    decided = api.post(
        f"{number}/decide/",
        {"devices": [one["id"] for one in undecided], "decision": "excluded", "reason": "Skrot."},
        version=fresh(case).version,
    )
    assert decided.status_code == 200, decided.content
    assert decided.json()["missing"]["distribute"] == []


def test_the_same_words_refuse_as_on_the_page():
    pumps = Pumps()
    case = pumps.notice()
    api = Api(pumps.region.coordinator)

    answer = api.post(f"{case.number}/step/", {"step": "distribute"}, version=case.version)

    assert answer.status_code == 409
    assert answer.json()["reasons"] == [
        "Det steget följer av utskicket eller av svaret till leverantören."
    ]


def test_unknown_fields_and_wrong_days_are_refused_by_name():
    api = Api(Pumps().region.coordinator)

    unknown = api.post("", sent(fields_by_code={"9.9": "?"}))
    wrong = api.post("", sent(fields_by_code={"date": "i går"}))

    assert unknown.status_code == 400
    assert "9.9" in unknown.content.decode()
    assert wrong.status_code == 409
    assert not Case.objects.filter(kind="safety_notice").exists()


@pytest.mark.parametrize("role", ["unit_manager", "reporter", "administrator"])
def test_a_notice_one_may_not_read_does_not_exist(role):
    pumps = Pumps()
    case = pumps.notice()
    api = Api(person_as(Role(role), pumps.region.ward))

    assert api.get(f"{case.number}/").status_code == 404
    assert api.get("").json()["results"] == []
    assert api.post("", sent()).status_code == 403
