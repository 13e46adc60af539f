"""Where a device has been is written by the database; see sql/holdings.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
BEGIN = """
INSERT INTO register_deviceholding (device_id, unit_id, since)
SELECT id, holding_unit_id, now() FROM register_device WHERE holding_unit_id IS NOT NULL
"""


class Migration(migrations.Migration):
    """Triggers; what is held today is held since today as far as anybody knows."""

    dependencies = [("register", "0006_manufacturer_is_a_party")]

    operations = [
        migrations.RunSQL(BEGIN, "DELETE FROM register_deviceholding"),
        migrations.RunSQL(
            (SQL / "holdings.sql").read_text(), (SQL / "holdings_reverse.sql").read_text()
        ),
    ]
