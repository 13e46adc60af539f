"""One-time codes, recovery codes and passkeys."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import SESSION_KEY
from django.test import Client
from playwright.sync_api import expect

from tests.journeys.browser import ORIGIN, answer_with, picture, violations
from tests.sign_in.conftest import PASSWORD, sign_in, traces


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def secret(confirmed) -> str:
    """The secret of an app that Anna has just set up."""
    page = confirmed.get("/konto/engangskod/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    answer = confirmed.post("/konto/engangskod/", {"code": code_for(secret)})
    assert answer["Location"] == "/konto/reservkoder/"
    return secret


def test_the_second_step_is_asked_for_and_lets_her_in(secret, client):
    assert sign_in(client)["Location"] == "/konto/tva-steg/"
    assert SESSION_KEY not in client.session

    # The code that activated the app has been used.
    recovery = Client()
    wrong = client.post("/konto/tva-steg/", {"code": "000000"})
    assert "Koden stämmer inte" in wrong.content.decode()
    assert ("denied", "sign_in.refused") in traces()

    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(recovery)
    assert recovery.post("/konto/tva-steg/", {"code": code}).status_code == 302
    assert SESSION_KEY in recovery.session


def test_the_secret_is_sealed_in_the_database(secret):
    stored = Authenticator.objects.get(type="totp").data["secret"]

    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_a_code_is_good_once(secret, client):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client)
    client.post("/konto/tva-steg/", {"code": code})
    again = Client()
    sign_in(again)

    again.post("/konto/tva-steg/", {"code": code})

    assert SESSION_KEY not in again.session


def test_the_picture_is_the_secret_and_is_kept_by_no_cache(confirmed):
    confirmed.get("/konto/engangskod/")

    answer = confirmed.get("/konto/engangskod/qr.svg")

    assert answer["Content-Type"] == "image/svg+xml"
    assert "no-store" in answer["Cache-Control"]
    assert b"<svg" in answer.content


def test_recovery_codes_come_as_a_file(secret, confirmed):
    answer = confirmed.get("/konto/reservkoder/hamta/")

    assert answer["Content-Disposition"].startswith("attachment")
    assert len(re.findall(r"^\d{8}$", answer.content.decode(), re.M)) == 10


@pytest.mark.journey
def test_a_passkey_is_added_and_lets_her_in_alone(anna, browser_tab):
    page = browser_tab()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    answer_with(page, Client())
    page.route(f"{ORIGIN}/", lambda route: route.fulfill(body="Min sida"))
    page.goto(f"{ORIGIN}/konto/logga-in/?next=/konto/nycklar/ny/")
    page.get_by_label("E-post").fill(anna.email)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Bekräfta").click()
    page.get_by_label("Namn på nyckeln").fill("Tjänstemobil")
    page.get_by_label("Logga in med bara nyckeln").check()
    assert violations(page) == []
    picture(page, "nyckel-1280")
    page.get_by_role("button", name="Lägg till nyckeln").click()
    page.get_by_role("heading", name="Reservkoder").wait_for()
    assert ("change", "sign_in.second_step_added") in traces()

    page.goto(f"{ORIGIN}/konto/logga-ut/")
    page.get_by_role("main").get_by_role("button", name="Logga ut").click()
    page.get_by_role("button", name="Logga in med säkerhetsnyckel").click()
    page.wait_for_url(f"{ORIGIN}/")
    page.goto(f"{ORIGIN}/konto/nycklar/")
    expect(page.get_by_text("Tjänstemobil", exact=True).first).to_be_visible()
    expect(page.get_by_text("Loggar in utan lösenord")).to_be_visible()


def test_what_matters_is_asked_twice(signed_in):
    for path in ("engangskod/", "nycklar/ny/", "reservkoder/nya/", "engangskod/qr.svg"):
        assert signed_in.get(f"/konto/{path}")["Location"].startswith("/konto/bekrafta/"), path
