"""A deviation from the ward to the answer, with the keyboard alone and axe content on the way."""

import re

import pytest
from playwright.sync_api import expect

from avvikelse import tasks
from patientsakerhet.cases.models import Case
from tests.factories import Region, file_report, make_device
from tests.journeys.browser import (
    browser_tab,
    chromium,
    content,
    shows,
)
from tests.journeys.keyboard import choose, leave, press, tab_to, write

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True), pytest.mark.long]


@pytest.fixture
def region():
    region = Region()
    make_device("MT-20417", region.devices)
    return region


def report(page, live_server, region, text):
    page.goto(f"{live_server.url}/anmal/{region.ward.code}/")
    write(page, "Vad hände?", text)
    write(page, "Vad gjorde ni direkt?", "Bytte pump.")
    choose(page, page.get_by_label("I dag", exact=True))
    choose(page, page.get_by_label("Patient", exact=True))
    choose(page, page.get_by_label(re.compile("Nej, men det kunde ha hänt")))


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_ward_reports_without_an_account_and_comes_back_with_the_code(
    scripts, browser_tab, live_server, region
):
    page = browser_tab(width=360, scripts=scripts)
    report(page, live_server, region, "Pumpen stannade utan larm. Vi såg det efter tio minuter.")
    if scripts:
        content(page, "anmal")
    leave(page, page.get_by_role("button", name="Skicka anmälan"))

    assert Case.objects.count() == 1
    number = Case.objects.get().number
    shows(page, number)
    code = page.inner_text(".code")
    if scripts:
        content(page, "kvitto")

    page.goto(f"{live_server.url}/anmal/kvitto/")
    write(page, "Kod", code)
    leave(page, page.get_by_role("button", name="Visa anmälan"))
    shows(page, number)
    expect(page.locator("main")).to_contain_text("mottagen", ignore_case=True)
    if scripts:
        content(page, "folj")


def test_an_empty_report_says_what_is_missing_and_keeps_what_was_written(
    browser_tab, live_server, region
):
    page = browser_tab(complaining=False)  # the browser notes that the form came back as 422
    page.goto(f"{live_server.url}/anmal/{region.ward.code}/")
    write(page, "Vad hände?", "Pumpen stannade.")
    press(page, page.get_by_role("button", name="Skicka anmälan"))
    page.wait_for_selector(".summary")

    expect(page.locator(".summary:focus, .summary :focus")).to_have_count(1)
    expect(page.get_by_label("Vad hände?")).to_have_value("Pumpen stannade.")
    content(page, "anmal-fel")
    assert not Case.objects.exists()


def test_the_queue_is_reached_with_the_keyboard_and_content_at_both_widths(
    signed_in, live_server, region
):
    case = file_report(region.ward, what_happened="Infusionspumpen stannade utan larm.")
    tasks.sweep_preparations()

    page = signed_in(region.coordinator)
    page.goto(f"{live_server.url}/koordinering/")
    tab_to(page, page.get_by_role("link", name=case.title))
    content(page, "koordinering")
    page.goto(f"{live_server.url}/koordinering/{case.number}/enhet/")
    content(page, "koordinering-enhet")
    page.goto("about:blank")  # the queue asks for news; the flush after the test must not meet it
