"""One deviation the whole way, from the ward to the answer that is read, with the keyboard alone."""

import re
from datetime import time, timedelta

import pytest
from django.utils import timezone

from avvikelse import tasks
from avvikelse.models import RoutingRule
from patientsakerhet.cases.models import Case, Measure
from tests.factories import Region, fresh
from tests.journeys.browser import picture, shows
from tests.journeys.keyboard import choose, leave, press, tab_to, write, write_moment

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TEXT = "Infusionspumpen stannade utan larm under natten. Vi såg det efter tio minuter."


@pytest.fixture
def region():
    region = Region()
    RoutingRule.objects.create(
        name="Pumpar",
        words=["infusionspumpen"],
        receiver=region.devices,
        is_active=True,
        dry_run_at=timezone.now(),
    )
    return region


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def unfold(page, words):
    press(page, page.locator("summary", has_text=words))


def pick(page, name, words):
    """Goes to the list of choices and writes the beginning of the one wanted."""
    field = page.locator(f"select[name={name}]")
    tab_to(page, field)
    page.keyboard.type(words)
    assert words in field.evaluate("field => field.selectedOptions[0].text")


def part(page, heading):
    return page.locator("section", has=page.get_by_role("heading", name=heading)).last.inner_text()


def test_a_deviation_goes_from_the_ward_to_the_answer_that_is_read(
    region, browser_tab, signed_in, live_server
):
    ward = browser_tab(width=360)
    code = file(ward, live_server.url, region)
    case = Case.objects.get()
    tasks.sweep_preparations()

    desk = signed_in(region.coordinator)
    coordinate(desk, live_server.url, case)
    assert fresh(case).owning_unit == region.devices

    workshop = signed_in(region.investigator)
    page_of_case = f"{live_server.url}/avvikelser/{case.number}/"
    workshop.goto(page_of_case)
    receive(workshop)
    workshop.goto(f"{page_of_case}utredning/")
    investigate(workshop)
    workshop.goto(page_of_case)
    decide(workshop, owner=region.investigator)
    do(workshop)
    workshop.goto(page_of_case)
    close(workshop)
    assert fresh(case).status == "closed"

    read(ward, live_server.url, code)
    assert fresh(case).reporter.answered == "partly"
    assert (case.status_label, Measure.objects.get().effect) == ("Inkommen", "yes")


def file(page, url, region):
    """Filed without an account; the code it is followed by."""
    page.goto(f"{url}/anmal/{region.ward.code}/")
    write(page, "Vad hände?", TEXT)
    write(page, "Vad gjorde ni direkt?", "Bytte pump.")
    choose(page, page.get_by_label("I dag", exact=True))
    choose(page, page.get_by_label("Patient", exact=True))
    choose(page, page.get_by_label(re.compile("Nej, men det kunde ha hänt")))
    leave(page, button(page, "Skicka anmälan"))
    return page.inner_text(".code")


def coordinate(page, url, case):
    """Judged beside the list and given to the unit the worker suggested, whose reason is shown."""
    page.goto(f"{url}/koordinering/")
    shows(page, "Föreslagen enhet: Medicinsk teknik", ".preview")
    shows(page, "regeln ”Pumpar”", ".preview .why >> nth=0")
    page.keyboard.press("f")  # a key opens a dialog, and Escape gives the list back
    page.locator("dialog[open] textarea").wait_for()
    page.keyboard.press("Escape")
    pick(page, "kind", "Medicinteknisk")
    choose(page, page.locator("[name=actual][value='0']"))
    choose(page, page.locator("[name=risk][value='2-2']"))
    picture(page, "hela-koordinering")
    leave(page, page.get_by_role("button", name="Koordinera dit"))
    shows(page, f"{case.number} koordinerades till Medicinsk teknik")
    shows(page, "Inget att koordinera här", ".empty")


def receive(page):
    leave(page, page.get_by_role("link", name="Ta emot…").first)
    leave(page, page.locator("main").get_by_role("button", name="Ta emot", exact=True))
    shows(page, "Ärendet är mottaget")


def investigate(page):
    """A note, the course of events, a cause, whether it happened before, a code and a number elsewhere."""
    at = timezone.localtime() - timedelta(hours=30)
    unfold(page, "Lägg till anteckning")
    choose(page, page.locator("[name=anteckning-kind][value=fact]"))
    write(page, "Anteckning", "Loggen visar att trycksensorn slutade svara.")
    write(page, "Källa", "Pumpens logg")
    leave(page, button(page, "Spara anteckningen"))
    assert "Pumpens logg" in part(page, "Vad vi vet")

    unfold(page, "Lägg till tidpunkt")
    write_moment(page, page.get_by_label("Dag", exact=True), at.date())
    write_moment(page, page.get_by_label("Klockslag", exact=True), time(2, 10))
    write(page, "Vad hände", "Pumpen stannade.")
    leave(page, button(page, "Spara tidpunkten"))
    assert "Pumpen stannade." in part(page, "Händelseförlopp")

    unfold(page, "Lägg till orsak")
    pick(page, "orsak-area", "Teknik")
    write(page, "Orsak", "Trycksensorn åldras.")
    write(page, "Vad som talar för det", "Provprotokoll.")
    leave(page, button(page, "Spara orsaken"))
    assert "Trycksensorn åldras." in part(page, "Orsaker")

    write(page, "Sök bland ärenden", "pump larm")
    leave(page, button(page, "Sök"))
    choose(page, page.locator("[name=liknande-answer][value=no]"))
    write(page, "Varför igen", "Sökningen gav inget annat.")
    leave(page, button(page, "Spara svaret"))
    assert "Sökningen gav inget annat." in part(page, "Har något liknande hänt förut?")

    write(page, "Sök kod eller ord", "larm")
    leave(page, button(page, "Sök kod"))
    leave(page, page.get_by_role("button", name=re.compile("^Välj A16")))
    assert "A16" in part(page, "IMDRF-koder för produkten")

    unfold(page, "Lägg till incident, problem")
    pick(page, "extern-kind", "problem")
    write(page, "System", "Ärendesystemet")
    write(page, "Nummer", "PRB-104")
    leave(page, page.locator("#externa ~ details").get_by_role("button"))
    assert "PRB-104" in part(page, "I andra system")
    picture(page, "hela-utredning")


def decide(page, *, owner):
    """A measure for what the case is asked for, and on to the doing."""
    leave(page, page.get_by_role("link", name=re.compile("åtgärd.* behövs, eller besluta en")))
    leave(page, page.locator("main a[href$='atgarder/ny/']"))
    today = timezone.localdate()
    write(page, "Åtgärd", "Byt trycksensor")
    choose(page, page.locator("[name=strength][value=strong]"))
    write(page, "Åtgärdsansvarig", owner.name)
    press(page, page.get_by_label("Den ansvariga är tillfrågad"), "Space")
    write_moment(page, page.get_by_label("Klar senast"), today + timedelta(days=14))
    write(page, "Så ska effekten synas", "Inga fler stopp.")
    write_moment(page, page.get_by_label("Effekten följs upp"), today + timedelta(days=60))
    leave(page, button(page, "Besluta åtgärden"))
    leave(page, button(page, "Gå vidare till åtgärd"))
    shows(page, "Ärendet är i åtgärd")


def do(page):
    """The measure is begun, done, and looked after."""
    leave(page, page.get_by_role("link", name="1 åtgärd är öppen"))
    leave(page, page.get_by_role("link", name="Byt trycksensor"))
    leave(page, button(page, "Påbörja"))
    leave(page, button(page, "Markera som klar"))
    choose(page, page.locator("[name=effekt-effect][value=yes]"))
    write(page, "Vad visade uppföljningen?", "Inga fler stopp på tre månader.")
    leave(page, button(page, "Spara uppföljningen"))


def close(page):
    """Each thing that is left is a link to where it is done; then the case closes."""
    leave(page, button(page, "Gå vidare till uppföljning"))
    shows(page, "Två saker kvar", "#kvar")
    picture(page, "hela-kvar")
    leave(page, page.get_by_role("link", name="Slutlig bedömning saknas"))
    choose(page, page.locator("[name=bedom-actual][value='0']"))
    choose(page, page.locator("[name=bedom-risk][value='2-2']"))
    leave(page, page.locator("#bedom").get_by_role("button").last)
    leave(page, page.get_by_role("link", name="Återkoppling till rapportören saknas"))
    write(page, "Återkoppling till rapportören", "Trycksensorn var sliten och är bytt.")
    leave(page, button(page, "Skicka till rapportören"))
    leave(page, page.get_by_role("link", name="Händelse", exact=True))
    leave(page, button(page, "Avsluta"))


def read(page, url, code):
    """The answer, found by the code, and what the reporter thinks of it."""
    page.goto(f"{url}/anmal/kvitto/")
    write(page, "Din kod", code)
    leave(page, button(page, "Visa anmälan"))
    shows(page, "Trycksensorn var sliten och är bytt.")
    picture(page, "hela-svar")
    leave(page, button(page, "Delvis"))
    shows(page, "Tack. Ditt omdöme är sparat.")
