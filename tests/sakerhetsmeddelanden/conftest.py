"""What tests of safety notices share."""

import pytest

from tests.notifications.conftest import post  # noqa: F401  the mail server on loopback
from tests.sakerhetsmeddelanden.imap_server import imap_server  # noqa: F401  known to every test


@pytest.fixture(scope="module")
def to_pdf(chromium):
    """HTML as the PDF file that a browser prints."""
    page = chromium.new_page()

    def make(html):
        page.set_content(html)
        return page.pdf(format="A4")

    yield make
    page.close()
