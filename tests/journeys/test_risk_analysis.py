"""A risk analysis from the commission to the signed report, with the keyboard alone and axe content on the way."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patientsakerhet.cases.models import Case
from patientsakerhet.risk_analysis.models import AnalysisReport
from tests.journeys.browser import browser_tab, chromium, shows
from tests.journeys.keyboard import choose, leave, press, tab_to, write, write_moment
from tests.journeys.test_deviation import content
from tests.risk_analysis.making import World

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.long]


def pick(page, label, words, *, exact=True):
    """Goes to a list of choices and types the beginning of the one."""
    field = page.get_by_label(label, exact=exact).locator("visible=true").first
    tab_to(page, field)
    page.keyboard.type(words)
    chosen = field.evaluate("list => list.selectedOptions[0].label")
    assert chosen.startswith(words), chosen


def unfold(page, summary):
    """Goes to a fold and opens it, when it is not open already."""
    fold = page.locator("summary", has_text=summary).first
    if not fold.evaluate("fold => fold.parentElement.open"):
        press(page, fold)


def button(page, name):
    return page.get_by_role("button", name=name).locator("visible=true").first


def order(page, live_server, world):
    page.goto(f"{live_server.url}/riskanalyser/")
    leave(page, page.get_by_role("link", name="Ny riskanalys"))
    write(page, "Rubrik", "Nya larmtelefoner")
    write(page, "Vad förändras?", "Larmen går till telefoner.")
    write(page, "Vad omfattar analysen?", "Avdelning 4.")
    write(page, "Enhet som förändringen gäller", world.region.ward.code)
    write(page, "Uppdragsgivare", world.commissioner.email)
    content(page, "riskanalys-ny")
    leave(page, button(page, "Öppna riskanalysen"))
    return Case.objects.get(kind="risk_analysis")


def gather(page, world):
    for person, name, part in (
        (world.nurse.email, "", "Känner processen"),
        ("", "Eva, närstående", "Patient eller närstående"),
    ):
        unfold(page, "Lägg till deltagare")
        if person:
            write(page, "Person i Varsam", person)
        else:
            write(page, "Namn på den som inte har konto", name)
        choose(page, page.get_by_label(part).locator("visible=true"))
        leave(page, button(page, "Lägg till"))
    content(page, "riskanalys-team")
    leave(page, button(page, "Börja analysera"))


def analyse(page, live_server, case):
    unfold(page, "Lägg till ett steg")
    write(page, "Steg", "Larm från patienten")
    leave(page, button(page, "Lägg till steget"))
    leave(page, page.get_by_role("link", name="Lägg till risk"))
    write(page, "Vad kan gå fel?", "Larmet når ingen")
    write(page, "Orsaker", "Nätet är nere.")
    leave(page, button(page, "Lägg till risken"))
    pick(page, "Allvarlighetsgrad", "3")
    pick(page, "Sannolikhet", "3")
    leave(page, button(page, "Spara bedömningen"))
    leave(page, page.get_by_role("link", name="Föreslå åtgärd"))
    write(page, "Åtgärd", "Behåll korridorlamporna")
    choose(page, page.get_by_label("Stark"))
    write(page, "Åtgärdsansvarig", case.handler.email)
    today = timezone.localdate()
    write_moment(page, page.get_by_label("Klar senast"), today + timedelta(days=10))
    write(page, "Så ska effekten synas", "Inga missade larm.")
    write_moment(page, page.get_by_label("Effekten följs upp"), today + timedelta(days=90))
    content(page, "riskanalys-atgard")
    leave(page, button(page, "Föreslå åtgärden"))
    page.goto(f"{live_server.url}/riskanalyser/{case.number}/risker/1/")
    unfold(page, "Bedöm risken när åtgärderna är gjorda")
    form = page.locator("form[action$='/bedom/efter/']")
    for label, step in (("Allvarlighetsgrad", "3"), ("Sannolikhet", "1")):
        tab_to(page, form.get_by_label(label))
        page.keyboard.type(step)
    leave(page, form.get_by_role("button"))
    content(page, "riskanalys-risk")
    page.goto(f"{live_server.url}/riskanalyser/{case.number}/rapport/")
    write(page, "Slutsats", "Kan införas när lamporna är kvar.")
    leave(page, button(page, "Spara slutsatsen"))
    leave(page, button(page, "Lämna till beslut"))


def test_from_the_commission_to_the_signed_report(signed_in, live_server):
    world = World()
    page = signed_in(world.leader)
    case = order(page, live_server, world)
    gather(page, world)
    analyse(page, live_server, case)
    case.refresh_from_db()
    assert case.status == "deciding"

    page = signed_in(world.commissioner)
    page.goto(f"{live_server.url}/")
    shows(page, "Riskanalyser att besluta")
    page.goto(f"{live_server.url}/riskanalyser/{case.number}/risker/")
    expect(page.get_by_role("img", name="Riskmatris, Före åtgärder")).to_have_count(1)
    content(page, "riskanalys-matris")
    page.set_viewport_size({"width": 360, "height": 800})
    ring = page.locator(".risk-plot .mark circle").first.bounding_box()
    assert ring["width"] >= 14, "the risk's number has no room in its ring on a phone"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/riskanalyser/{case.number}/atgarder/")
    choose(page, page.get_by_label("Genomför åtgärden"))
    leave(page, button(page, "Spara beslutet"))
    page.goto(f"{live_server.url}/riskanalyser/{case.number}/rapport/")
    leave(page, button(page, "Underteckna slutrapporten"))
    content(page, "riskanalys-rapport")

    report = AnalysisReport.objects.get()
    assert (report.signed_by, report.analysis.case.status) == (world.commissioner, "follow_up")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF, utgåva 1").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.goto("about:blank")
