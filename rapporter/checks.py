"""What is asked before the product starts: that no measure's code has changed under its version."""

from __future__ import annotations

from typing import Any

from django.core import checks

from rapporter import registry


def measures_keep_their_versions(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    """One error for each measure whose code is not the one its version was written down with."""
    return [checks.Error(text, id="rapporter.E001") for text in registry.unversioned()]


def register() -> None:
    """Make the check known; from the app's `ready()`."""
    checks.register(measures_keep_their_versions)
