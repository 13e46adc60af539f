"""A report to an authority from the question to the answer, and a no with its reason, in a browser with axe on the way."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patientsakerhet.authority_reports.models import AuthorityReport
from tests.factories import Region, in_status, person_as
from tests.journeys.browser import (
    SHADES,
    browser_tab,
    chromium,
    content,
    shows,
)

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def region():
    return Region()


def ask(page, case, live_server, kind):
    """The tab, and from it the question."""
    page.goto(f"{live_server.url}{case.get_absolute_url()}")
    page.get_by_role("link", name="Anmälningar", exact=False).filter(
        has_text="Anmälningar"
    ).last.click()
    page.get_by_role("link", name="Pröva en anmälan…").click()
    page.get_by_label("Anmälan", exact=True).select_option(kind)
    page.get_by_label("Varför ska det prövas?").fill("Patienten kunde ha skadats allvarligt.")
    page.get_by_label("Händelsen inträffade hos").select_option(
        str(case.owning_unit.care_provider_id)
    )
    content(page, "anmalan-ny")
    page.get_by_role("button", name="Spara").click()
    page.wait_for_selector("text=Väntar på beslut")
    content(page, "anmalan-flik")


def decide(page, live_server, case, answer, motive):
    """From the first page to the decision."""
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name=case.title).first.click()
    content(page, "anmalan-vantar")
    page.get_by_role("link", name="Besluta…").click()
    page.get_by_label(answer).check()
    page.get_by_label("Motivering").fill(motive)
    content(page, "anmalan-besluta")
    page.get_by_role("button", name="Besluta").click()
    page.wait_for_selector(f"text={motive}")


@pytest.mark.long
@pytest.mark.parametrize("dark", SHADES)
def test_lex_maria_from_the_question_to_the_answer(dark, signed_in, live_server, region):
    case = in_status("in_investigation", region)
    coordinator = signed_in(region.coordinator, dark=dark)
    ask(coordinator, case, live_server, "lex_maria")
    report = AuthorityReport.objects.get()

    physician = signed_in(region.physician, dark=dark)
    decide(physician, live_server, case, "Ja, det ska anmälas", "Ingen spärr fanns i pumpen.")
    physician.goto("about:blank")

    page = signed_in(region.coordinator, dark=dark)
    page.goto(f"{live_server.url}{report.get_absolute_url()}")
    page.get_by_role("link", name="Underlag").click()
    expect(page.get_by_label("Vad hände?")).to_have_value(case.deviation.what_happened)
    expect(page.get_by_role("button", name="Kopiera Vad hände?")).to_be_visible()
    for box in page.locator("main textarea").all():
        if not box.input_value():
            box.fill("Se ärendet.")
    for point in page.get_by_role("group", name="Kontrollista").get_by_role("checkbox").all():
        point.check()
    content(page, "anmalan-underlag")
    page.get_by_role("button", name="Spara underlaget").click()
    page.wait_for_selector("text=Underlaget är sparat.")

    page.goto(f"{live_server.url}{report.get_absolute_url()}")
    page.get_by_role("link", name="Registrera som inskickad…").click()
    page.get_by_label("E-tjänst").check()
    page.get_by_label("Diarienummer eller kvittensnummer").fill("3.1.1-4711/2026")
    content(page, "anmalan-skickad")
    page.get_by_role("button", name="Registrera som inskickad").click()
    page.wait_for_selector("text=3.1.1-4711/2026")

    page.get_by_role("link", name="Registrera myndighetens svar…").click()
    page.get_by_label("Vad kom myndigheten fram till?").fill("Utredningen är tillräcklig.")
    page.get_by_role("button", name="Registrera myndighetens svar").click()
    page.wait_for_selector("text=IVO svarade")
    content(page, "anmalan-besvarad")

    page.goto(f"{live_server.url}/anmalningar/?room=besvarade")
    shows(page, case.number)
    content(page, "anmalningar")
    report.refresh_from_db()
    assert (report.status, report.decision) == ("decided", "yes")
    assert timezone.localdate(report.submitted_at) == timezone.localdate()
    page.goto("about:blank")


@pytest.mark.parametrize("dark", SHADES)
def test_a_no_with_its_reason_opens_the_way_to_closing(dark, signed_in, live_server, region):
    case = in_status("in_investigation", region)
    coordinator = signed_in(region.coordinator, dark=dark)
    ask(coordinator, case, live_server, "lex_maria")
    coordinator.goto(f"{live_server.url}{case.get_absolute_url()}")
    shows(coordinator, "Lex Maria är inte beslutad", "#kvar")

    physician = signed_in(region.physician, dark=dark)
    decide(physician, live_server, case, "Nej, det ska inte anmälas", "Patienten var övervakad.")
    physician.goto(f"{live_server.url}{case.get_absolute_url()}")
    expect(physician.locator("#kvar").first).not_to_contain_text("Lex Maria")
    physician.goto("about:blank")
    report = AuthorityReport.objects.get()
    assert (report.status, report.motive) == ("not_reported", "Patienten var övervakad.")


@pytest.mark.long
@pytest.mark.parametrize("dark", SHADES)
def test_the_kinds_are_read_and_changed(dark, signed_in, live_server, region):
    page = signed_in(person_as("administrator", region.root), dark=dark)
    page.goto(f"{live_server.url}/installningar/anmalningsslag/")
    content(page, "anmalningsslag")
    page.get_by_role("link", name="Lex Maria", exact=True).click()
    content(page, "anmalningsslag-lex-maria")
    page.get_by_role("spinbutton", name="Tid").fill("21")
    page.get_by_role("button", name="Spara").click()
    page.wait_for_selector("text=Lex Maria gäller så från")
    page.goto("about:blank")
