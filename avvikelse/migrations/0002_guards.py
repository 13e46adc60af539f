"""The database's own guards of deviations; see sql/guards.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers and their functions."""

    dependencies = [("avvikelse", "0001_deviation"), ("cases", "0003_guards")]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        )
    ]
