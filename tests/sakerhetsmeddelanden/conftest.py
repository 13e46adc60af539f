"""What tests of safety notices share."""

from tests.notifications.conftest import post  # noqa: F401  the mail server on loopback
from tests.sakerhetsmeddelanden.imap_server import imap_server  # noqa: F401  known to every test
