"""The views that the region's reporting tools read."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """A schema of its own, over tables that others own."""

    initial = True

    dependencies = [
        ("organisation", "0004_unit_phone"),
        ("cases", "0009_proposed_measures"),
        ("avvikelse", "0008_event_analysis"),
        ("register", "0009_emdn_starter"),
        ("sakerhetsmeddelanden", "0008_changed_answers_and_retries"),
        ("information_security", "0012_measures_against_rights_risks"),
        ("authority_reports", "0004_who_decides"),
        ("major_incidents", "0002_guards"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "figures.sql").read_text(), (SQL / "figures_reverse.sql").read_text()
        ),
    ]
