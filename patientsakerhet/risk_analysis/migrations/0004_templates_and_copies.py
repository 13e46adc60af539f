"""Templates that people change, and risks that say which risk they are a copy of."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from patientsakerhet.risk_analysis import starting_templates


def mark(apps: Any, _editor: Any) -> None:
    """The templates that came with the product say so, where nobody has changed them."""
    template = apps.get_model("risk_analysis", "AnalysisTemplate")
    for one in starting_templates.TEMPLATES:
        template.objects.filter(name=one["name"], content=one["content"]).update(is_ours=True)


class Migration(migrations.Migration):
    """Columns, and the mark."""

    dependencies = [("risk_analysis", "0003_starting_rows")]

    operations = [
        migrations.AddField(
            "analysistemplate",
            "is_ours",
            models.BooleanField(
                default=False,
                help_text="Ett förslag att börja med, inte regionens.",
                verbose_name="följer med Varsam",
            ),
        ),
        migrations.AddField(
            "analysistemplate",
            "version",
            models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AddField(
            "risk",
            "copied_from",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="risk_analysis.risk",
                verbose_name="kopia av risken",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
