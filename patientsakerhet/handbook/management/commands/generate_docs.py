"""Writes the generated documents, or says which of them no longer tell the truth."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from patientsakerhet.handbook import pages


class Command(BaseCommand):
    """`manage.py generate_docs [--check]`"""

    help = "Skriver de dokument som görs ur koden. Med --check sägs bara vilka som inte stämmer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for path, text in documents().items():
            if path.exists() and path.read_text() == text:
                continue
            stale.append(path.name)
            if not options["check"]:
                path.write_text(text)
                self.stdout.write(f"Skrev {path.name}.")
        if options["check"] and stale:
            raise CommandError(f"Stämmer inte längre: {', '.join(stale)}. Kör generate_docs.")


def documents() -> dict[Path, str]:
    """Each document's place and its text."""
    docs = Path(settings.BASE_DIR) / "docs"
    schema = SchemaGenerator().get_schema(request=None, public=True)
    described = OpenApiYamlRenderer().render(schema, renderer_context={})
    return {
        docs / "workflows.md": pages.workflows(),
        docs / "access.md": pages.access(),
        docs / "api.yml": described.decode(),
    }
