"""The exchange app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.exchange"
    label = "exchange"
