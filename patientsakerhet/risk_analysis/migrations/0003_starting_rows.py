"""The rows a new installation starts with: deadlines, methods and templates."""

from typing import Any

from django.db import migrations

from patientsakerhet.risk_analysis import defaults


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("risk_analysis", "0002_guards")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
