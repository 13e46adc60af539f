"""Makes an edition's files anew out of what was frozen, and says whether they are the same bytes."""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rapporter.annual_report import freezing, setting
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import BuildFile, Edition


class Command(BaseCommand):
    """`manage.py rebuild_annual_report PSB-2024-00001 [--edition 1.0] [--out FOLDER]`"""

    help = "Gör en utgåvas filer på nytt ur det frysta underlaget och jämför dem byte för byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--edition", default="")
        parser.add_argument("--out", type=Path, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        editions = Edition.objects.filter(report__case__number=options["number"])
        if options["edition"]:
            editions = editions.filter(number=options["edition"])
        edition = editions.select_related("snapshot").first()
        if edition is None:
            raise CommandError("Det finns ingen sådan utgåva.")
        wrong = freezing.wrong(edition.snapshot)
        for audience in BuildFile.Audience.values:
            wrong += self._compared(edition, audience, options["out"])
        if wrong:
            raise CommandError("\n".join([*wrong, *self._other_versions(edition)]))
        self.stdout.write(
            f"Utgåva {edition.number}: siffrorna räknas om till samma, filerna är desamma."
        )

    def _compared(self, edition: Edition, audience: str, out: Path | None) -> list[str]:
        said = contents(edition.ingredients, frozen_of(edition.snapshot), audience)
        found = []
        for form, content in setting.files(said, at=edition.snapshot.taken_at).items():
            name = f"{edition.number}-{audience}.{form}"
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                (out / name).write_bytes(content)
            kept = BuildFile.objects.get(build__edition=edition, audience=audience, form=form)
            digest = hashlib.sha256(content).hexdigest()
            self.stdout.write(f"{digest}  {name}")
            if digest != kept.sha256:
                found.append(f"{name} är inte samma fil som när den gjordes ({kept.sha256}).")
        return found

    def _other_versions(self, edition: Edition) -> list[str]:
        """Libraries that were others then: they may set the same document otherwise."""
        return [
            f"{name} var {then} och är nu {version(name)}."
            for name, then in edition.snapshot.made_by["libraries"].items()
            if version(name) != then
        ]
