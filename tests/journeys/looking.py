"""Looks at pages in a browser, wide in the light and narrow in the dark, with everything folded and with everything open."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from tests.journeys.browser import NewTab, is_complaint, sideways, violations
from tests.journeys.crawl import Opened, name_of
from tests.journeys.serving import Answer, Server

LOOKS = [(1280, "light"), (360, "dark")]
"""Colours hang on no width and places on no colour, so two looks see what four would."""
HEIGHT = 900


PAGES = 20
"""A tab that has been shown so many is put away: it keeps something of each, and becomes slow."""


class Looker:
    """A tab that is shown one page after another, as its owner was given it."""

    def __init__(self, open_tab: NewTab, server: Server) -> None:
        self.looks = 0
        self._open_tab = open_tab
        self._origin = server.url
        server.answers = self._answer
        self._pages = 0
        self._shown: Opened
        self._look = LOOKS[0]
        self._where = "html"
        self._faults: list[str] = []
        self._unfolded: set[str] = set()
        self._dialogs: set[tuple[str, str | None]] = set()
        self._page = self._tab()

    def _tab(self) -> Page:
        page = self._open_tab(complaining=False)
        page.on("pageerror", lambda error: self._faults.append(f"script: {error}"))
        page.on("console", self._hear)
        page.on("request", self._note)
        return page

    def look(self, shown: Opened, look: tuple[int, str]) -> list[str]:
        """What is wrong with the page, and with what can be unfolded or opened that no page before had."""
        if self._pages == PAGES:
            self._page.context.close()
            self._page, self._pages = self._tab(), 0
        self._pages += 1
        page = self._page
        self._shown, self._look, self._faults = shown, look, []
        page.goto(self._origin + shown.address)
        # A state is the page's own; the frame around it was looked at with the page.
        self._where = "main" if ":" in shown.name else "html"
        self._judge("")
        inside = "body" if shown.name == "home" else "main"  # the frame is the same everywhere
        folded = page.locator(f"{inside} details:not([open])")
        words = set(folded.locator("> summary").all_inner_texts())
        if words - self._unfolded:
            self._unfolded |= words
            folded.evaluate_all("all => all.forEach((one) => { one.open = true; })")
            self._judge("unfolded, ")
        for dialog, address in self._openers():
            if (dialog, name_of(address)) not in self._dialogs:
                self._dialogs.add((dialog, name_of(address)))
                self._open(page.locator(f'[data-dialog="{dialog}"][href="{address}"]').first)
        return self._faults

    def _openers(self) -> list[list[str]]:
        """Each dialog that the page opens, with the address that asks the same."""
        if not self._page.locator("[data-dialog]").count():
            return []
        self._page.set_viewport_size(
            {"width": 1280, "height": HEIGHT}
        )  # where all of them are seen
        return self._page.locator("[data-dialog]:visible").evaluate_all(
            "all => all.map((one) => [one.dataset.dialog, one.getAttribute('href')])"
        )

    def _open(self, opener: Locator) -> None:
        page = self._page
        page.set_viewport_size({"width": 1280, "height": HEIGHT})
        opener.evaluate("opener => opener.click()")
        dialog = page.locator(
            "dialog[open]:not([data-still])"
        )  # one shown in the text is no dialog
        dialog.wait_for()
        self._where = "dialog[open]:not([data-still])"  # what lies under it can wait
        self._judge(f"dialog {dialog.locator('h2').first.inner_text()}, ")
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")

    def _judge(self, state: str) -> None:
        width, scheme = self._look
        self._page.set_viewport_size({"width": width, "height": HEIGHT})
        self._page.emulate_media(color_scheme=scheme)
        self._faults += [f"{state}{width} {scheme}: {fault}" for fault in self._seen()]
        self.looks += 1

    def _seen(self) -> list[str]:
        faults = violations(self._page, self._where)
        wider = sideways(self._page)
        return [*faults, f"{wider} px wider than the window"] if wider > 0 else faults

    def _answer(self, method: str, path: str) -> tuple[Answer | None, Client]:
        shown = self._shown
        if method == "GET" and path == urlsplit(shown.address)._replace(fragment="").geturl():
            return Answer(shown.status, shown.headers, shown.body), shown.client
        return None, shown.client

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self._faults.append(f"asks elsewhere: {request.url}")

    def _hear(self, said: ConsoleMessage) -> None:
        # A page that says no is itself what could not be loaded.
        about_itself = said.location["url"] == self._origin + self._shown.address
        if is_complaint(said) and not (about_itself and self._shown.status >= 400):
            self._faults.append(f"console: {said.text}")
