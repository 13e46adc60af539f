"""When a step became known is written by whoever writes the step."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing changes in the database."""

    dependencies = [("cases", "0009_proposed_measures")]

    operations = [
        migrations.AlterField(
            "transition",
            "recorded_at",
            models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="registrerades"
            ),
        ),
    ]
