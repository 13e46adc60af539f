"""Units have a telephone number."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0003_spell_the_log_reviewer"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="phone",
            field=models.CharField(
                blank=True,
                default="",
                max_length=30,
                validators=[
                    django.core.validators.RegexValidator(
                        "^\\+?\\d[\\d ()/-]{4,}$",
                        "Skriv telefonnumret med siffror, till exempel 08-465 004 00.",
                    )
                ],
                verbose_name="telefon",
            ),
            preserve_default=False,
        ),
    ]
