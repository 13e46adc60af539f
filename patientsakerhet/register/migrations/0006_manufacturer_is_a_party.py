"""The manufacturer is a party and no longer a text."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tightens what the data migration before it filled in."""

    dependencies = [("register", "0005_manufacturers_become_parties")]

    operations = [
        migrations.RemoveField(model_name="devicemodel", name="manufacturer"),
        migrations.RenameField(model_name="devicemodel", old_name="maker", new_name="manufacturer"),
        migrations.AlterField(
            model_name="devicemodel",
            name="manufacturer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="device_models",
                to="register.party",
                verbose_name="tillverkare",
            ),
        ),
        migrations.AddIndex(
            model_name="devicemodel",
            index=models.Index(fields=["manufacturer", "name_key"], name="device_model_by_name"),
        ),
        migrations.AddIndex(
            model_name="devicemodel",
            index=models.Index(fields=["manufacturer", "model_key"], name="device_model_by_model"),
        ),
        migrations.AddIndex(
            model_name="devicemodel",
            index=models.Index(
                fields=["manufacturer", "catalogue_key"], name="device_model_by_catalogue"
            ),
        ),
        migrations.AddIndex(
            model_name="devicemodel",
            index=models.Index(fields=["name_key"], name="device_model_name_key"),
        ),
        migrations.AddIndex(
            model_name="devicemodel",
            index=models.Index(fields=["catalogue_key"], name="device_model_catalogue_key"),
        ),
        migrations.AddIndex(
            model_name="devicemodel",
            index=models.Index(fields=["family_key"], name="device_model_family_key"),
        ),
        migrations.AddConstraint(
            model_name="devicemodel",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S")),
                name="device_model_has_a_name",
                violation_error_message="Fältet får inte vara tomt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="devicemodel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("merged_into", None)),
                fields=("manufacturer", "name", "model_number", "catalogue_number"),
                name="device_model_once",
            ),
        ),
    ]
