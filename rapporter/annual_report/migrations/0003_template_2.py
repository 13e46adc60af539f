"""The template's second version, with risk analyses, log reviews and forecasts; reports under way keep theirs."""

from typing import Any

from django.db import migrations

from rapporter.annual_report import defaults


def install(apps: Any, _editor: Any) -> None:
    """Once; a version that is there already is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("annual_report", "0002_guards")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
