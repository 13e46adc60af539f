"""What suppliers send, in a real browser: the inbox, a message decided, the suppliers' own form."""

import pytest
from playwright.sync_api import expect

from sakerhetsmeddelanden.actions import deciding
from sakerhetsmeddelanden.models import IncomingMessage, PublishedNotice
from tests.avvikelse.reporting import a_client
from tests.factories import Region
from tests.journeys.browser import BY_WIDTH, ORIGIN, answer_with, picture, sideways, violations
from tests.sakerhetsmeddelanden.test_intake import LETTER, mail, taken, values

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
INBOX = "/sakerhetsmeddelanden/inkorg/"


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def visit(browser_tab):
    """A page of the product in a new tab, as the person or as nobody."""

    def visit(path, person=None, **options):
        page = browser_tab(**options)
        answer_with(page, a_client(person))
        page.goto(ORIGIN + path)
        return page

    return visit


def looks_right(page, name):
    """Nothing for axe to say, light or dark, and nothing to scroll sideways to."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        picture(page, f"{name}-{page.viewport_size['width']}-{scheme}")
        assert violations(page) == []
    assert sideways(page) <= 0


@pytest.fixture
def filled(region):
    """An inbox as on a common day: new ones, one in quarantine, one that has come before."""
    first = taken(mail(LETTER + "En lång rad utan mellanslag: " + "x" * 200))
    deciding.promote(first, values(first), by=region.coordinator)
    follow_up = taken(mail("FSN-referens: FSN-2026-17 version 2\nFel dos.", sender="a@volurned.se"))
    IncomingMessage.objects.filter(pk=follow_up.pk).update(
        lookalike_of="volumed.se", spf="fail", dkim="pass", dmarc="fail"
    )
    taken(b"")
    for n in range(3, 9):
        taken(mail(f"FSN-referens: FSN-2026-0{n}\nProblembeskrivning:\nFel {n}", pdf=n % 2 == 0))
    for n in range(3):
        PublishedNotice.objects.create(
            number=f"6.1-2026-{n}",
            published_on="2026-03-02",
            manufacturer="Volumed AB",
            product="Infusionspump Volumed 300 med trycksensor",
            reference=f"FSN-X-{n}",
            address="https://myndighet.example/1",
        )
    return follow_up


@pytest.mark.long
@pytest.mark.parametrize("width", BY_WIDTH)
def test_the_pages_of_the_inbox_are_accessible(region, filled, visit, width):
    page = visit(INBOX, region.coordinator, width=width)
    looks_right(page, "inkorg")

    for state in ("karantan", "avgjorda"):
        page.goto(f"{ORIGIN}{INBOX}?lage={state}")
        looks_right(page, f"inkorg-{state}")

    page.goto(f"{ORIGIN}{INBOX}{filled.pk}/")
    looks_right(page, "inkommet")

    page.goto(f"{ORIGIN}{INBOX}ladda-upp/")
    looks_right(page, "ladda-upp")

    page.goto(f"{ORIGIN}/sakerhetsmeddelanden/publicerade/")
    page.get_by_text("Kontrollera").last.click()
    looks_right(page, "publicerade")


@pytest.mark.long
def test_a_coordinator_decides_a_message(region, visit):
    message = taken(mail(pdf=False))
    page = visit(f"{INBOX}{message.pk}/", region.coordinator)

    page.get_by_label("1.5 Modell-, katalog- eller artikelnummer").fill("V300-1")
    page.get_by_role("button", name="Gör till säkerhetsmeddelande").click()
    page.get_by_text("är skapat av meddelandet").wait_for()

    message.refresh_from_db()
    assert page.url == f"{ORIGIN}{message.notice.get_absolute_url()}"
    assert message.notice.fields.get(code="1.5").proposed == "V300-1"
    page.goto(f"{ORIGIN}{INBOX}{message.pk}/")
    looks_right(page, "inkommet-avgjort")


@pytest.mark.parametrize("width", BY_WIDTH)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_supplier_sends_a_notice(visit, width, scripts):
    page = visit("/leverantor/", width=width, scripts=scripts)
    if scripts:
        looks_right(page, "leverantor")
    page.get_by_label("Företag").fill("Volumed AB")
    page.get_by_role("button", name="Skicka").click()
    page.locator(".summary").wait_for()
    expect(page.get_by_label("Företag")).to_have_value("Volumed AB")
    if scripts:
        looks_right(page, "leverantor-fel")
    page.get_by_label("Ditt namn").fill("Anna Exempel")
    page.get_by_label("E-post").fill("anna@volumed.example")
    page.get_by_label("Produkt", exact=True).fill("Volumed 300")
    page.get_by_label("Vad är problemet?").fill("Trycksensorn visar fel.")
    page.get_by_label("Vad ska vården göra?").fill("Ta pumpen ur bruk.")
    page.get_by_role("button", name="Skicka").click()
    page.get_by_role("heading", name="Tack, meddelandet har kommit in").wait_for()
    if scripts:
        looks_right(page, "leverantor-kvitto")
    assert IncomingMessage.objects.get().sender_name == "Anna Exempel"
