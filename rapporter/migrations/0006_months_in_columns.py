"""The kept rows of a month are laid in columns as well, and each case says by which counting it was counted."""

from django.db import migrations, models

# Numbers in columns gain little by being packed, and each reading would unpack them.
AS_IT_IS = "ALTER TABLE rapporter_flowlaid ALTER COLUMN columns SET STORAGE EXTERNAL"


class Migration(migrations.Migration):
    """A table, and a column; months are laid out by the worker, and read from the rows until then."""

    dependencies = [("rapporter", "0005_filed_in_advance")]

    operations = [
        migrations.CreateModel(
            name="FlowLaid",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=5)),
                ("day", models.DateField(verbose_name="månadens första dag")),
                ("layout", models.TextField()),
                ("upto", models.BigIntegerField(verbose_name="till och med räkningen")),
                ("columns", models.BinaryField(verbose_name="kolumner")),
            ],
            options={
                "verbose_name": "utlagd månad",
                "verbose_name_plural": "utlagda månader",
                "constraints": [
                    models.UniqueConstraint(fields=("what", "day"), name="flow_laid_once")
                ],
            },
        ),
        migrations.RunSQL(AS_IT_IS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="flowcounted",
            name="fold",
            field=models.BigIntegerField(default=0, verbose_name="räkningen"),
        ),
        migrations.AddIndex(
            model_name="flowcounted",
            index=models.Index(fields=["fold"], name="flow_counted_by"),
        ),
    ]
