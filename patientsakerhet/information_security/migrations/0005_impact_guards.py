"""The database's own guards of impact assessments, and the rows they start with; see sql/."""

from pathlib import Path
from typing import Any

from django.db import migrations

from patientsakerhet.information_security import impact_defaults

SQL = Path(__file__).resolve().parent.parent / "sql"


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    impact_defaults.install(apps)


class Migration(migrations.Migration):
    """Triggers, and data."""

    dependencies = [("information_security", "0004_impact_assessment")]

    operations = [
        migrations.RunSQL(
            (SQL / "impact_guards.sql").read_text(), (SQL / "impact_guards_reverse.sql").read_text()
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
