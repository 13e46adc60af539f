"""An access row says whether its case is open; see sql/open.sql."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).resolve().parent.parent / "sql"
FILL = """
UPDATE access_caseaccess a SET is_open = false
FROM cases_case c WHERE c.id = a.case_id AND c.is_final
"""
# Filling and indexing cannot share a transaction while triggers of the foreign keys wait.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"


def open_ones(name, field):
    """An index of the rows of open cases."""
    index = models.Index(
        fields=[field, "-case"],
        name=name,
        condition=Q(is_open=True, **{f"{field}__isnull": False}),
    )
    return migrations.AddIndex(model_name="caseaccess", index=index)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_register_scope"),
        ("cases", "0008_plans_for_long_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseaccess",
            name="is_open",
            field=models.BooleanField(db_default=True, editable=False, verbose_name="öppet ärende"),
        ),
        migrations.RunSQL([FILL, SETTLE], migrations.RunSQL.noop),
        open_ones("case_access_open_of_unit", "unit"),
        open_ones("case_access_open_of_person", "person"),
        migrations.RunSQL((SQL / "open.sql").read_text(), (SQL / "open_reverse.sql").read_text()),
        migrations.RunSQL("ANALYZE access_caseaccess", migrations.RunSQL.noop),
    ]
