"""The ui app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.ui"
    label = "ui"
