"""The database's own guards of notices and recipients; see sql/guards.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers and their functions."""

    dependencies = [
        ("sakerhetsmeddelanden", "0001_notice"),
        ("cases", "0007_cases_without_reporter"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        )
    ]
