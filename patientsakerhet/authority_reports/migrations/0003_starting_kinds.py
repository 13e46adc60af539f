"""The kinds of report a new installation starts with."""

from typing import Any

from django.db import migrations

from patientsakerhet.authority_reports import defaults


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("authority_reports", "0002_guards")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
