"""Only a draft that is to be signed keeps the rows behind its cells; see sql/signed_with_facts.sql."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """A column, and the guard that asks it. What was taken before was taken with its rows."""

    dependencies = [("annual_report", "0003_template_2")]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="keeps_facts",
            field=models.BooleanField(default=True, verbose_name="med sina faktarader"),
            preserve_default=False,
        ),
        migrations.RunSQL(
            (SQL / "signed_with_facts.sql").read_text(),
            (SQL / "signed_with_facts_reverse.sql").read_text(),
        ),
    ]
