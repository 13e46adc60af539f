"""Sign the head of the trail into the file outside the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patientsakerhet.audit import checkpoints, heads
from patientsakerhet.lib.refusal import Refused


class Command(BaseCommand):
    """Also run by the clock; by hand before a backup and after a restore."""

    help = "Signera loggens senaste plats i kontrollpunktsfilen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--after-restore",
            metavar="SKÄL",
            help="databasen har återställts till en tidigare tidpunkt: börja en ny epok",
        )

    def handle(self, *, after_restore: str | None, **options: Any) -> None:
        try:
            if after_restore is None:
                head = checkpoints.write()
            else:
                head = checkpoints.write_after_restore(after_restore)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if head is None:
            self.stdout.write("Inget nytt att signera.")
        else:
            self.stdout.write(f"Signerade plats {head.seq} i {heads.path()}.")
