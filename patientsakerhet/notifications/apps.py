"""The notifications app."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Make the workers' application the one this process wakes, and know our own kind."""
        from patientsakerhet.notifications import digest, heartbeats, kinds

        import_module("patientsakerhet.celery")
        kinds.register(
            digest.KIND,
            subject="Ditt sammandrag från Varsam",
            still_due=digest.has_lines,
            path=digest.own_page,
        )
        heartbeats.expect("worker")
        heartbeats.expect("relay")
