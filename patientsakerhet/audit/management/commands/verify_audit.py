"""Say whether the trail is as it was written; names the first row that is not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patientsakerhet.audit import heads, keys, verification


class Command(BaseCommand):
    """Checks every link, every content and every signed head; ends with 1 when something is wrong."""

    help = "Kontrollera att loggen är oförändrad."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--after", type=int, default=0, help="börja efter den här platsen i kedjan"
        )

    def handle(self, *, after: int, **options: Any) -> None:
        lines, trusted = heads.every(), keys.public_keys()
        signed = [line.is_signed(trusted) for line in lines]
        first = verification.first_fault(after=after)
        faults = [*([first] if first else []), *verification.faults_against(lines, signed)]
        if faults:
            raise CommandError(
                "\n".join(f"LOGGEN HÅLLER INTE: {fault.sentence}" for fault in faults)
            )
        self.stdout.write(f"Loggen håller: {verification.last_place()} händelser i obruten kedja.")
        if lines:
            self.stdout.write(
                f"Senast signerad: plats {lines[-1].seq}, {lines[-1].at}. {len(lines)} kontrollpunkter."
            )
        else:
            self.stdout.write("Ingen kontrollpunkt är signerad än; se checkpoint_audit.")
