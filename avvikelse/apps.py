"""The app of deviations."""

from django.apps import AppConfig


class AvvikelseConfig(AppConfig):
    """See the package's first line."""

    name = "avvikelse"
    label = "avvikelse"
    verbose_name = "avvikelser"
