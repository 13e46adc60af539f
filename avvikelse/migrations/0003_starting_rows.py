"""The rows a new installation starts with: code trees, deadlines and the risk scale."""

from typing import Any

from django.db import migrations

from avvikelse import defaults


def install(apps: Any, _editor: Any) -> None:
    """Once; what somebody has changed later is left alone."""
    defaults.install(apps)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("avvikelse", "0002_guards")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
