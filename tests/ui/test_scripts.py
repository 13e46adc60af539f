"""The script modules in a real browser, on pages of the test's own served beside the real scripts."""

import re

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from patientsakerhet.lib import personal_numbers
from patientsakerhet.ui.management.commands import browser_rules
from tests.journeys.browser import ORIGIN, serve, serve_static
from tests.lib import test_personal_numbers as published

pytestmark = [pytest.mark.journey, pytest.mark.long]

SHEETS = ("tokens", "base", "frame", "controls", "lists")
MODULES = ("form", "draft", "bulk", "queue", "personal-number", "answers", "toast")


HTMX_CONFIG = re.search(
    r"<meta name=.htmx-config.*?>", render_to_string("components/head.html", {"working": True})
)[0]


def page_of(body: str) -> str:
    sheets = "".join(f'<link rel="stylesheet" href="/static/css/{name}.css">' for name in SHEETS)
    modules = "".join(
        f'<script type="module" src="/static/js/{name}.js"></script>' for name in MODULES
    )
    return (
        '<!doctype html><html lang="sv"><head><title>Prov</title>'
        f'{sheets}{HTMX_CONFIG}<script src="/static/js/theme.js"></script>'
        f'<script src="/static/django_htmx/htmx-2.min.js" defer></script>{modules}</head>'
        f'<body><main class="page">{body}</main></body></html>'
    )


@pytest.fixture
def shown(browser_tab):
    """Opens a page with this body, beside the product's own scripts."""

    def show(body: str, **options):
        page = browser_tab(**options)
        serve_static(page)
        serve(page, f"{ORIGIN}/prov/", page_of(body))
        return page

    return show


def test_the_rules_in_the_browser_are_those_of_the_server():
    assert browser_rules.PLACE.read_text(encoding="utf-8") == browser_rules.module()


def test_browser_and_server_find_the_same_numbers(shown, chance):
    numbers = [
        *published.PERSONAL,
        *published.CENTENARIANS,
        *published.COORDINATION,
        *published.INVALID,
    ]
    texts = [f"{before}{number[2:] if short else number}{after}"
             for number in numbers
             for short in (False, True)
             for before in (*published.BEFORE, "Tel ", "Ring ", "0", "abc", "växel: ", "sökaren ")
             for after in (*published.AFTER, "7", "-1")]  # fmt: skip
    texts += [_disfigured(chance.choice(numbers), chance) for _ in range(2000)]
    texts += [
        "2026-03-01 1405",
        "Möte 2026-11-01 1330",
        "MT-20417",
        "08-123 45 67",
        "070-123 45 67",
    ]
    page = shown("<p>Prov</p>")

    found = page.evaluate(
        "async texts => { const m = await import('/static/js/personal-number.js');"
        " return texts.map(text => m.holdsNumber(text)); }",
        texts,
    )

    expected = [bool(personal_numbers.find(text)) for text in texts]
    assert [
        text for text, ours, theirs in zip(texts, found, expected, strict=True) if ours != theirs
    ] == []
    assert any(expected)
    assert not all(expected)


def _disfigured(number: str, chance) -> str:
    """The number as somebody might have copied it: other dashes, blanks and digits."""
    digits = chance.choice(published.DIGITS)
    written = "".join(
        digits[int(sign)] if sign.isdigit() else sign for sign in number[chance.choice((0, 2)) :]
    )
    return written.replace("-", chance.choice((*published.DASHES, *published.BLANKS, " - ", ". ")))


def test_a_personal_number_is_warned_of_while_writing_and_stops_nothing(shown):
    page = shown(
        '<form method="get"><label for="t">Text</label><textarea id="t" name="t" data-personal-number></textarea></form>'
    )
    page.get_by_label("Text").fill("Patienten 850709-9805 mådde bra")
    warning = page.get_by_role("status").get_by_text("Det ser ut som ett personnummer.")
    warning.wait_for()

    page.get_by_label("Text").fill("Patienten mådde bra")

    warning.wait_for(state="detached")


def test_a_draft_is_kept_in_the_browser_restored_and_cleared_by_the_receipt(shown):
    body = """<form method="post" data-draft="prov"><label for="t">Text</label><textarea id="t" name="t"></textarea>
      <label><input type="radio" name="r" value="a">A</label><label><input type="radio" name="r" value="b">B</label>
      <input type="password" name="hemligt" aria-label="Hemligt"><p data-draft-status role="status"></p></form>"""
    page = shown(body)
    page.get_by_label("Text").fill("Pumpen stannade")
    page.get_by_label("B", exact=True).check()
    page.get_by_label("Hemligt").fill("lösenord")
    page.get_by_text(re.compile(r"^Utkastet sparades \d\d:\d\d på den här enheten\.$")).wait_for()
    assert "lösenord" not in page.evaluate("JSON.stringify(localStorage)")

    page.reload()

    expect(page.get_by_label("Text")).to_have_value("Pumpen stannade")
    expect(page.get_by_label("B", exact=True)).to_be_checked()
    expect(page.get_by_text("är tillbaka")).to_be_visible()

    serve(page, f"{ORIGIN}/kvitto/", page_of('<div data-draft-clear="prov"></div>'))
    page.wait_for_load_state("networkidle")

    assert page.evaluate("localStorage.length") == 0


def test_a_draft_goes_to_the_server_and_falls_back_to_the_browser(shown):
    page = shown(
        '<form method="post" data-draft="prov" data-draft-url="/prov/utkast/"><label for="t">Text</label>'
        '<textarea id="t" name="t"></textarea><p data-draft-status role="status"></p></form>'
    )
    answers = iter([204, 403])
    sent = []

    def answer(route):
        sent.append(route.request.post_data)
        route.fulfill(status=next(answers))

    page.route("**/prov/utkast/", answer)
    page.get_by_label("Text").fill("Ett")
    page.get_by_text(re.compile(r"^Utkastet sparades \d\d:\d\d\.$")).wait_for()
    assert "Ett" in sent[0]

    # The second answer is refused, and the browser says so in its console.
    page.evaluate("window.fetch = () => Promise.resolve(new Response(null, { status: 403 }))")
    page.get_by_label("Text").fill("Två")

    page.get_by_text("på den här enheten").wait_for()


def test_a_form_is_sent_once_however_often_it_is_pressed(shown):
    page = shown('<form method="post" action="/prov/svar/"><button>Skicka</button></form>')
    sent = []
    page.route("**/prov/svar/", lambda route: sent.append(1))  # never answered

    busy = page.get_by_role("button").evaluate(
        "button => { button.click(); button.click(); button.click(); return button.ariaBusy; }"
    )
    page.wait_for_timeout(300)

    assert (sent, busy) == ([1], "true")


def test_a_block_opens_when_an_answer_asks_for_it(shown):
    page = shown(
        '<form><label><input type="radio" name="harm" value="no" checked>Nej</label>'
        '<label><input type="radio" name="harm" value="yes">Ja</label>'
        '<div data-opens-when="harm=yes|unknown">Vem skadades?</div></form>'
    )
    expect(page.get_by_text("Vem skadades?")).to_be_hidden()

    page.get_by_label("Ja").check()

    expect(page.get_by_text("Vem skadades?")).to_be_visible()


def test_the_summary_takes_focus(shown):
    page = shown('<div class="summary" tabindex="-1" data-summary>Fel</div>')
    page.wait_for_load_state("networkidle")

    expect(page.locator(".summary")).to_be_focused()


ROWS = "".join(
    f'<li><input type="checkbox" name="case" value="{n}" aria-label="Markera {n}">'
    f'<a class="title" href="/arende/{n}/" data-preview="/prov/?visa={n}">Ärende {n}</a></li>'
    for n in (1, 2, 3)
)
QUEUE = f"""<div class="split"><form data-bulk method="post"><ol class="rows" data-queue data-pick>{ROWS}</ol>
  <div class="bulk" data-marks="case"><output data-count>Markerade</output><button type="button" data-clear>Avmarkera</button></div></form>
  <section class="preview" data-shows hx-sync="this:replace">Tomt</section></div>
  <button type="button" data-key="t">Ta</button><button type="button" data-keys-switch>Stäng av</button>
  <label for="q">Sök</label><input id="q" data-key="/"><output id="pressed"></output>"""


@pytest.fixture
def queue(shown):
    """A queue of three with its preview, answered by the test."""
    page = shown(QUEUE)
    page.route(
        "**/prov/?visa=*",
        lambda route: route.fulfill(body=f"<h2>Visar {route.request.url[-1]}</h2>"),
    )
    page.evaluate(
        "() => { document.querySelector('[data-key=t]').onclick ="
        " () => { document.getElementById('pressed').textContent += 'tagen'; }; }"
    )
    page.wait_for_load_state("networkidle")
    return page


def test_keys_move_show_mark_and_press(queue):
    queue.keyboard.press("j")
    queue.get_by_role("heading", name="Visar 1").wait_for()
    queue.keyboard.press("j")
    queue.get_by_role("heading", name="Visar 2").wait_for()
    queue.keyboard.press("x")
    queue.keyboard.press("t")

    expect(queue.get_by_role("link", name="Ärende 2")).to_be_focused()
    expect(queue.locator("[aria-current=true]")).to_have_text(["Ärende 2"])
    expect(queue.get_by_label("Markera 2")).to_be_checked()
    expect(queue.locator("[data-count]")).to_have_text("1 markerad")
    expect(queue.locator("#pressed")).to_have_text("tagen")
    assert queue.url.endswith("?visa=2")

    queue.keyboard.press("k")
    queue.get_by_role("heading", name="Visar 1").wait_for()


def test_keys_are_quiet_in_fields_and_when_switched_off(queue):
    queue.keyboard.press("/")
    queue.keyboard.type("jtx")
    expect(queue.get_by_label("Sök")).to_have_value("jtx")
    expect(queue.locator("#pressed")).to_have_text("")

    queue.get_by_role("button", name="Stäng av kortkommandon").click()
    queue.keyboard.press("t")
    expect(queue.locator("#pressed")).to_have_text("")
    assert queue.evaluate("localStorage.getItem('tangenter')") == "off"

    queue.get_by_role("button", name="Slå på kortkommandon").click()
    queue.keyboard.press("t")
    expect(queue.locator("#pressed")).to_have_text("tagen")


def test_a_row_shows_its_preview_beside_the_list_and_opens_the_case_on_a_phone(queue, shown):
    queue.get_by_role("link", name="Ärende 3").click()
    queue.get_by_role("heading", name="Visar 3").wait_for()

    phone = shown(QUEUE, width=360)
    phone.route("**/arende/3/", lambda route: route.fulfill(body="Hela ärendet"))
    phone.get_by_role("link", name="Ärende 3").click()
    phone.wait_for_url("**/arende/3/")


def test_rows_are_marked_from_here_to_there_and_cleared(queue):
    expect(queue.locator(".bulk")).to_be_hidden()
    queue.get_by_label("Markera 1").click()
    queue.get_by_label("Markera 3").click(modifiers=["Shift"])
    expect(queue.locator("[data-count]")).to_have_text("3 markerade")

    queue.get_by_role("button", name="Avmarkera").click()

    expect(queue.locator(".bulk")).to_be_hidden()
    expect(queue.get_by_label("Markera 1")).to_be_focused()


ASKING = """<button hx-get="/prov/svar/" hx-target="#svar">Hämta</button><div id="svar">Inget än</div>
  <div class="toasts" id="kvittens" role="status"></div>"""


def asked(shown, **answer):
    page = shown(ASKING, complaining=False)
    page.wait_for_load_state("networkidle")
    page.route(
        f"{ORIGIN}/prov/svar/", lambda route: route.fulfill(**answer) if answer else route.abort()
    )
    page.get_by_role("button", name="Hämta").click()
    return page


def test_an_answer_that_does_not_come_is_told_and_can_be_put_away(shown):
    page = asked(shown)
    page.get_by_text("Det gick inte att nå servern.").wait_for()

    page.get_by_role("button", name="Stäng").click()

    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#svar")).to_have_text("Inget än")


@pytest.mark.parametrize(
    ("status", "said"), [(500, "Något gick sönder hos oss."), (403, "Du får inte göra det här.")]
)
def test_a_refused_answer_is_told(shown, status, said):
    asked(shown, status=status, body="fel").get_by_text(said).wait_for()


@pytest.mark.parametrize("status", [200, 409, 412, 422])
def test_a_form_that_comes_back_with_faults_is_shown(shown, status):
    page = asked(shown, status=status, body="<p>Tillbaka</p>", content_type="text/html")

    page.locator("#svar").get_by_text("Tillbaka").wait_for()


def test_when_the_session_has_ended_the_whole_page_is_asked_for_again(shown):
    page = shown(ASKING)

    with page.expect_navigation(url=f"{ORIGIN}/prov/"):
        page.evaluate(
            "() => { document.dispatchEvent(new CustomEvent('htmx:beforeSwap', { detail: {"
            " xhr: { responseURL: location.origin + '/konto/logga-in/?next=/prov/' },"
            " requestConfig: { path: '/prov/svar/' }, shouldSwap: true } })); }"
        )
