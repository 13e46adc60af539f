"""What tests of safety notices share."""

from tests.sakerhetsmeddelanden.imap_server import imap_server  # noqa: F401  known to every test
