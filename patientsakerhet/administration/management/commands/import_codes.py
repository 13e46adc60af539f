"""Reads official code files in from the command line: IMDRF's annexes, one file each."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """import_codes imdrf FILE… --release 2024."""

    help = "Läser in IMDRF:s bilagor A till G ur deras egna JSON-filer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("system", choices=["imdrf"])
        parser.add_argument("files", nargs="+")
        parser.add_argument("--release", required=True, help="utgåvan, till exempel 2024")
        parser.add_argument("--by", default="", help="e-post för den som läser in")
        parser.add_argument("--dry-run", action="store_true", help="bara provläsning")

    def handle(self, *args: Any, **options: Any) -> None:
        for file in options["files"]:
            call_command(
                "import_file",
                options["system"],
                file,
                option=[f"release={options['release']}"],
                by=options["by"],
                dry_run=options["dry_run"],
                stdout=self.stdout,
                stderr=self.stderr,
            )
