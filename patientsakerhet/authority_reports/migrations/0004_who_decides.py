"""Reports of incidents are decided by those who read the case; the words of the choice follow."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Words only."""

    dependencies = [
        ("authority_reports", "0003_starting_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportkind",
            name="decided_with",
            field=models.CharField(
                choices=[
                    ("decide_lex_maria", "chefläkaren"),
                    ("decide_report", "verksamhetens chef, samordnare eller chefläkare"),
                    ("decide_security_report", "verksamhetschefen eller chefläkaren"),
                ],
                max_length=30,
                verbose_name="beslutas av",
            ),
        ),
    ]
