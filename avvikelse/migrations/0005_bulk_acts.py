"""One act on many cases, and what came of each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("avvikelse", "0004_preparation_findings"),
        ("cases", "0003_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("take", "ta"),
                            ("coordinate", "koordinera"),
                            ("merge", "slå ihop"),
                            ("reject", "avvisa"),
                        ],
                        max_length=12,
                        verbose_name="åtgärd",
                    ),
                ),
                ("arguments", models.JSONField(default=dict, verbose_name="uppgifter")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="beslutades")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="ångrades")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
            ],
            options={
                "verbose_name": "massåtgärd",
                "verbose_name_plural": "massåtgärder",
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version som visades")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "väntar"),
                            ("done", "klar"),
                            ("refused", "gick inte"),
                            ("undoing", "ska ångras"),
                            ("undone", "ångrad"),
                            ("kept", "gick inte att ångra"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="läge",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="därför inte")),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="avvikelse.bulkact",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "ärende i massåtgärd",
                "verbose_name_plural": "ärenden i massåtgärder",
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "undoing"])),
                        fields=["bulk", "id"],
                        name="bulk_item_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bulk", "case"), name="bulk_item_once_per_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["refused", "kept"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="bulk_item_refused_with_a_reason",
                    ),
                ],
            },
        ),
    ]
