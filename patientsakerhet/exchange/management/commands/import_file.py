"""Reads a file in from the command line, by the same way as the page: trial first, then for good."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patientsakerhet.access.asking import person_called
from patientsakerhet.exchange import columns, kinds, runs
from patientsakerhet.exchange.models import ImportLine, ImportRun
from patientsakerhet.lib.refusal import Refused

SHOWN = 40


class Command(BaseCommand):
    """import_file KIND FILE [--mapping M] [--columns NAME] [--option key=value] [--by address] [--dry-run]."""

    help = "Läser in en fil: provläsning först, sedan på riktigt om inget hindrar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help=f"en av {', '.join(k.key for k in kinds.every())}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="TOML som beskriver kolumnerna")
        parser.add_argument("--option", action="append", default=[], metavar="NYCKEL=VÄRDE")
        parser.add_argument("--columns", default="", help="namnet på ett sparat kolumnval")
        parser.add_argument("--by", default="", help="e-post för den som läser in")
        parser.add_argument("--dry-run", action="store_true", help="bara provläsning")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._read(options)
        except Refused as refusal:
            raise CommandError(" ".join(refusal.reasons)) from refusal
        except OSError as fault:
            raise CommandError(f"{fault.filename}: {fault.strerror}") from fault
        self._say(run)
        if run.state == ImportRun.State.FAILED:
            raise CommandError(run.failure)
        stopping = runs.stops(run) if run.state == ImportRun.State.READY else ""
        if stopping and run.kind_row.is_whole and run.planned.get(ImportLine.Outcome.ERROR):
            raise CommandError(stopping)
        if stopping:
            self.stdout.write(stopping)

    def _read(self, given: dict[str, Any]) -> ImportRun:
        by = person_called(given["by"])
        path: Path = given["file"]
        chosen = columns.called(given["kind"], given["columns"]).columns if given["columns"] else {}
        told = dict(one.partition("=")[::2] for one in given["option"])
        run = runs.upload(
            given["kind"],
            path.name,
            path.read_bytes(),
            by=by,
            mapping=given["mapping"].read_text("utf-8") if given["mapping"] else "",
            options={**columns.as_options(chosen), **told},
        )
        run = self._finish(run)
        if run.state == ImportRun.State.READY and not given["dry_run"] and not runs.stops(run):
            run = self._finish(runs.confirm(run, by=by))
        return run

    def _finish(self, run: ImportRun) -> ImportRun:
        while runs.carry_on(run.pk):
            run.refresh_from_db()
            self.stderr.write(f"{run.get_state_display()}: del {run.parts_done} av {run.parts}")
        run.refresh_from_db()
        return run

    def _say(self, run: ImportRun) -> None:
        kind = run.kind_row
        self.stdout.write(f"{run.name}: {run.get_state_display()} ({run.form}), {run.rows} rader")
        counts = run.counts if run.state == ImportRun.State.DONE else run.planned
        for key in [*kind.words, *(key for key in counts if key not in kind.words)]:
            if counts.get(key):
                self.stdout.write(f"  {counts[key]:>8} {kind.words.get(key, key)}")
        if run.ignored:
            self.stdout.write(f"Kolumner som inte läses: {', '.join(run.ignored)}")
        faults = run.lines.filter(outcome__in=runs.STOPPING).order_by("number", "pk")
        for one in faults[:SHOWN]:
            self.stdout.write(f"  rad {one.number} {one.key}: {one.text}")
        left = faults.count() - SHOWN
        if left > 0:
            self.stdout.write(f"  … och {left} rader till, se importens sida")
        for finding in kind.findings(run):
            self.stdout.write(f"\n{finding.title}\n{finding.text}")
            for row in finding.rows:
                self.stdout.write("  " + " | ".join(row))
