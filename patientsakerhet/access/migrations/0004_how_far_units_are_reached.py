"""How many cases have come to each unit, and how far."""

from django.db import migrations

# A desk has everything at one level, a unit a little at some. Without being told, the database
# takes every unit to have its cases at all levels alike, and reads a desk's whole access to show
# fifty rows.
STATISTICS = """
CREATE STATISTICS access_caseaccess_reach (mcv) ON unit_id, level FROM access_caseaccess;
ANALYZE access_caseaccess;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_recipients")]

    operations = [migrations.RunSQL(STATISTICS, "DROP STATISTICS access_caseaccess_reach")]
