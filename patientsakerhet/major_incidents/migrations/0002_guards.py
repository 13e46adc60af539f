"""The database's own guards of major incidents, and the deadlines they start with; see sql/."""

from pathlib import Path
from typing import Any

from django.db import migrations

from patientsakerhet.major_incidents import defaults

SQL = Path(__file__).resolve().parent.parent / "sql"


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Triggers, and data."""

    dependencies = [("major_incidents", "0001_incident")]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
