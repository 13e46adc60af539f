"""Brings the database and the static files up to the code: safe to run at each start, by many.

python -m patientsakerhet.local.prepare [database] [static]
"""

import io
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from patientsakerhet.lib.env import WrongSetting

ONE_AT_A_TIME = 7_246_001
"""The advisory lock that lets one process migrate while others wait their turn."""


def prepare_database() -> None:
    """Tables stand, their first rows are in, and a demonstration is loaded where one is asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # whoever is first may have much to do
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("RESET lock_timeout")
    try:
        call_command("migrate", interactive=False, verbosity=0)
        people = Path(settings.STATE_DIR) / "people.txt"
        people.unlink(missing_ok=True)
        if settings.DEMO:
            _demonstrate(people)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _demonstrate(people: Path) -> None:
    """An empty database gets the invented region; its people are written down for the greeting."""
    if not apps.get_model(settings.AUTH_USER_MODEL).objects.exists():
        call_command("load_demonstration")
    told = io.StringIO()
    call_command("demonstration_people", stdout=told)
    people.write_text(told.getvalue())


def main(wanted: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "patientsakerhet.settings")
    try:
        django.setup()
    except WrongSetting as wrong:
        sys.exit(str(wrong))
    if "database" in wanted:
        prepare_database()
    if "static" in wanted and not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:] or ["database", "static"])
