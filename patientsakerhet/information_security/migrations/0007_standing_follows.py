"""The gap list's own copy of what it is narrowed by, kept by the database; see sql/."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Triggers, and the rows there are."""

    dependencies = [("information_security", "0006_standing_columns")]

    operations = [
        migrations.RunSQL(
            (SQL / "standing_columns.sql").read_text(),
            (SQL / "standing_columns_reverse.sql").read_text(),
        )
    ]
