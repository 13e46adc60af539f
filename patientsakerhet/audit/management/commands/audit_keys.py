"""Show the public key that the trail's signatures are checked with."""

from typing import Any

from django.core.management.base import BaseCommand

from patientsakerhet.audit import keys


class Command(BaseCommand):
    """Makes the key if none is given and there is none; never shows the private half."""

    help = "Visa den öppna nyckeln för loggens signaturer."

    def handle(self, **options: Any) -> None:
        public = keys.signing_key().public_key()
        self.stdout.write(f"nyckel {keys.key_id(public)}: {keys.public_text(public)}")
