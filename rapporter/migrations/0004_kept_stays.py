"""The stays and the way of each case as rows, and a product for curves; every case is counted again."""

import django.db.models.deletion
from django.db import migrations, models

PRODUCT = """
CREATE AGGREGATE rapporter_product (double precision) (
    SFUNC = float8mul, STYPE = double precision, INITCOND = '1'
);
INSERT INTO rapporter_flowmark (case_id) SELECT id FROM cases_case;
"""


class Migration(migrations.Migration):
    """Two tables beside the sums."""

    dependencies = [("rapporter", "0003_recalculations")]

    operations = [
        migrations.CreateModel(
            name="FlowWay",
            fields=[
                ("sort", models.BigIntegerField()),
                ("secrecy", models.PositiveSmallIntegerField()),
                ("owner", models.BigIntegerField(verbose_name="ägande enhet")),
                (
                    "case",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("filed_at", models.DateTimeField(verbose_name="kom in")),
                (
                    "coordinated_at",
                    models.DateTimeField(null=True, verbose_name="koordinerades först"),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="slutade först")),
                (
                    "closed_as",
                    models.CharField(blank=True, max_length=20, verbose_name="slutade först som"),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="slutade senast")),
                (
                    "settled_as",
                    models.CharField(blank=True, max_length=20, verbose_name="slutade senast som"),
                ),
            ],
            options={
                "verbose_name": "ärendes väg",
                "verbose_name_plural": "ärendens vägar",
                "indexes": [
                    models.Index(fields=["owner", "filed_at"], name="flow_way_of_owner"),
                    models.Index(fields=["filed_at"], name="flow_way_filed"),
                    models.Index(fields=["closed_at"], name="flow_way_closed"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FlowStay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort", models.BigIntegerField()),
                ("secrecy", models.PositiveSmallIntegerField()),
                ("owner", models.BigIntegerField(verbose_name="ägande enhet")),
                ("stage", models.CharField(max_length=20)),
                ("start", models.DateTimeField(verbose_name="började")),
                ("length", models.BigIntegerField(null=True, verbose_name="mikrosekunder")),
                ("to", models.CharField(max_length=20, verbose_name="gick till")),
                ("visit", models.PositiveIntegerField(verbose_name="besök")),
                ("begun_by", models.BigIntegerField(verbose_name="övergången som började den")),
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
                "verbose_name": "vistelse",
                "verbose_name_plural": "vistelser",
                "indexes": [
                    models.Index(fields=["owner", "start"], name="flow_stay_of_owner"),
                    models.Index(
                        fields=["start"],
                        include=("stage", "length", "owner", "secrecy", "sort", "case"),
                        name="flow_stay_begun",
                    ),
                    models.Index(
                        condition=models.Q(("length", None)),
                        fields=["stage"],
                        name="flow_stay_open",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PRODUCT, "DROP AGGREGATE rapporter_product (double precision)"),
    ]
