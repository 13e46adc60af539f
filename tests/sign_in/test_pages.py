"""Every page about one's account and every error page, looked at in a browser at both widths."""

import pytest
from allauth.mfa.models import Authenticator
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import expect

from tests.journeys.browser import (
    BY_WIDTH,
    ORIGIN,
    answer_with,
    picture,
    serve,
    serve_static,
    sideways,
    violations,
)
from tests.sign_in.conftest import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db, pytest.mark.long]

OPEN = {
    "logga-in": "Logga in",
    "utseende": "Utseende och täthet",
    "losenord/glomt": "Glömt lösenordet?",
    "losenord/glomt/skickat": "Titta i din e-post",
    "losenord/nytt/1-gammal": "Länken gäller inte längre",
    "losenord/nytt/klart": "Lösenordet är bytt",
    "avstangt": "Kontot är avstängt",
    "region/avbrutet": "Du avbröt inloggningen",
    "finns-inte": "Här finns ingenting",
}
OWN = {
    "": "Konto och inloggning",
    "losenord": "Byt lösenord",
    "bekrafta": "Bekräfta att det är du",
    "engangskod": "Slå på engångskod",
    "nycklar": "Säkerhetsnycklar",
    "nycklar/ny": "Lägg till säkerhetsnyckel",
    "reservkoder/nya": "Skapa nya reservkoder?",
    "logga-ut": "Vill du logga ut?",
}
STANDALONE = {
    "400": "Det gick inte att läsa",
    "500": "Något gick sönder hos oss",
    "503": "Varsam är stängt en stund",
}


def look(page, name: str, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    picture(page, name)
    assert violations(page) == [], name
    assert sideways(page) <= 0, name
    page.emulate_media(color_scheme="dark")
    assert [fault for fault in violations(page) if fault.startswith("color-contrast")] == [], name
    page.emulate_media(color_scheme="light")


def named(path: str) -> str:
    return f"konto-{path.replace('/', '-') or 'oversikt'}"


@pytest.mark.parametrize("width", BY_WIDTH)
def test_pages_open_to_all(browser_tab, width):
    page = browser_tab(width=width, complaining=False)  # one of them is a 404
    answer_with(page, Client())
    for path, heading in OPEN.items():
        page.goto(f"{ORIGIN}/konto/{path}/")
        look(page, f"{named(path)}-{width}", heading)


@pytest.mark.parametrize("width", BY_WIDTH)
def test_ones_own_pages(anna, confirmed, browser_tab, width):
    Authenticator.objects.create(user=anna, type="totp", data={"secret": "x"})
    page = browser_tab(width=width)
    answer_with(page, confirmed)
    for path, heading in OWN.items():
        if path == "engangskod":
            Authenticator.objects.filter(type="totp").delete()
        page.goto(f"{ORIGIN}/konto/{path}/" if path else f"{ORIGIN}/konto/")
        look(page, f"{named(path)}-{width}", heading)


@pytest.mark.parametrize("width", BY_WIDTH)
def test_a_refused_sign_in(anna, client, browser_tab, width):
    page = browser_tab(width=width)
    answer_with(page, client)
    page.goto(f"{ORIGIN}/konto/logga-in/")
    page.get_by_label("E-post").fill(anna.email)
    page.get_by_label("Lösenord").fill("fel lösenord")
    page.get_by_role("button", name="Logga in", exact=True).click()
    page.get_by_role("alert").wait_for()

    page.locator("[data-summary]:focus").wait_for()
    look(page, f"konto-fel-losenord-{width}", "Logga in")


@pytest.mark.parametrize("width", BY_WIDTH)
@pytest.mark.parametrize(("name", "heading"), STANDALONE.items())
def test_pages_that_stand_alone_need_no_request(browser_tab, name, heading, width):
    page = browser_tab(width=width)
    serve_static(page)
    serve(page, f"{ORIGIN}/fel/", render_to_string(f"{name}.html"))

    look(page, f"fel-{name}-{width}", heading)


def test_the_second_step(anna, browser_tab):
    Authenticator.objects.create(user=anna, type="totp", data={"secret": "x"})
    client = Client()
    sign_in(client)
    page = browser_tab(width=360)
    answer_with(page, client)
    page.goto(f"{ORIGIN}/konto/tva-steg/")

    look(page, "konto-tva-steg-360", "Logga in, steg två")
