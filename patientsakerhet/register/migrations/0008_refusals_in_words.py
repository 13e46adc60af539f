"""What is said when a row cannot be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Words alone; no column and no constraint changes."""

    dependencies = [
        ("organisation", "0003_spell_the_log_reviewer"),
        ("register", "0007_holdings"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="device",
            name="device_inventory_number_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(("inventory_number", ""), _negated=True),
                fields=("inventory_number",),
                name="device_inventory_number_once",
                violation_error_message="Inventarienumret finns redan.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="device",
            name="device_once_per_source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_key", ""), _negated=True),
                fields=("source", "external_key"),
                name="device_once_per_source",
                violation_error_message="Nyckeln finns redan i källan.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="device",
            name="device_can_be_told_apart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("external_key", ""),
                    ("inventory_number", ""),
                    ("lot_number", ""),
                    ("serial_number", ""),
                    _negated=True,
                ),
                name="device_can_be_told_apart",
                violation_error_message="Ange inventarienummer, serienummer eller partinummer.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="devicemodel",
            name="device_model_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(("merged_into", None)),
                fields=("manufacturer", "name", "model_number", "catalogue_number"),
                name="device_model_once",
                violation_error_message="Produkten finns redan hos tillverkaren.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="party",
            name="party_srn_once",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("srn", ""), _negated=True), ("merged_into", None)),
                fields=("srn",),
                name="party_srn_once",
                violation_error_message="Det SRN hör till en annan aktör.",
            ),
        ),
    ]
