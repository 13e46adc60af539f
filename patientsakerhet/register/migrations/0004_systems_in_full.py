"""Who owns an IT system, how much hangs on it, which units depend on it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """New columns and tables."""

    dependencies = [
        ("register", "0003_devices_in_full"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MaintenanceGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="namn")),
                (
                    "mailbox",
                    models.EmailField(blank=True, max_length=254, verbose_name="funktionsbrevlåda"),
                ),
            ],
            options={
                "verbose_name": "förvaltningsgrupp",
                "verbose_name_plural": "förvaltningsgrupper",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="SystemDependency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="gäller från"
                    ),
                ),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="gäller till")),
            ],
            options={
                "verbose_name": "beroende enhet",
                "verbose_name_plural": "beroende enheter",
                "ordering": ("system", "unit", "valid_from"),
            },
        ),
        migrations.AddField(
            model_name="itsystem",
            name="information_owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owned_information",
                to=settings.AUTH_USER_MODEL,
                verbose_name="informationsägare",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owned_systems",
                to=settings.AUTH_USER_MODEL,
                verbose_name="systemägare",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="owner_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owned_systems",
                to="organisation.unit",
                verbose_name="ägande enhet",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="criticality",
            field=models.CharField(
                blank=True,
                choices=[
                    ("low", "låg"),
                    ("medium", "medel"),
                    ("high", "hög"),
                    ("critical", "verksamhetskritisk"),
                ],
                max_length=10,
                verbose_name="kritikalitet",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="description",
            field=models.CharField(blank=True, max_length=300, verbose_name="beskrivning"),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="on_call",
            field=models.CharField(
                blank=True,
                choices=[
                    ("none", "ingen jour"),
                    ("office_hours", "kontorstid"),
                    ("extended", "utökad tid"),
                    ("always", "dygnet runt"),
                ],
                max_length=15,
                verbose_name="jourklass",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AddField(
            model_name="maintenancegroup",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="maintenance_groups",
                to="organisation.unit",
                verbose_name="enhet",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="maintenance_group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="systems",
                to="register.maintenancegroup",
                verbose_name="förvaltningsgrupp",
            ),
        ),
        migrations.AddField(
            model_name="itsystem",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="systems",
                to="register.party",
                verbose_name="leverantör",
            ),
        ),
        migrations.AddField(
            model_name="systemdependency",
            name="system",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="dependencies",
                to="register.itsystem",
                verbose_name="IT-system",
            ),
        ),
        migrations.AddField(
            model_name="systemdependency",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="system_dependencies",
                to="organisation.unit",
                verbose_name="enhet",
            ),
        ),
        migrations.AddConstraint(
            model_name="systemdependency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="system_dependency_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="systemdependency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)),
                fields=("system", "unit"),
                name="system_dependency_one_open_per_unit",
            ),
        ),
    ]
