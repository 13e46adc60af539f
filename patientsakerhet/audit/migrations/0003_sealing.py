from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            (SQL / "sealing.sql").read_text("utf-8"),
            (SQL / "sealing_reverse.sql").read_text("utf-8"),
        )
    ]
