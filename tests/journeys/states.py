"""States of pages that no address leads to: refused forms, empty lists, nothing found, errors."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urljoin

from django.db import transaction
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from tests.factories import Region, in_status
from tests.journeys.crawl import Opened, name_of, page_of


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is asked for inside happens, is answered, and has not happened afterwards."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic(), transaction.atomic(using="trail"):
        yield
        transaction.set_rollback(True, using="trail")
        transaction.set_rollback(True)
    client.cookies = cookies


def answered(pages: Iterable[Opened]) -> Iterator[Opened]:
    """Every form of the pages as it comes back when it is sent with nothing written in it."""
    met = set()
    for page in pages:
        for form in page.content.forms:
            address = urljoin(page.address, form.action)
            form_is = (name_of(address), frozenset(form.written), frozenset(form.kept))
            if form.method != "post" or form_is in met:
                continue
            met.add(form_is)
            with undone(page.client):
                answer = page.client.post(address, form.kept)
                state = page_of(f"{page.name}: {form_is[0]}", address, page.client, answer)
            if state:
                yield state


def not_found(pages: Iterable[Opened]) -> Iterator[Opened]:
    """Every list as it says that nothing answers to what is searched for."""
    met = set()
    for page in pages:
        for form in page.content.forms:
            path = urljoin(page.address, form.action).partition("?")[0]
            if form.method == "get" and form.searched and path not in met:
                met.add(path)
                address = f"{path}?{urlencode({form.searched: 'zxqv finns inte'})}"
                state = opened(f"{name_of(path)}: nothing found", page.client, address)
                if state and state.content.is_empty:
                    yield state


def emptied(pages: Iterable[Opened], newcomers: Iterable[Client]) -> Iterator[Opened]:
    """Every list that had rows, as it meets somebody who has nothing yet."""
    met = set()
    for client in newcomers:
        for page in pages:
            if "?" in page.address or page.name in met:
                continue
            state = opened(f"{page.name}: empty", client, page.address)
            if state and state.content.is_empty:
                met.add(page.name)
                yield state


def in_every_status(
    statuses: Iterable[str], region: Region, coordinator: Client
) -> Iterator[Opened]:
    """The case's page in each of these statuses, and what its parts offer there."""
    for status in statuses:
        case = in_status(status, region)
        for part in ("", "bedomning/", "utredning/", "atgarder/") if case.handler else ("",):
            address = f"/avvikelser/{case.number}/{part}"
            state = opened(f"{name_of(address)}: {status}", coordinator, address)
            if status != "merged":  # that one leads on to the case it is a part of
                assert state, address
                yield state


def errors(reporter: Client, stale: tuple[Client, str, dict[str, str]]) -> Iterator[Opened]:
    """Each page that says no: 400, 403, 404, 409, 429 and 500."""
    client, address, form = stale
    with undone(client):
        client.post(address, form)
        conflict = client.post(address, form)  # as somebody who had the page open meanwhile
    told = {
        400: Client().get("/", headers={"host": "evil.example"}),
        403: reporter.get("/koordinering/"),
        404: reporter.get("/finns-inte/"),
        409: conflict,
        500: server_error(RequestFactory().get("/")),
    }
    told["403 csrf"] = Client(enforce_csrf_checks=True).post("/anmal/")
    for answer in _knocking("/konto/logga-in/", {"login": "anna@exempel.se", "password": "fel"}):
        told["429 sign-in"] = answer
    for answer in _knocking("/anmal/kvitto/", {"code": "0000000000000000"}):
        told["429 code"] = answer
    for expected, answer in told.items():
        state = page_of(f"error {expected}", "/fel/", Client(), answer)
        assert state, expected
        assert str(state.status) in str(expected), (expected, state.status)
        yield state


def _knocking(address: str, form: dict[str, str], limit: int = 200) -> Iterator:
    """Tries until it is too much."""
    client = Client()
    with undone(client):
        for _ in range(limit):
            answer = client.post(address, form)
            if answer.status_code == 429:
                yield answer
                return
    raise AssertionError(f"{address} lets anybody guess")


def opened(name: str, client: Client, address: str) -> Opened | None:
    """The address as this client meets it, if it is a page."""
    answer = client.get(address)
    return page_of(name, address, client, answer) if answer.status_code == 200 else None
