from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sakerhetsmeddelanden", "0008_changed_answers_and_retries")]

    operations = [
        migrations.AlterField(
            model_name="consideredunit",
            name="why",
            field=models.CharField(
                choices=[
                    ("outside_range", "numren är inte berörda"),
                    ("out_of_use", "utrustningen är inte kvar"),
                    ("other_model", "annan modell i samma familj"),
                    ("other_manufacturer", "samma beteckning, annan tillverkare"),
                    ("taken_out", "borttagen för hand"),
                    ("answered", "har svarat på den tidigare versionen"),
                ],
                max_length=20,
                verbose_name="orsak",
            ),
        ),
    ]
