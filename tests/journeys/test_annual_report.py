"""The year's report from its first draft to the edition anybody reads, and the chief physician's ten minutes, by keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from avvikelse.actions import assessment
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from rapporter.annual_report.actions import building
from rapporter.annual_report.models import Edition
from tests.factories import in_status, person_as
from tests.journeys.browser import browser_tab, chromium, shows
from tests.journeys.keyboard import leave, press, write
from tests.journeys.test_deviation import content
from tests.journeys.test_risk_analysis import button, unfold
from tests.rapporter.annual_report.making import World
from tests.rapporter.annual_report.making import write as write_sections

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSWORD = "ett långt lösenord 12"


def link(page, name):
    return page.get_by_role("link", name=name)


def tab(page, name):
    return page.get_by_role("navigation", name="Berättelsens delar").get_by_role("link", name=name)


def begin(page, live_server, world):
    """The coordinator begins the report, and sees its first draft made."""
    page.goto(f"{live_server.url}{reverse('annual_reports')}")
    content(page, "berattelse-lista")
    leave(page, link(page, "Ny berättelse"))
    write(page, "Enhet med dem under", world.region.administration.name)
    write(page, "År", "2023")
    leave(page, button(page, "Börja"))
    shows(page, "Det första utkastet görs nu.", "body")
    building.sweep()
    return Case.objects.get(kind="annual_report")


def hand_over(page, author):
    """The section on what was learned is another's to write."""
    leave(page, link(page, re.compile("^Öka kunskap om inträffade vårdskador")))
    unfold(page, "Låt någon annan skriva")
    write(page, "Skrivs av", author.email)
    leave(page, page.locator("#skrivs").get_by_role("button", name="Spara"))
    shows(page, author.name, "#skrivs")


def contribute(page, live_server, case, author):
    """The co-author writes with a figure from the register, asks something, and checks her facts."""
    page.goto(f"{live_server.url}{case.get_absolute_url()}")
    leave(page, link(page, re.compile("^Öka kunskap om inträffade vårdskador")))
    expect(page.locator("#skrivs")).to_have_count(0)  # she hands nothing over
    assert page.locator("#text textarea").bounding_box()["height"] > 150
    write(page, "Text (frivilligt)", "Vi fick {{F09}} avvikelser att lära av, och höll 2 möten.")
    leave(page, button(page, "Spara texten"))
    shows(page, "Vi fick 6 avvikelser att lära av", "#visas")
    content(page, "berattelse-avsnitt")
    press(page, page.locator("#bekrafta input[type=checkbox]"), "Space")
    leave(page, button(page, "Bekräfta det valda"))
    leave(page, button(page, "Fakta stämmer"))
    shows(page, f"Granskat av {author.name}")
    leave(page, tab(page, "Samtal"))
    write(page, "Meddelande", "Ska mötena i maj också vara med?")
    leave(page, page.locator("form[action$='skriv/']").get_by_role("button").last)
    shows(page, "Ska mötena i maj också vara med?")
    content(page, "berattelse-samtal")


@pytest.mark.long
def test_from_the_first_draft_to_the_edition_anybody_reads(browser_tab, signed_in, live_server):
    world = World()
    region, author = world.region, person_as(Role.REPORTER, world.region.ward)
    page = signed_in(region.coordinator)
    case = begin(page, live_server, world)
    page.reload()
    content(page, "berattelse")
    hand_over(page, author)

    contribute(signed_in(author), live_server, case, author)

    write_sections(case, by=region.coordinator, kunskap=None)
    page = signed_in(region.coordinator)
    page.goto(f"{live_server.url}{case.get_absolute_url()}")
    leave(page, tab(page, "Utkast och utgåvor"))
    leave(page, button(page, "Gör ett nytt utkast"))
    building.sweep()
    page.reload()
    leave(page, page.locator("#utkast a.title").first)
    shows(page, "höll 2 möten")
    leave(page, button(page, "Lämna till granskning"))
    building.sweep()

    sign_and_publish(signed_in, live_server, case, region.physician)

    page = browser_tab(width=360)
    page.goto(f"{live_server.url}{reverse('public_reports')}")
    leave(page, link(page, "2023"))
    edition = Edition.objects.get(report=case.pk)
    assert page.url.endswith(edition.get_absolute_url())
    shows(page, "Vi fick 6 avvikelser att lära av, och höll 2 möten.")
    shows(page, region.physician.name)
    content(page, "berattelse-offentlig")
    with page.expect_download() as download:
        link(page, "PDF").press("Enter")
    assert download.value.suggested_filename.endswith("-1.0.pdf")
    page.goto("about:blank")


def sign_and_publish(signed_in, live_server, case, physician):
    """Who signs shows again who she is, and is led back to what she signs."""
    physician.set_password(PASSWORD)
    physician.save()
    page = signed_in(physician)
    page.goto(f"{live_server.url}{case.get_absolute_url()}")
    leave(page, link(page, "Fastställ…"))
    write(page, "Lösenord", PASSWORD)
    leave(page, button(page, "Bekräfta"))
    shows(page, "Fastställ berättelsen")
    content(page, "berattelse-faststall")
    leave(page, page.locator("main form").get_by_role("button", name="Fastställ", exact=True))
    shows(page, "Berättelsen är fastställd.", "body")
    building.sweep()
    page.reload()
    leave(page, button(page, "Publicera"))
    shows(page, "Publicerad")


def test_the_chief_physicians_ten_minutes(signed_in, live_server):
    world = World(filed=2)
    region = world.region
    grave = in_status("in_investigation", region)
    assessment.assess(
        grave, by=region.investigator, actual=3, potential=3, probability=2, reason="Utrett."
    )
    report = world.started()

    page = signed_in(region.physician)
    page.goto(f"{live_server.url}/")
    leave(page, link(page, "Översikt").first)
    expect(page.locator("h1")).to_have_text("Översikt: Veckan")
    content(page, "tio-minuter-veckan")
    board = page.url
    shows(page, grave.number, "#allvarliga")
    press(page, page.locator("#allvarliga summary", has_text="Så räknar vi"))
    leave(page, page.locator("#allvarliga").get_by_role("link", name="Måttet"))
    expect(page.locator(".say").first).to_have_text(re.compile("^1 "))
    content(page, "tio-minuter-rader")
    leave(page, link(page, grave.number))
    shows(page, grave.number)
    for _ in range(2):
        page.go_back()
    assert page.url == board

    leave(page, link(page, "Patientsäkerhetsberättelse").first)
    leave(page, link(page, re.compile("^2023, ")))
    shows(page, "Fem avsnitt saknar text", "#kvar")
    leave(page, tab(page, "Utkast och utgåvor"))
    leave(page, page.locator("#utkast a.title").first)
    shows(page, "Inkomna avvikelser")
    content(page, "tio-minuter-utkast")
    shows(page, report.number)
    page.goto("about:blank")
