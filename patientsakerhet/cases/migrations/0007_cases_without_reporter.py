"""A kind of case may be one that nobody files and waits for, as a supplier's notice; see sql/receipts.sql."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """A column, and the guard that asks it."""

    dependencies = [("cases", "0006_imdrf_starter")]

    operations = [
        migrations.AddField(
            model_name="kindstate",
            name="needs_receipt",
            field=models.BooleanField(default=True),
        ),
        migrations.RunSQL(
            (SQL / "receipts.sql").read_text(), (SQL / "receipts_reverse.sql").read_text()
        ),
    ]
