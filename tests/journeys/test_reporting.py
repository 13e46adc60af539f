"""The reporter's journey in a real browser: file, with and without scripts and mouse, and hear back."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from avvikelse.actions import coordination
from avvikelse.forms.follow import pass_for
from patientsakerhet.cases.models import Case
from tests.avvikelse.reporting import a_client
from tests.factories import Region, file_report, fresh, in_status, make_device
from tests.journeys.browser import BY_WIDTH, ORIGIN, answer_with, picture, sideways, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db]

TEXT = "Droppet stod still i tjugo minuter. Pumpen larmade inte fast slangen var klämd."


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


def answer(page, *, nature="near_miss"):
    """The six questions, by their words, as somebody who looks for them."""
    page.get_by_label("1. Vad hände?").fill(TEXT)
    page.get_by_label("2. Vad gjorde ni direkt?").fill("Bytte pump.")
    page.get_by_label("Vet ej", exact=True).first.check()
    page.get_by_label("Patient", exact=True).check()
    page.locator(f"[name=nature][value={nature}]").check()


def looks_right(page, name):
    """Nothing for axe to say, light or dark, and nothing to scroll sideways to."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        picture(page, f"{name}-{page.viewport_size['width']}-{scheme}")
        assert violations(page) == []
    assert sideways(page) <= 0


@pytest.mark.long
@pytest.mark.parametrize("width", BY_WIDTH)
def test_filing_and_its_receipt_are_accessible(region, visit, width):
    page = visit(f"/anmal/{region.ward.code}/", width=width)
    looks_right(page, "anmal")

    page.get_by_role("button", name="Skicka anmälan").click()
    page.locator(".summary").wait_for()
    expect(page.locator(".summary")).to_be_focused()
    looks_right(page, "anmal-fel")

    answer(page, nature="adverse_event")
    page.get_by_label("Medicinteknisk utrustning").check()
    page.get_by_label("IT-system eller telefoni").check()
    page.get_by_text("Lägg till om du vill").click()
    page.get_by_label("De som utreder får se vem jag är").check()
    page.get_by_label("Ditt namn").fill("Eva Lind")
    page.get_by_label("Vad blev följden?").fill("Patienten 19121212-1212 fick ont.")
    page.get_by_text("Det ser ut som ett personnummer.").wait_for()
    looks_right(page, "anmal-ifylld")

    page.get_by_role("button", name="Skicka anmälan").click()
    page.get_by_role("heading", name="Tack, anmälan är mottagen").wait_for()
    looks_right(page, "kvitto")
    expect(page.get_by_text("Vi dolde ett personnummer")).to_be_visible()


@pytest.mark.parametrize("width", BY_WIDTH)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_code_leads_to_the_question_and_the_answer(region, visit, width, scripts):
    page = visit("/anmal/", width=width, scripts=scripts)
    page.get_by_label("Var hände det?").select_option(region.ward.code)
    answer(page)
    page.get_by_role("button", name="Skicka anmälan").last.click()
    code = page.locator(".code").inner_text()
    case = Case.objects.get()
    coordination.take(case, by=region.coordinator)
    coordination.ask_reporter(fresh(case), "Vilken pump var det?", by=region.coordinator)

    page.get_by_role("link", name="Följ med koden").click()
    page.get_by_label("Din kod").fill("123")
    page.get_by_role("button", name="Visa anmälan").click()
    page.locator(".summary").wait_for()
    page.get_by_label("Din kod").fill(code)
    page.get_by_role("button", name="Visa anmälan").click()
    page.get_by_role("heading", name="Du har fått en fråga").wait_for()
    page.get_by_label("Din text").fill("Den vid fönstret.")
    page.get_by_role("button", name="Skicka svaret").click()
    page.get_by_text("Ditt svar är skickat").wait_for()

    assert case.comments.get(purpose="answer").text == "Den vid fönstret."


@pytest.mark.long
@pytest.mark.parametrize("width", BY_WIDTH)
def test_following_is_accessible(region, visit, width):
    asked, closed = in_status("returned", region), in_status("closed", region)

    looks_right(visit("/anmal/kvitto/", width=width), "folj")
    for name, case in (("fraga", asked), ("svar", closed)):
        page = visit(reverse("followed_report", args=[pass_for(case)]), width=width)
        looks_right(page, f"folj-{name}")
    mine = visit("/mina-anmalningar/", region.reporter, width=width)
    looks_right(mine, "mina-anmalningar")
    mine.get_by_role("link", name=closed.title).first.click()
    mine.get_by_role("heading", name="Fick du svar på det du skrev?").wait_for()
    looks_right(mine, "min-anmalan")
    mine.get_by_role("button", name="Delvis").click()
    mine.get_by_text("Tack. Ditt omdöme är sparat.").wait_for()
    assert fresh(closed).reporter.answered or fresh(asked).reporter.answered


@pytest.mark.parametrize("width", BY_WIDTH)
def test_the_form_on_paper_is_accessible_and_prints_without_the_frame(region, visit, width):
    page = visit(f"/anmal/{region.ward.code}/blankett/", width=width)
    looks_right(page, "blankett")

    page.emulate_media(media="print")

    expect(page.locator("article.blank")).to_be_visible()
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_role("button", name="Skriv ut")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed-in", "without-account"])
def test_a_report_is_filed_with_the_keyboard_alone(region, visit, signed_in, scripts):
    person = region.reporter if signed_in else None
    page = visit(f"/anmal/{region.ward.code}/", person, width=360, scripts=scripts)
    press = page.keyboard.press

    def tab_to(selector):
        for _ in range(60):
            press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"Tab never came to {selector}")

    tab_to("#id_what_happened")
    page.keyboard.type(TEXT)
    tab_to("#id_immediate_action")
    page.keyboard.type("Bytte pump.")
    tab_to("[name=day]")
    press("Space")
    tab_to("[name=affected]")
    press("Space")
    tab_to("[name=nature]")
    press("Space")
    press("ArrowDown")
    tab_to("button[data-kind=primary]")
    press("Enter")
    page.locator(".number").wait_for()

    case = Case.objects.get()
    deviation = case.deviation
    assert (deviation.what_happened, deviation.nature) == (TEXT, "adverse_event")
    assert deviation.precision == "day"
    assert case.reporter.person == person


def test_enter_in_a_field_sends_and_does_not_change_unit(region, visit):
    page = visit(f"/anmal/{region.ward.code}/")
    answer(page)
    page.get_by_label("Medicinteknisk utrustning").check()
    page.get_by_label("Produktens namn").fill("Pump")

    page.keyboard.press("Enter")
    page.locator(".number").wait_for()

    assert Case.objects.count() == 1


def test_blocks_open_when_an_answer_asks_for_them(region, visit):
    page = visit(f"/anmal/{region.ward.code}/")
    for label in ("Inventarienummer", "Vilket system?", "Vad blev följden?", "Vad kunde ha hänt?"):
        expect(page.get_by_label(label)).to_be_hidden()
    expect(page.get_by_label("Klockslag, om du vet")).to_be_hidden()

    page.get_by_label("Medicinteknisk utrustning").check()
    page.get_by_label("Annan dag").check()
    page.locator("[name=nature][value=risk]").check()

    expect(page.get_by_label("Inventarienummer")).to_be_visible()
    expect(page.get_by_label("Vilken dag?").first).to_be_visible()
    expect(page.get_by_label("Klockslag, om du vet")).to_be_visible()
    expect(page.get_by_label("Vad kunde ha hänt?")).to_be_visible()
    expect(page.get_by_label("Vad blev följden?")).to_be_hidden()
    page.locator("[name=nature][value=adverse_event]").check()
    expect(page.get_by_label("Vad kunde ha hänt?")).to_be_hidden()


def test_without_scripts_every_block_is_there(region, visit):
    page = visit(f"/anmal/{region.ward.code}/", scripts=False)

    for label in (
        "Inventarienummer",
        "Vilket system?",
        "Vad blev följden?",
        "Klockslag, om du vet",
    ):
        expect(page.get_by_label(label)).to_be_visible()


def test_another_door_changes_the_words_and_keeps_what_was_written(region, visit):
    page = visit(f"/anmal/{region.ward.code}/")
    page.get_by_label("1. Vad hände?").fill(TEXT)

    page.get_by_text("Vill du lämna ett förslag").click()
    page.get_by_label("lämna ett förslag").check()

    expect(page.get_by_role("heading", name="Lämna ett förslag")).to_be_visible()
    expect(page.get_by_label("1. Vad kan bli bättre?")).to_have_value(TEXT)
    expect(page.get_by_text("Blev någon skadad?").first).to_be_hidden()
    page.get_by_role("button", name="Skicka förslaget").click()
    page.get_by_role("heading", name="Tack, ditt förslag är mottaget").wait_for()
    assert Case.objects.get().deviation.door == "improvement"


def test_without_scripts_a_button_changes_the_door(region, visit):
    page = visit(f"/anmal/{region.ward.code}/", scripts=False)
    page.get_by_label("1. Vad hände?").fill(TEXT)

    page.get_by_text("Vill du lämna ett förslag").click()
    page.get_by_label("framföra ett klagomål").check()
    page.get_by_role("button", name="Visa de frågorna").click()

    page.get_by_role("heading", name="Framför ett klagomål").wait_for()
    expect(page.get_by_label("1. Vad vill du berätta?")).to_have_value(TEXT)


def test_a_draft_survives_in_the_browser_and_is_cleared_by_the_receipt(region, visit):
    page = visit(f"/anmal/{region.ward.code}/")
    answer(page)
    page.get_by_text("Utkastet sparades").wait_for()

    page.reload()
    expect(page.get_by_label("1. Vad hände?")).to_have_value(TEXT)
    expect(page.locator("[name=nature][value=near_miss]")).to_be_checked()
    page.get_by_role("button", name="Skicka anmälan").click()
    page.locator(".number").wait_for()
    page.goto(f"{ORIGIN}/anmal/{region.ward.code}/")
    expect(page.get_by_label("1. Vad hände?")).to_have_value("")


def test_a_draft_from_another_day_does_not_say_today(region, visit):
    page = visit(f"/anmal/{region.ward.code}/")
    page.get_by_label("I dag", exact=True).check()
    page.get_by_label("1. Vad hände?").fill(TEXT)
    page.get_by_text("Utkastet sparades").wait_for()
    page.goto(f"{ORIGIN}/anmal/kvitto/")
    page.evaluate(
        """() => {
            const kept = JSON.parse(localStorage.getItem("utkast:anmal"));
            kept.fields = kept.fields.map(([n, v]) => [n, n === "today" ? "2020-01-01" : v]);
            localStorage.setItem("utkast:anmal", JSON.stringify(kept));
        }"""
    )

    page.goto(f"{ORIGIN}/anmal/{region.ward.code}/")

    expect(page.get_by_label("1. Vad hände?")).to_have_value(TEXT)
    expect(page.get_by_label("I dag", exact=True)).not_to_be_checked()


def test_a_signed_in_persons_draft_follows_her_and_can_be_thrown_away(region, visit):
    page = visit("/anmal/", region.reporter)
    page.get_by_label("1. Vad hände?").fill(TEXT)
    with page.expect_response("**/anmal/utkast/"):
        pass

    elsewhere = visit("/anmal/", region.reporter)
    expect(elsewhere.get_by_label("1. Vad hände?")).to_have_value(TEXT)
    elsewhere.get_by_role("button", name="Släng utkastet").click()
    elsewhere.wait_for_url("**/anmal/")
    elsewhere.goto(f"{ORIGIN}/anmal/")
    expect(elsewhere.get_by_label("1. Vad hände?")).to_have_value("")


def test_a_number_is_looked_up_while_it_is_written(region, visit):
    make_device("MT-20417")
    page = visit(f"/anmal/{region.ward.code}/")
    page.get_by_label("Medicinteknisk utrustning").check()

    page.get_by_label("Inventarienummer").press_sequentially("MT-20417")
    page.get_by_text("Volumed 300").wait_for()
    page.get_by_label("Inventarienummer").fill("MT-99999")
    page.get_by_text("Vi hittar inget med numret MT-99999").wait_for()


def test_similar_reports_are_told_of_while_one_writes(region, visit):
    for n in range(3):
        file_report(region.ward, what_happened=f"{TEXT} Sal {n}.")
    page = visit(f"/anmal/{region.ward.code}/")

    page.get_by_label("1. Vad hände?").fill(TEXT)

    page.get_by_text("3 liknande anmälningar de senaste 14 dagarna").wait_for()
    assert violations(page) == []
