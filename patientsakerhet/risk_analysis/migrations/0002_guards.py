"""The database's own guards of analyses and risks; see sql/guards.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers and their functions."""

    dependencies = [
        ("risk_analysis", "0001_analysis"),
        ("cases", "0009_proposed_measures"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        )
    ]
