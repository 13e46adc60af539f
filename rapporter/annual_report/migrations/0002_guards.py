"""The database's own guards of reports, and what a new installation starts with; see sql/."""

from pathlib import Path
from typing import Any

from django.db import migrations

from rapporter.annual_report import defaults

SQL = Path(__file__).resolve().parent.parent / "sql"


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Triggers, and data."""

    dependencies = [("annual_report", "0001_annual_report")]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
