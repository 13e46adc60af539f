"""The gallery as a page in a browser."""

from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Page

from tests.journeys.browser import ORIGIN, NewTab, answer_with


@pytest.fixture
def visit(browser_tab: NewTab) -> Callable[..., Page]:
    """Opens one of the product's pages, the gallery unless another is named, in a new tab."""

    def visit(path: str = "/komponenter/", **options: object) -> Page:
        page = browser_tab(**options)
        answer_with(page, Client())
        page.goto(ORIGIN + path)
        return page

    with override_settings(ROOT_URLCONF="tests.ui.urls"):
        yield visit
