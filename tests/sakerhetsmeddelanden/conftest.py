"""What tests of safety notices share."""

import subprocess

import pytest

from sakerhetsmeddelanden.intake import limited
from tests.notifications.conftest import post  # noqa: F401  the mail server on loopback
from tests.sakerhetsmeddelanden.imap_server import imap_server  # noqa: F401  known to every test
from tests.sakerhetsmeddelanden.intake import forked


@pytest.fixture(scope="module")
def to_pdf(chromium):
    """HTML as the PDF file that a browser prints."""
    page = chromium.new_page()

    def make(html):
        page.set_content(html)
        return page.pdf(format="A4")

    yield make
    page.close()


@pytest.fixture(scope="package")
def _started_reader():
    reader = forked.Started()
    yield reader
    reader.stop()


@pytest.fixture(autouse=True)
def _readers_are_forked(monkeypatch, _started_reader):
    monkeypatch.setattr(limited, "subprocess", _started_reader)


@pytest.fixture
def started_anew(_readers_are_forked, monkeypatch):
    """Each reader is started as the product starts it."""
    monkeypatch.setattr(limited, "subprocess", subprocess)
