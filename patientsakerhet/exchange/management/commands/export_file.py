"""Takes a register out to a file from the command line, the same file as the page gives."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patientsakerhet.exchange import kinds, writer
from patientsakerhet.lib.refusal import Refused


class Command(BaseCommand):
    """export_file KIND FILE [--filter key=value]; the file's ending says CSV or XLSX."""

    help = "Tar ut ett register till en fil. Filens ändelse, csv eller xlsx, väljer form."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=f"en av {', '.join(k.key for k in kinds.every_export())}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--filter", action="append", default=[], metavar="NYCKEL=VÄRDE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        given = dict(one.partition("=")[::2] for one in options["filter"])
        try:
            extract = kinds.export_of(options["kind"]).extract(given)
            with path.open("wb") as target:
                count = writer.save(extract, path.suffix.removeprefix("."), target, by=None)
        except Refused as refusal:
            raise CommandError(" ".join(refusal.reasons)) from refusal
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from fault
        self.stdout.write(f"{count} rader till {path}")
