"""An event analysis from the order to the version without names, with the keyboard alone and axe content on the way."""

import zipfile
from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from avvikelse.models import EventAnalysis
from patientsakerhet.organisation.models import Role
from tests.factories import Region, code, fresh, in_status, person_as
from tests.journeys.browser import browser_tab, chromium, shows
from tests.journeys.keyboard import choose, leave, press, tab_to, write, write_moment
from tests.journeys.test_deviation import content
from tests.journeys.test_risk_analysis import button, pick, unfold

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.long]


def go(page, live_server, name, case):
    page.goto(f"{live_server.url}{reverse(name, args=[case.number])}")


def tick(page, label):
    tab_to(page, page.get_by_label(label).locator("visible=true"))
    page.keyboard.press("Space")


def order(page, live_server, case, lead):
    go(page, live_server, "deviation_analysis", case)
    write(page, "Uppdrag och avgränsning", "Varför stannade pumpen utan larm?")
    write(page, "Analysledare", lead.email)
    day = timezone.localdate() + timedelta(days=30)
    write_moment(page, page.get_by_label("Rapporten ska vara klar"), day)
    content(page, "handelseanalys-bestall")
    leave(page, button(page, "Beställ analysen"))
    shows(page, "Händelseanalysen är beställd.", "body")


def gather(page, expert):
    for label, who, part in (
        ("Person i Varsam", expert.email, "sakkunnig"),
        ("Eller namn", "Närstående", "patientens"),
    ):
        unfold(page, "Lägg till deltagare")
        write(page, label, who)
        pick(page, "Roll", part)
        leave(page, button(page, "Lägg till"))
    expect(page.locator("#grupp ~ ul li")).to_have_count(2)


def describe(page, live_server, case):
    """What departed, and the causes: under Utredning, as in every investigation."""
    go(page, live_server, "deviation_investigation", case)
    unfold(page, "Lägg till tidpunkt")
    when = page.get_by_role("group", name="När").locator("visible=true")
    write_moment(page, when.get_by_label("Dag"), timezone.localdate() - timedelta(days=2))
    write_moment(page, when.get_by_label("Klockslag"), time(4, 10))
    write(page, "Vad hände", "Pumpen stannade utan larm.")
    tick(page, "Avvek från det förväntade")
    write(page, "Vad skulle ha hänt", "Pumpen larmar.")
    leave(page, button(page, "Spara tidpunkten"))
    area = code("cause_area", "technology_equipment").label
    for text, evidence in (
        ("Sensorn var sliten.", "Protokollet."),
        ("Service uteblev.", "Registret."),
    ):
        unfold(page, "Lägg till orsak")
        pick(page, "Orsaksområde", area)
        write(page, "Orsak", text)
        write(page, "Vad som talar för det", evidence)
        leave(page, button(page, "Spara orsaken"))


def judge(page, live_server, case):
    """Each cause in its place, the barrier, a proposal against the cause."""
    go(page, live_server, "deviation_analysis", case)
    pick(page, "Plats för ”Sensorn var sliten.”", "Pumpen stannade", exact=False)
    leave(page, button(page, "Spara platsen för orsaken 1"))
    pick(page, "Plats för ”Service uteblev.”", "Sensorn var sliten", exact=False)
    leave(page, button(page, "Spara platsen för orsaken 2"))
    unfold(page, "Lägg till barriär")
    write(page, "Barriär", "Larmet vid stopp.")
    choose(page, page.get_by_label("Brast"))
    leave(page, button(page, "Spara barriären"))
    unfold(page, "Föreslå en åtgärd")
    write(page, "Åtgärd", "Byt sensorn varje år")
    choose(page, page.get_by_label("Stark"))
    write(page, "Åtgärdsansvarig", case.handler.email)
    tick(page, "Den ansvariga är tillfrågad")
    today = timezone.localdate()
    write_moment(page, page.get_by_label("Klar senast"), today + timedelta(days=20))
    write(page, "Så ska effekten synas", "Inga stopp på tre månader.")
    write_moment(page, page.get_by_label("Effekten följs upp"), today + timedelta(days=110))
    pick(page, "Mot orsaken", "Sensorn var sliten", exact=False)
    content(page, "handelseanalys-forslag")
    leave(page, button(page, "Spara förslaget"))


def hand_in(page):
    shows(page, "Innan rapporten kan lämnas:")
    write(page, "Så gjordes analysen", "Intervjuer och loggar.")
    write(page, "Sammanfattning", "Pumpen stannade för att sensorn var sliten.")
    write(page, "Lärdomar för andra", "Följ upp utebliven service.")
    leave(page, button(page, "Spara texterna"))
    content(page, "handelseanalys-rapport")
    leave(page, button(page, "Lämna rapporten till uppdragsgivaren"))
    shows(page, "Rapporten är lämnad till uppdragsgivaren.", "body")


def taken(page, name):
    """The file that the link leads to."""
    with page.expect_download() as download:
        press(page, page.get_by_role("link", name=name))
    return download.value


def test_from_the_order_to_the_version_without_names(signed_in, live_server):
    region = Region()
    case = in_status("in_investigation", region)
    lead = person_as(Role.INVESTIGATOR, region.devices)
    commissioner = region.investigator

    page = signed_in(commissioner)
    order(page, live_server, case, lead)
    page = signed_in(lead)
    go(page, live_server, "deviation_analysis", case)
    gather(page, commissioner)
    describe(page, live_server, case)
    judge(page, live_server, fresh(case))
    hand_in(page)
    found = EventAnalysis.objects.get()
    assert (found.reported_by, found.members.count(), found.barriers.get().held) == (
        lead, 2, "failed"
    )  # fmt: skip
    assert [one.depth for one in found.deviation.causes.order_by("pk")] == ["direct", "underlying"]

    page = signed_in(commissioner)
    go(page, live_server, "deviation_analysis", case)
    leave(page, page.get_by_role("link", name="Besluta om Byt sensorn varje år"))
    content(page, "handelseanalys-beslut")
    leave(page, button(page, "Besluta åtgärden"))
    assert found.proposals.get().measure.status == "planned"
    assert (
        taken(page, "Rapporten som PDF").suggested_filename == f"handelseanalys-{case.number}.pdf"
    )

    shows(page, "Inte granskad")
    unfold(page, "Läs och granska texten")
    text = page.inner_text("#avidentifierad ~ details .card")
    for name in (lead.name, commissioner.name, case.number, region.devices.name):
        assert name not in text, name
    content(page, "handelseanalys-avidentifierad")
    tick(page, "Jag har läst hela texten")
    leave(page, button(page, "Texten är granskad"))
    shows(page, f"Granskad av {commissioner.name}")
    with zipfile.ZipFile(taken(page, "Avidentifierad Word").path()) as word:
        written = word.read("word/document.xml").decode()
    assert "Pumpen stannade" in written
    assert lead.name not in written
    page.goto("about:blank")
