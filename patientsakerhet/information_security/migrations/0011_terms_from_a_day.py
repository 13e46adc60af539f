"""Checklist, criteria and levels say something from a day; an officer may be somebody here."""

from datetime import date
from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
LISTS = {
    "inputitem": ("input_item", "code"),
    "screeningcriterion": ("screening_criterion", "code"),
    "consequencelevel": ("consequence_level", "number"),
}


class Migration(migrations.Migration):
    """Columns, keys and constraints."""

    dependencies: ClassVar = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("information_security", "0010_templates_and_copies"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            "consequencelevel",
            "valid_from",
            models.DateField("gäller från", default=date(2020, 1, 1)),
        ),
        migrations.AlterField(
            "consequencelevel",
            "valid_from",
            models.DateField("gäller från", default=django.utils.timezone.localdate),
        ),
        migrations.AddField(
            "consequencelevel", "valid_to", models.DateField("gäller till", blank=True, null=True)
        ),
        migrations.RunSQL(
            (SQL / "level_key.sql").read_text(),
            (SQL / "level_key_reverse.sql").read_text(),
            state_operations=[
                migrations.AlterField(
                    "consequencelevel", "number", models.PositiveSmallIntegerField("nivå")
                ),
                migrations.AddField(
                    "consequencelevel",
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.AlterModelOptions(
            "consequencelevel",
            {
                "ordering": ("number", "valid_from"),
                "verbose_name": "konsekvensnivå",
                "verbose_name_plural": "konsekvensnivåer",
            },
        ),
        migrations.AlterModelOptions(
            "inputitem",
            {
                "ordering": ("position", "code", "valid_from"),
                "verbose_name": "underlag",
                "verbose_name_plural": "underlag",
            },
        ),
        migrations.AlterModelOptions(
            "screeningcriterion",
            {
                "ordering": ("position", "code", "valid_from"),
                "verbose_name": "kriterium",
                "verbose_name_plural": "kriterier",
            },
        ),
        migrations.AlterField("inputitem", "code", models.SlugField("kod", max_length=40)),
        migrations.AlterField("screeningcriterion", "code", models.SlugField("kod", max_length=40)),
        migrations.AddConstraint(
            "consequencelevel",
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="consequence_level_ends_after_it_begins",
            ),
        ),
        *(
            migrations.AddConstraint(
                model,
                models.UniqueConstraint(
                    fields=[key], condition=models.Q(valid_to=None), name=f"{name}_one_open"
                ),
            )
            for model, (name, key) in LISTS.items()
        ),
        migrations.AddField(
            "impactassessment",
            "officer_person",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="dataskyddsombud i Varsam",
            ),
        ),
        migrations.RemoveConstraint("impactassessment", "impact_advice_is_somebodys"),
        migrations.AddConstraint(
            "impactassessment",
            models.CheckConstraint(
                condition=models.Q(advised_on=None, advice="", officer="", officer_person=None)
                | (
                    models.Q(advised_on__isnull=False)
                    & ~models.Q(advice="")
                    & ~models.Q(officer="")
                ),
                name="impact_advice_is_somebodys",
            ),
        ),
    ]
