"""The rows a new installation starts with: deadlines, levels, the checklist."""

from typing import Any

from django.db import migrations

from patientsakerhet.information_security import defaults


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("information_security", "0002_guards")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
