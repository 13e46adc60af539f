from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_sealing")]

    operations = [
        migrations.RunSQL(
            (SQL / "erasure.sql").read_text("utf-8"),
            (SQL / "erasure_reverse.sql").read_text("utf-8"),
        )
    ]
