"""What was filed is counted in advance as well, and the flow of the unit that has a case alone."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
NOTHING_COUNTED = """
TRUNCATE rapporter_flowday, rapporter_flowmonth, rapporter_flowcounted, rapporter_flowstay, rapporter_flowway,
    rapporter_flowmark;
"""
ALL_MARKED = "INSERT INTO rapporter_flowmark (case_id) SELECT id FROM cases_case"


class Migration(migrations.Migration):
    """A table, columns and triggers; every case is counted again, from nothing."""

    dependencies = [("rapporter", "0004_kept_stays")]

    operations = [
        migrations.RunSQL(NOTHING_COUNTED, ALL_MARKED),
        migrations.CreateModel(
            name="FiledMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.BigIntegerField()),
                ("secrecy", models.PositiveSmallIntegerField()),
                ("day", models.DateField(verbose_name="månadens första dag")),
                ("origin", models.CharField(max_length=10, verbose_name="ursprung")),
                ("door", models.CharField(blank=True, max_length=15, verbose_name="gäller")),
                ("sort", models.BigIntegerField()),
                ("event_class", models.BigIntegerField(verbose_name="händelseklass")),
                ("cases", models.IntegerField(verbose_name="ärenden")),
            ],
            options={
                "verbose_name": "skrivna ärenden en månad",
                "verbose_name_plural": "skrivna ärenden per månad",
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "unit",
                            "secrecy",
                            "day",
                            "origin",
                            "door",
                            "sort",
                            "event_class",
                        ),
                        name="filed_month_once",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="flowday", name="flow_day_once"),
        migrations.RemoveConstraint(model_name="flowmonth", name="flow_month_once"),
        migrations.RemoveField(model_name="flowcounted", name="filed_by"),
        migrations.RemoveField(model_name="flowday", name="side"),
        migrations.RemoveField(model_name="flowmonth", name="side"),
        migrations.AddField(
            model_name="flowmonth",
            name="came_into",
            field=models.BigIntegerField(
                default=None, verbose_name="mikrosekunder in i månaden som de kom, sammanlagt"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="flowmonth",
            name="left_into",
            field=models.BigIntegerField(
                default=None, verbose_name="mikrosekunder in i månaden som de gick, sammanlagt"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="flowcounted",
            name="door",
            field=models.CharField(blank=True, max_length=15, verbose_name="gäller"),
        ),
        migrations.AddField(
            model_name="flowcounted",
            name="event_class",
            field=models.BigIntegerField(default=None, verbose_name="händelseklass"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="flowcounted",
            name="origin",
            field=models.CharField(default=None, max_length=10, verbose_name="ursprung"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="flowway",
            name="door",
            field=models.CharField(blank=True, max_length=15, verbose_name="gäller"),
        ),
        migrations.AddField(
            model_name="flowway",
            name="origin",
            field=models.CharField(default=None, max_length=10, verbose_name="ursprung"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="flowway",
            name="told_at",
            field=models.DateTimeField(default=None, verbose_name="skrevs in"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="flowday",
            constraint=models.UniqueConstraint(
                fields=("unit", "secrecy", "day", "stage", "sort"), name="flow_day_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="flowmonth",
            constraint=models.UniqueConstraint(
                fields=("unit", "secrecy", "day", "stage", "sort"), name="flow_month_once"
            ),
        ),
        migrations.RunSQL(
            (SQL / "filed_marks.sql").read_text(), (SQL / "filed_marks_reverse.sql").read_text()
        ),
    ]
