"""The text-search configuration that code names: Swedish, where å, ä and ö stay letters of their own."""

from django.db import migrations


class Migration(migrations.Migration):
    """One name in the code, whatever dictionaries the server has."""

    dependencies = [("cases", "0001_spine")]

    operations = [
        migrations.RunSQL(
            "CREATE TEXT SEARCH CONFIGURATION varsam (COPY = pg_catalog.swedish)",
            "DROP TEXT SEARCH CONFIGURATION varsam",
        )
    ]
