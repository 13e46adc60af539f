"""Takes a register out to a file from the command line, the same file as the page gives."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_called
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import kinds, writer
from patientsakerhet.lib.refusal import Refused


class Command(BaseCommand):
    """export_file KIND FILE [--filter key=value] [--by address]; the file's ending says CSV or XLSX."""

    help = "Tar ut ett register till en fil. Filens ändelse, csv eller xlsx, väljer form."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=f"en av {', '.join(k.key for k in kinds.every_export())}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", help="e-post för den som tar ut")
        parser.add_argument("--filter", action="append", default=[], metavar="NYCKEL=VÄRDE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        given = QueryDict(mutable=True)
        for one in options["filter"]:
            name, _, value = one.partition("=")
            given.appendlist(name, value)
        try:
            export, by = kinds.export_of(options["kind"]), person_called(options["by"])
            if by is not None and export.needs:
                policy.check_anywhere(by, Can(export.needs))
            with path.open("wb") as target:
                form = path.suffix.removeprefix(".")
                count = writer.save(export.extract(given, by), form, target, by=by)
        except Refused as refusal:
            raise CommandError(" ".join(refusal.reasons)) from refusal
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from fault
        self.stdout.write(f"{count} rader till {path}")
