"""The gallery in a real browser: nothing for axe to say, nothing wider than the window, with and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import BY_WIDTH, picture, sideways, violations

pytestmark = [pytest.mark.journey, pytest.mark.django_db, pytest.mark.long]


@pytest.mark.parametrize("width", BY_WIDTH)
def test_every_component_is_accessible(visit, width):
    page = visit(width=width)
    page.wait_for_load_state("networkidle")
    picture(page, f"gallery-{width}-light")

    assert violations(page) == []
    assert sideways(page) <= 0

    page.emulate_media(color_scheme="dark")
    picture(page, f"gallery-{width}-dark")

    assert violations(page) == []


def test_it_is_read_without_scripts(visit):
    page = visit(scripts=False)

    expect(page.get_by_text("Markerade", exact=True)).to_be_visible()
    expect(page.locator(".keys")).to_be_hidden()
    expect(page.locator(".toast [data-close]")).to_be_hidden()
    expect(page.locator(".toast").get_by_role("button", name="Ångra")).to_be_visible()


def test_filters_fold_on_a_phone_and_stand_open_on_a_desk(visit):
    wide, narrow = visit(width=1280), visit(width=360)

    expect(wide.get_by_label("Sök i kön")).to_be_visible()
    expect(wide.get_by_text("Sök och filtrera")).to_be_hidden()
    expect(narrow.get_by_label("Sök i kön")).to_be_hidden()
    narrow.get_by_text("Sök och filtrera").click()
    expect(narrow.get_by_label("Sök i kön")).to_be_visible()


def test_what_is_folded_is_open_on_paper_and_nothing_to_press_is_there(visit):
    page = visit()
    table = page.locator("details.more table")
    expect(table).to_be_hidden()

    page.emulate_media(media="print")

    expect(table).to_be_visible()
    for gone in (".top", ".side", ".btn >> nth=0", ".compose", ".keys", ".toasts"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".hatch").first).to_be_visible()
    title = page.locator(".rows[data-pick] .title").first
    assert title.evaluate("title => title.closest('div').clientWidth") > 600


def test_a_dialog_opens_instead_of_its_page_and_gives_focus_back(visit):
    page = visit()
    opener = page.get_by_role("link", name="Öppna som dialog")
    opener.click()
    dialog = page.locator("#dialog-dold")
    expect(dialog).to_be_visible()

    assert violations(page) == []
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_composer_follows_its_audience(visit):
    page = visit()
    compose = page.locator(".compose")
    expect(compose.get_by_role("button", name="Spara internt")).to_be_visible()

    compose.get_by_label("Rapportören").check()

    expect(compose.get_by_role("button", name="Skicka till rapportören")).to_be_visible()
    expect(compose.get_by_text("Rapportören ser detta.")).to_be_visible()
    expect(compose.get_by_text("Bara handläggare")).to_be_hidden()


def test_the_page_reads_at_four_hundred_per_cent(visit):
    page = visit(width=320, height=256)

    assert sideways(page) <= 0
    expect(page.locator(".top")).to_have_css("position", "static")


def test_a_chosen_look_is_painted_before_the_page_and_needs_no_scripts(visit):
    page = visit("/konto/utseende/", scripts=False)
    page.get_by_label("Mörkt").check()
    page.get_by_label("Luftig").check()
    page.get_by_role("button", name="Spara").click()

    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-density", "roomy")
    expect(root).to_have_css("background-color", "rgb(17, 22, 23)")
