"""What a worker has found in a report's text, and where similar reports went."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("avvikelse", "0003_starting_rows"),
        ("cases", "0003_guards"),
        ("register", "0001_register"),
    ]

    operations = [
        migrations.AddField(
            model_name="preparation",
            name="device",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="register.device",
            ),
        ),
        migrations.AddField(
            model_name="preparation",
            name="event_class",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.code",
            ),
        ),
        migrations.AddField(
            model_name="preparation",
            name="event_class_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="preparation",
            name="similar_routed",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="liknande som har koordinerats"
            ),
        ),
        migrations.AddField(
            model_name="preparation",
            name="similar_there",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="liknande som gick till den föreslagna enheten"
            ),
        ),
        migrations.AlterField(
            model_name="preparation",
            name="likely",
            field=models.JSONField(
                default=list,
                help_text="Lista av {case, score, duplicate, why}, mest lik först.",
                verbose_name="liknande",
            ),
        ),
    ]
