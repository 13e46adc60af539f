"""Loads the invented region and its history; does nothing when it is already there."""

import time
from argparse import ArgumentParser
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patientsakerhet.demonstration import history, loader
from patientsakerhet.lib import calendar


class Command(BaseCommand):
    """`load_demonstration [--seed N] [--cases N] [--today YYYY-MM-DD]`"""

    help = "Läser in den påhittade Region Exempel med tre års avvikelser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=history.SEED, help="frö för slumpen")
        parser.add_argument(
            "--cases", type=int, default=history.CASES, help="ungefär hur många avvikelser"
        )
        parser.add_argument("--today", type=date.fromisoformat, help="dagen det är, ÅÅÅÅ-MM-DD")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("Demonstrationen läses bara in när DEMO eller DEBUG är påslaget.")
        if options["cases"] < 1:
            raise CommandError("Ange minst en avvikelse.")
        began = time.monotonic()
        count = loader.load(
            seed=options["seed"],
            count=options["cases"],
            now=_moment(options["today"]),
            say=lambda line: self.stdout.write(f"  {line}"),
        )
        if count:
            seconds = time.monotonic() - began
            self.stdout.write(f"Region Exempel är inläst: {count} avvikelser på {seconds:.1f} s.")


def _moment(day: date | None) -> datetime:
    """Now, or nine o'clock on the given day."""
    return timezone.now() if day is None else calendar.moment(day, clock(9))
