"""What is counted in advance of the flow, and the marks of what has changed since; see sql/flow_marks.sql."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """Tables, triggers and a mark for every case there is."""

    dependencies = [
        ("cases", "0009_proposed_measures"),
        ("avvikelse", "0008_event_analysis"),
        ("organisation", "0004_unit_phone"),
        ("rapporter", "0001_views_of_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="FlowCounted",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("last", models.BigIntegerField(verbose_name="sista räknade övergången")),
                ("counts", models.BooleanField(verbose_name="räknas")),
                ("filed_at", models.DateTimeField(verbose_name="kom in")),
                ("sort", models.BigIntegerField()),
                ("secrecy", models.PositiveSmallIntegerField()),
                (
                    "owned_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        size=None,
                        verbose_name="ägs av, uppåt i trädet",
                    ),
                ),
                (
                    "filed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        size=None,
                        verbose_name="skrevs av, uppåt i trädet",
                    ),
                ),
            ],
            options={
                "verbose_name": "räknat ärende",
                "verbose_name_plural": "räknade ärenden",
            },
        ),
        migrations.CreateModel(
            name="FlowDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.BigIntegerField()),
                (
                    "side",
                    models.CharField(choices=[("owned", "äger"), ("filed", "skrev")], max_length=5),
                ),
                ("day", models.DateField(verbose_name="tiden börjar")),
                ("stage", models.CharField(max_length=20)),
                ("sort", models.BigIntegerField()),
                ("secrecy", models.PositiveSmallIntegerField()),
                ("came", models.IntegerField()),
                ("left", models.IntegerField()),
            ],
            options={
                "verbose_name": "flöde en dag",
                "verbose_name_plural": "flöde per dag",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "side", "secrecy", "day", "stage", "sort"),
                        name="flow_day_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FlowMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "ändrat ärende",
                "verbose_name_plural": "ändrade ärenden",
            },
        ),
        migrations.CreateModel(
            name="FlowMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.BigIntegerField()),
                (
                    "side",
                    models.CharField(choices=[("owned", "äger"), ("filed", "skrev")], max_length=5),
                ),
                ("day", models.DateField(verbose_name="tiden börjar")),
                ("stage", models.CharField(max_length=20)),
                ("sort", models.BigIntegerField()),
                ("secrecy", models.PositiveSmallIntegerField()),
                ("came", models.IntegerField()),
                ("left", models.IntegerField()),
            ],
            options={
                "verbose_name": "flöde en månad",
                "verbose_name_plural": "flöde per månad",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "side", "secrecy", "day", "stage", "sort"),
                        name="flow_month_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "flow_marks.sql").read_text(), (SQL / "flow_marks_reverse.sql").read_text()
        ),
    ]
