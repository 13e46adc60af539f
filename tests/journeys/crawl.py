"""Finds the product's pages by opening them: every address without arguments, and every link on a page.

An address is looked for as one person after another until it is met as a page, with rows where there can be any.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLPattern, resolve, reverse

from tests.matrix.walk import arguments_of, put_away

ENOUGH = 4
"""Addresses of one pattern that one client tries while its list is empty."""


@dataclass
class Form:
    """A form as it stands on a page."""

    method: str
    action: str
    kept: dict[str, str] = field(default_factory=dict)
    """What it sends although nobody writes anything: hidden fields and the first button."""
    written: list[str] = field(default_factory=list)
    """The names of what one writes, ticks and chooses."""
    searched: str = ""
    """The name of its search field."""


class Content(HTMLParser):
    """What a page leads to, asks for and is called."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = self.title = ""
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.is_empty = False
        self._open: Form | None = None
        self._reads_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in pairs}
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "title":
            self._reads_title = not self.title
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._open = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.forms.append(self._open)
        elif tag in {"input", "button", "select", "textarea"} and given.get("name"):
            self._field(tag, given)
        if "empty" in given.get("class", "").split():
            self.is_empty = True

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, kind = self._open, given.get("type", "submit" if tag == "button" else "text")
        if form is None or "form" in given:
            return
        if kind == "hidden" or (kind == "submit" and given["name"] not in form.kept):
            form.kept.setdefault(given["name"], given.get("value", ""))
        elif kind not in {"submit", "button"}:
            form.written.append(given["name"])
            if kind == "search":
                form.searched = given["name"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "title":
            self._reads_title = False

    def handle_data(self, data: str) -> None:
        if self._reads_title:
            self.title += data


@dataclass
class Opened:
    """A page somebody has been given: an address's own, or one of its states."""

    name: str
    address: str
    client: Client
    status: int
    headers: dict[str, str]
    body: bytes
    content: Content

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"


@dataclass
class Found:
    """What came of looking for every page."""

    pages: dict[str, Opened] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    """Why an address is no page: it takes only POST, or answers with something else than a page."""
    missing: dict[str, str] = field(default_factory=dict)
    """Addresses nobody could open, with the last answer."""


def page_of(name: str, address: str, client: Client, answer: HttpResponse) -> Opened | None:
    """The answer as a page; None when it is a file, a fragment or data."""
    if not is_html(answer):
        return None
    text = answer.content.decode()
    if not re.match(r"\s*<!doctype html>", text, re.IGNORECASE):
        return None
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    return Opened(name, address, client, answer.status_code, headers, answer.content, Content(text))


def is_html(answer: HttpResponse) -> bool:
    """Whether a browser would show it as a page or a part of one."""
    return not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")


class Crawl:
    """Meets every pattern as a page by one of the clients, tried in their order.

    `sample` gives the address of what nothing links to, or None. A page with an empty list is
    looked for with rows elsewhere, unless it is `never_filled`.
    """

    def __init__(
        self,
        patterns: Iterable[URLPattern],
        *,
        sample: Callable[[URLPattern], str | None],
        never_filled: Collection[str],
    ) -> None:
        self.wanted = {pattern.name: pattern for pattern in patterns}
        self.found = Found()
        self._sample = sample
        self._never_filled = never_filled

    def walk(self, clients: Sequence[Client], *, sampled_by: Sequence[Client]) -> Found:
        """From every address without arguments along the links, then to what nothing linked to.

        `sampled_by` are the same clients, those first who may open most of the samples.
        """
        for client in clients:
            doors = [name for name, one in self.wanted.items() if not arguments_of(one)]
            self._follow(client, [reverse(name) for name in doors])
        for client in sampled_by:
            left = [one for name, one in self.wanted.items() if not self._is_done(name)]
            self._follow(client, filter(None, map(self._sample, left)))
        for name, pattern in self.wanted.items():
            if name in self.found.pages or name in self.found.others:
                self.found.missing.pop(name, None)
            else:
                self.found.missing.setdefault(name, f"no link to it and no sample: {pattern}")
        return self.found

    def _is_done(self, name: str) -> bool:
        page = self.found.pages.get(name)
        if page is None:
            return name in self.found.others
        return not page.content.is_empty or name in self._never_filled

    def _follow(self, client: Client, addresses: Iterable[str]) -> None:
        waiting, seen, tries = deque(addresses), set(), Counter[str]()
        while waiting:
            address = waiting.popleft()
            name = name_of(address)
            if name not in self.wanted or address in seen or self._is_done(name):
                continue
            if name in self.found.pages and tries[name] == ENOUGH:
                continue
            seen.add(address)
            tries[name] += 1
            waiting.extend(self._ask(client, name, address))

    def _ask(self, client: Client, name: str, address: str) -> list[str]:
        """Where the answer leads on to."""
        answer = client.get(address)
        if answer.streaming:
            list(answer.streaming_content)
            put_away(answer)
        if answer.status_code in {301, 302, 303}:
            self.found.missing[name] = f"{answer.status_code} to {answer.headers['Location']}"
            return [urljoin(address, answer.headers["Location"])]
        if answer.status_code == 405:
            self.found.others[name] = "takes no GET"
        elif answer.status_code == 200 and (page := page_of(name, address, client, answer)):
            before = self.found.pages.get(name)
            if before is None or (before.content.is_empty and not page.content.is_empty):
                self.found.pages[name] = page
            return [urljoin(address, link) for link in page.content.links]
        elif answer.status_code == 200 or not is_html(answer):
            self.found.others[name] = "no page"
        else:
            self.found.missing[name] = f"{answer.status_code} at {address}"
        return []


def name_of(address: str) -> str | None:
    """The pattern that an address of ours belongs to."""
    parts = urlsplit(address)
    if parts.netloc or parts.scheme or not parts.path:
        return None
    try:
        return resolve(parts.path).url_name
    except Resolver404:
        return None
