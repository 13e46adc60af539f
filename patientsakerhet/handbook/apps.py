"""The app of the generated documents."""

from django.apps import AppConfig


class HandbookConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.handbook"
    label = "handbook"
