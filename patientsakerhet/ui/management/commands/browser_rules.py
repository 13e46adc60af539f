"""`manage.py browser_rules`: writes the rules for personal numbers where the browser reads them."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from patientsakerhet.lib import personal_numbers

PLACE = settings.BASE_DIR / "static" / "js" / "personal-number-rules.js"
HEAD = "// Made by `manage.py browser_rules` from patientsakerhet/lib/personal_numbers.py; a test holds the two alike.\n"


def module() -> str:
    """The script module with the rules as they are now."""
    rules = json.dumps(personal_numbers.rules(), indent=2, ensure_ascii=True)
    return f"{HEAD}export const RULES = {rules};\n"


class Command(BaseCommand):
    """Writes static/js/personal-number-rules.js, or with --check says whether it is up to date."""

    help = "Skriver reglerna för personnummer till webbläsarens modul."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check changes nothing."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        """Writes, or refuses when what is written is old."""
        if not check:
            PLACE.write_text(module(), encoding="utf-8")
        elif PLACE.read_text(encoding="utf-8") != module():
            self.stderr.write("Reglerna har ändrats. Kör manage.py browser_rules.")
            raise SystemExit(1)
