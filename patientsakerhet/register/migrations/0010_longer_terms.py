from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0009_emdn_starter")]

    operations = [
        migrations.AlterField(
            model_name="emdnterm",
            name="term",
            field=models.CharField(blank=True, max_length=500, verbose_name="engelsk term"),
        ),
    ]
