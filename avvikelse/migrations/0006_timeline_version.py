"""Two who change the same moment at once are told of each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("avvikelse", "0005_bulk_acts")]

    operations = [
        migrations.AddField(
            "timelineentry",
            "version",
            models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
    ]
