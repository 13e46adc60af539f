"""The database's own guards of authority reports; see sql/guards.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers and their functions."""

    dependencies = [("authority_reports", "0001_authority_reports")]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(), (SQL / "guards_reverse.sql").read_text()
        )
    ]
