"""The database's own guards of classifications, and each system's standing; see sql/."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


def _run(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        (SQL / f"{name}.sql").read_text(), (SQL / f"{name}_reverse.sql").read_text()
    )


class Migration(migrations.Migration):
    """Triggers and their functions."""

    dependencies = [
        ("information_security", "0001_classification"),
        ("access", "0008_classification"),
    ]

    operations = [_run("guards"), _run("standing")]
