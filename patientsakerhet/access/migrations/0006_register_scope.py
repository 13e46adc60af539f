"""A token may be used to write in the register."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """One more choice; no column changes."""

    dependencies = [("access", "0005_key_unit_and_use")]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("reports:write", "lämna anmälningar"),
                        ("reports:read", "läsa egna anmälningar"),
                        ("cases:read", "läsa ärenden"),
                        ("cases:write", "arbeta i ärenden"),
                        ("reference:read", "läsa enheter, kodverk och register"),
                        ("register:write", "skriva i registret över system och utrustning"),
                    ],
                    max_length=20,
                ),
                size=None,
                verbose_name="omfång",
            ),
        )
    ]
