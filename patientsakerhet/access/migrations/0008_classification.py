"""A classification reaches the units and the people it concerns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more level of reach; the column stays as it is."""

    dependencies = [("access", "0007_open_in_the_row")]

    operations = [
        migrations.AlterField(
            model_name="caseaccess",
            name="level",
            field=models.CharField(
                choices=[
                    ("coordination", "koordinerar"),
                    ("owner", "äger"),
                    ("handler", "handlägger"),
                    ("measures", "ansvarar för åtgärd"),
                    ("reader", "läser"),
                    ("extract", "delat utdrag"),
                    ("recipient", "mottagare av säkerhetsmeddelande"),
                    ("classification", "informationsklassning"),
                ],
                max_length=20,
                verbose_name="nivå",
            ),
        )
    ]
