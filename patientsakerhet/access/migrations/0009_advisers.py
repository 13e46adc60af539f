"""An impact assessment reaches the data protection officer who is asked about it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more level of reach; the column stays as it is."""

    dependencies = [("access", "0008_classification")]

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
                    ("adviser", "dataskyddsombud"),
                ],
                max_length=20,
                verbose_name="nivå",
            ),
        )
    ]
