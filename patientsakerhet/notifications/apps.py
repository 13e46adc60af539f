"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.notifications"
    label = "notifications"
