"""The choices a new installation starts with."""

from typing import Any

from django.db import migrations

from patientsakerhet.year_registers import defaults


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("year_registers", "0001_year_registers")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
