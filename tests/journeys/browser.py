"""A real browser for tests: Chromium where the machine has one, axe, pictures, and pages of one's own.

The fixtures `browser_tab` and `chromium` are known to every test. Where no Chromium is found the test is skipped, and the report says so.
"""

import mimetypes
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Route,
    expect,
    sync_playwright,
)

PICTURES = Path(__file__).resolve().parents[2] / "test-results"
KEPT = bool(os.environ.get("PICTURES") or os.environ.get("NEW_PICTURES"))
"""Whether pictures are taken: of every page that a journey looks at, for somebody to look at too."""
NAMES = (
    "chromium-headless-shell",  # the same without the windows, which take a third of the time
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 360)
BY_WIDTH = [pytest.param(1280, marks=pytest.mark.thorough), 360]
"""A journey's `width`, where it is walked on a screen of each sort."""
SHADES = [
    pytest.param(False, id="light"),
    pytest.param(True, id="dark", marks=pytest.mark.thorough),  # the look at every page is in both
]
"""A journey's `dark`."""
ENOUGH = 6
"""So many rows of a list axe is shown, of which a page may have a hundred."""

NewTab = Callable[..., Page]


def found() -> str | None:
    """Where the machine's Chromium is; CHROMIUM in the environment says so outright."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module of tests; afterwards the thread is as it was."""
    path = found()
    if path is None:
        pytest.skip(f"ingen Chromium på den här datorn ({', '.join(NAMES)}, eller CHROMIUM)")
    # Playwright keeps an event loop in this thread. Django takes that for an async view, which it
    # warns of, and looks for its database connections elsewhere, which would open them anew.
    held = _connections()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        _use(held)
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def _connections() -> dict[str, BaseDatabaseWrapper]:
    return {alias: connections[alias] for alias in connections}


def _use(held: dict[str, BaseDatabaseWrapper]) -> None:
    for alias, connection in held.items():
        connections[alias] = connection


@pytest.fixture
def browser_tab(chromium: Browser) -> Iterator[NewTab]:
    """A new tab: `browser_tab(width=360, dark=True, scripts=False)`.

    Whatever the browser complains of (a blocked script, an error in ours, a page that is not
    there) fails the test, unless the tab is opened with `complaining=False`.
    """
    contexts, complaints = [], []

    def open_tab(
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        scripts: bool = True,
        complaining: bool = True,
        **more: object,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="sv-SE",
            reduced_motion="reduce",
            timezone_id="Europe/Stockholm",
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        if complaining:
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: is_complaint(said) and complaints.append(said.text))
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert complaints == [], complaints


def is_complaint(said: ConsoleMessage) -> bool:
    """An error, but for a page that answers that something must be mended: that is no fault."""
    answered = re.search(r"responded with a status of (409|422|429)", said.text)
    return said.type == "error" and not answered


def violations(page: Page, where: str = "html") -> list[str]:
    """What axe has against the page, or a part of it, as it stands, one line a fault."""
    page.wait_for_load_state()  # only then does the browser go to an address's own place on the page
    page.evaluate("scrollTo(0, 0)")  # what a bar lies over one can scroll to
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(
        """async ([where, rules, enough]) => {
            // One row is judged by what it holds, and those after it hold the same.
            const alike = [...document.querySelectorAll("main tbody, main ul, main ol")].flatMap(
                (list) => [...list.children].slice(enough).filter((one) => !one.hidden));
            alike.forEach((one) => one.style.setProperty("display", "none", "important"));
            const found = await axe.run(document.querySelector(where) ?? document,
                {resultTypes: ["violations"], runOnly: {type: "tag", values: rules}});
            alike.forEach((one) => one.style.removeProperty("display"));
            return found.violations.flatMap((fault) => fault.nodes.map((node) =>
                `${fault.id}: ${fault.help}: ${node.target} ${node.html.slice(0, 160)}`));
        }""",
        [where, RULES, ENOUGH],
    )


def shows(page: Page, words: str, where: str = "main") -> None:
    """Waits until the first such part of the page shows the words, as a reader sees them."""
    expect(page.locator(where).first).to_contain_text(words, use_inner_text=True)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def content(page: Page, name: str) -> None:
    """Axe has nothing to say, at both widths, and nothing sticks out."""
    size = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], (name, width)
        assert sideways(page) <= 0, (name, width)
        picture(page, f"{name}-{width}")
    page.set_viewport_size(size)


def picture(page: Page, name: str, *, kept: bool = KEPT) -> Path:
    """The whole page as a picture in test-results/, where pictures are taken."""
    place = PICTURES / f"{name}.png"
    if kept:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=place, full_page=True)
    return place


ORIGIN = "http://localhost:8999"
"""Where a page lies that no server serves; `serve` and `answer_with` answer for it."""


def serve(page: Page, url: str, html: str) -> None:
    """Opens a page of the test's own, as if it lay at the address."""
    page.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(url)


def serve_static(page: Page) -> None:
    """Answers for /static/ under ORIGIN with the product's own files."""

    def answer(route: Route) -> None:
        name = unquote(urlsplit(route.request.url).path).removeprefix("/static/")
        path = static_file(name)
        if path is None:
            route.fulfill(status=404)
        else:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            route.fulfill(path=path, content_type=kind)

    page.route(f"{ORIGIN}/static/**", answer)


@cache
def static_file(name: str) -> str | None:
    """Where the file with this name lies; every page asks for some twenty."""
    return finders.find(name)


def answer_with(page: Page, client: Client) -> None:
    """Answers for ORIGIN with the product itself, in this test's own transaction and thread.

    For pages that need no commit. What depends on one (a message sent, a deferred guard) wants
    `live_server`.
    """
    answer = by_the_product()
    page.route(f"{ORIGIN}/**", lambda route: answer(route, client))
    serve_static(page)


def by_the_product() -> Callable[[Route, Client], None]:
    """Answers a browser's request as the product answers the client's."""
    held = _connections()

    def answer(route: Route, client: Client) -> None:
        _use(held)  # Playwright calls from where they would not be found
        request = route.request
        response = answer_of(
            client, request.method, request.url, request.headers, request.post_data_buffer or b""
        )
        headers = dict(response.items())
        if response.cookies:
            headers["Set-Cookie"] = "\n".join(
                morsel.OutputString() for morsel in response.cookies.values()
            )
        if "Location" in headers:
            # Playwright does not ask for where a redirect leads; a page that leads on is asked for.
            leads = f'<meta http-equiv="refresh" content="0;url={escape(headers.pop("Location"))}">'
            route.fulfill(headers=headers, body=leads)
            return
        route.fulfill(status=response.status_code, headers=headers, body=response.getvalue())

    return answer


def answer_of(
    client: Client, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> HttpResponse:
    """The product's answer to what a browser asks as the client."""
    parts = urlsplit(url)
    told = {name.lower(): value for name, value in headers.items()}
    told.pop("cookie", None)  # the client has them, also those from before the browser came
    return client.generic(
        method,
        parts.path,
        body,
        content_type=told.get("content-type", ""),
        QUERY_STRING=parts.query,
        headers={**told, "host": parts.netloc},
    )
