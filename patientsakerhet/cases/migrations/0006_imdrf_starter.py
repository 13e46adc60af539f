"""The first level of IMDRF's terms for device events, to start with."""

from typing import Any

from django.db import migrations

from patientsakerhet.cases import defaults_imdrf


def install(apps: Any, _editor: Any) -> None:
    """Once; what has been read in from the official files is left alone."""
    defaults_imdrf.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("cases", "0005_selectable_codes")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
