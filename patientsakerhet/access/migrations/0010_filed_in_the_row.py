"""An access row says when its case was filed, in which order lists are read; see sql/carried.sql."""

from pathlib import Path

import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).resolve().parent.parent / "sql"
FILL = """
UPDATE access_caseaccess a SET filed_at = c.filed_at FROM cases_case c WHERE c.id = a.case_id
"""
# Filling and indexing cannot share a transaction while triggers of the foreign keys wait.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"


def read(name):
    return (SQL / name).read_text()


def in_order(name, field):
    """The index of all rows again, in the order of the lists."""
    index = models.Index(
        fields=[field, "-filed_at", "-case"],
        name=name,
        condition=Q(**{f"{field}__isnull": False}),
    )
    return [
        migrations.RemoveIndex(model_name="caseaccess", name=name),
        migrations.AddIndex(model_name="caseaccess", index=index),
    ]


class Migration(migrations.Migration):
    dependencies = [("access", "0009_advisers"), ("cases", "0010_recorded_when_told")]

    operations = [
        migrations.RunSQL(read("open_reverse.sql"), read("open.sql")),
        migrations.AddField(
            model_name="caseaccess",
            name="filed_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                verbose_name="kom in",
            ),
        ),
        migrations.RunSQL([FILL, SETTLE], migrations.RunSQL.noop),
        *in_order("case_access_of_unit", "unit"),
        *in_order("case_access_of_person", "person"),
        migrations.RunSQL(read("carried.sql"), read("carried_reverse.sql")),
        migrations.RunSQL("ANALYZE access_caseaccess", migrations.RunSQL.noop),
    ]
