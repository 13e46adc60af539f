"""What classifications start from, and who decided those that are read in."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from patientsakerhet.information_security import starting_templates


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    starting_templates.install(apps)


class Migration(migrations.Migration):
    """The templates with their starting rows, and the links to what a classification began from."""

    dependencies = [("information_security", "0009_assets_stand")]

    operations = [
        migrations.CreateModel(
            name="ClassificationTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="namn")),
                ("text", models.TextField(verbose_name="när den används")),
                ("content", models.JSONField(verbose_name="innehåll")),
                ("is_offered", models.BooleanField(default=True, verbose_name="erbjuds")),
                (
                    "is_ours",
                    models.BooleanField(
                        default=False,
                        help_text="Ett förslag att börja med, inte regionens.",
                        verbose_name="följer med Varsam",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "mall för klassning",
                "verbose_name_plural": "mallar för klassning",
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            "informationclassification",
            "decided_by_name",
            models.CharField(
                blank=True,
                default="",
                help_text="Som källan skrev, i en klassning som är inläst.",
                max_length=120,
                verbose_name="beslutat av, utan konto",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "informationclassification",
            "template",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="information_security.classificationtemplate",
                verbose_name="började från mallen",
            ),
        ),
        migrations.AddField(
            "informationclassification",
            "copied_from",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="information_security.informationclassification",
                verbose_name="började som kopia av",
            ),
        ),
        migrations.AddConstraint(
            "informationclassification",
            models.CheckConstraint(
                condition=Q(template=None) | Q(copied_from=None),
                name="classification_began_in_one_way",
            ),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
