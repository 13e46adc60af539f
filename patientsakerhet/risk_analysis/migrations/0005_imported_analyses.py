"""Analyses read in from elsewhere: ordered by somebody without an account, signed where they were made."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """A name beside the person, and the guard that knows of imported ones."""

    dependencies = [
        ("risk_analysis", "0004_templates_and_copies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "riskanalysis",
            "commissioned_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="uppdragsgivare",
            ),
        ),
        migrations.AddField(
            "riskanalysis",
            "commissioner_name",
            models.CharField(
                blank=True,
                default="",
                help_text="Som källan skrev, i en analys som är inläst.",
                max_length=120,
                verbose_name="uppdragsgivare utan konto",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "riskanalysis",
            models.CheckConstraint(
                condition=Q(commissioned_by__isnull=False, commissioner_name="")
                | (Q(commissioned_by=None) & ~Q(commissioner_name="")),
                name="risk_analysis_has_a_commissioner",
            ),
        ),
        migrations.RunSQL(
            (SQL / "imported.sql").read_text(), (SQL / "imported_reverse.sql").read_text()
        ),
    ]
