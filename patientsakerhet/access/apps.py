"""The access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.access"
    label = "access"
