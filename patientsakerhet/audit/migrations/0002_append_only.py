from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_trail")]

    operations = [
        migrations.RunSQL(
            (SQL / "append_only.sql").read_text("utf-8"),
            (SQL / "append_only_reverse.sql").read_text("utf-8"),
        )
    ]
