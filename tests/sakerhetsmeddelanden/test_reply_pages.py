"""The part of the notice where the supplier is answered, and the same through the API."""

import hashlib

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patientsakerhet.notifications.models import Message
from sakerhetsmeddelanden.models import SupplierReply
from tests.factories import fresh, make_unit, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden import making
from tests.sakerhetsmeddelanden.sending import region_with_units, sent_out
from tests.sakerhetsmeddelanden.test_notice_api import Api
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

WRITTEN = {
    "form": "customer",
    "language": "sv",
    "organisation": "Region Exempel",
    "address": "Storgatan 1",
    "contact": "Funktionsbrevlådan",
    "phone": "010-000 00 00",
    "email": "meddelanden@region.example",
    "return_to": "fsn@volumed.example",
    "deadline": "2026-12-20",
}


def address(case, rest=""):
    return f"/sakerhetsmeddelanden/{case.number}/svar/{rest}"


def settled(region):
    """A notice to which every unit has said that it is not affected."""
    case = sent_out(region)
    for row in case.safety_notice.recipients.all():
        making.step(row, "sign_not_affected", by=region.physician)
    return fresh(case)


def _region():
    region = region_with_units(4)
    region.silent, region.settled = fresh(sent_out(region)), settled(region)
    return region


_made, region = made_once(_region)


@pytest.fixture
def case(region):
    return region.settled


def test_the_form_is_filled_in_read_and_sent(region, case):
    client = signed_in(region.coordinator, enforce_csrf_checks=True)
    page = client.get(address(case))
    assert '<b class="num">4</b> av 4 enheter har svarat färdigt' in page.content.decode()
    token = client.cookies[settings.CSRF_COOKIE_NAME].value

    made = client.post(
        address(case, "fyll-i/"),
        {**WRITTEN, "version": fresh(case).version, "csrfmiddlewaretoken": token},
    )

    assert made.status_code == 302
    reply = SupplierReply.objects.get()
    page = client.get(address(case)).content.decode()
    assert "Inte skickat" in page
    assert reply.pdf.sha256[:16] in page
    fetched = client.get(f"/bilagor/{reply.pdf_id}/")
    content = b"".join(fetched.streaming_content)
    assert hashlib.sha256(content).hexdigest() == reply.pdf.sha256

    sent = client.post(
        address(case, f"{reply.pk}/skicka/"),
        {
            "to": "fsn@volumed.example",
            "version": fresh(case).version,
            "csrfmiddlewaretoken": token,
        },
    )

    assert sent.status_code == 302
    assert Message.objects.get(kind="supplier_reply").address == "fsn@volumed.example"
    page = client.get(address(case)).content.decode()
    assert "Skickat till fsn@volumed.example" in page
    assert fresh(case).status == "reply_sent"


def test_without_the_token_nothing_is_signed(region, case):
    client = signed_in(region.coordinator, enforce_csrf_checks=True)

    made = client.post(address(case, "fyll-i/"), {**WRITTEN, "version": case.version})

    assert made.status_code == 403
    assert not SupplierReply.objects.exists()


def test_what_was_written_is_kept_when_a_unit_is_missing(region):
    case = region.silent
    client = signed_in(region.coordinator)

    made = client.post(
        address(case, "fyll-i/"), {**WRITTEN, "query": "Hur länge?", "version": case.version}
    )

    assert made.status_code == 409
    page = made.content.decode()
    assert "4 enheter har inte svarat färdigt (0 av 4 är klara)" in page
    assert "Hur länge?" in page
    assert 'value="Storgatan 1"' in page


def test_a_field_left_out_is_named(region, case):
    client = signed_in(region.coordinator)

    made = client.post(address(case, "fyll-i/"), {**WRITTEN, "phone": "", "version": case.version})

    assert made.status_code == 422
    assert "Skriv ett telefonnummer." in made.content.decode()


def test_the_next_form_starts_from_the_last(region, case):
    client = signed_in(region.coordinator)
    client.post(address(case, "fyll-i/"), {**WRITTEN, "account": "K-17", "version": case.version})
    other = settled(region)

    page = client.get(address(other)).content.decode()

    assert 'value="Storgatan 1"' in page
    assert "K-17" not in page
    assert "fsn@volumed.example" not in page


def test_it_is_too_early_before_anything_is_sent(region):
    case = making.entered(region)

    page = signed_in(region.coordinator).get(address(case)).content.decode()

    assert "Det är för tidigt att svara." in page
    assert 'name="organisation"' not in page


def test_a_unit_sees_nothing_of_the_reply(region, case):
    assert signed_in(region.manager).get(address(case)).status_code == 404
    stranger = person_as("coordinator", make_unit("Annat"))
    assert signed_in(stranger).get(address(case)).status_code == 404


def test_the_page_asks_as_much_for_many_units_as_for_few(region):
    counts, alone = {}, region_with_units(1)
    for by, case in ((alone.coordinator, settled(alone)), (region.coordinator, region.settled)):
        client = signed_in(by)
        client.get("/konto/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(case)).status_code == 200
        counts[case.safety_notice.recipients.count()] = len(asked)

    assert set(counts) == {1, 4}
    assert counts[1] == counts[4]


def test_the_api_prepares_and_sends_with_the_same_refusals(region):
    case = region.silent
    api = Api(region.coordinator)
    details = {k: v for k, v in WRITTEN.items() if k not in {"form", "language"}}
    body = {"form": "customer", "language": "en", "details": details}

    assert api.post(f"{case.number}/replies/", body).status_code == 428
    refused = api.post(f"{case.number}/replies/", body, version=case.version)
    assert refused.status_code == 409
    assert "0 av 4 är klara" in refused.json()["reasons"][0]
    made = api.post(f"{case.number}/replies/", {**body, "partial": True}, version=case.version)
    assert made.status_code == 201, made.content
    assert made.json()["complete"] is False
    version = fresh(case).version
    sent = api.post(
        f"{case.number}/replies/{made.json()['id']}/send/",
        {"to": "fsn@volumed.example"},
        version=version,
    )

    assert sent.status_code == 200
    assert sent.json()["sent_to"] == "fsn@volumed.example"
    assert [one["pdf"] for one in api.get(f"{case.number}/replies/").json()] == [made.json()["pdf"]]
    again = api.post(
        f"{case.number}/replies/{made.json()['id']}/send/",
        {"to": "fsn@volumed.example"},
        version=fresh(case).version,
    )
    assert again.status_code == 409
