"""Write the trail to a file that can be checked without the product."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from patientsakerhet.audit import chain_file


class Command(BaseCommand):
    """One JSON object a line, for `audit/verify_export.py`; contents only when asked for."""

    help = "Exportera loggen för kontroll utanför systemet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--after", type=int, default=0, help="börja efter den här platsen")
        parser.add_argument(
            "--bodies", action="store_true", help="ta med innehållet, som kan vara känsligt"
        )

    def handle(self, *, file: Path, after: int, bodies: bool, **options: Any) -> None:
        count = 0
        with file.open("w") as out:
            for line in chain_file.lines(after=after, bodies=bodies):
                out.write(line)
                count += 1
        self.stdout.write(f"{count} händelser i {file}.")
