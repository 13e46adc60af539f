"""The database's own guards of the spine; see sql/guards.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers and their functions."""

    dependencies = [("cases", "0002_swedish_search"), ("access", "0001_case_access")]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        )
    ]
