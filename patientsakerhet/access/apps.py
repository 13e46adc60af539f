"""The access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.access"
    label = "access"

    def ready(self) -> None:
        """Tells the navigation which rooms a person may enter."""
        from patientsakerhet.access import policy
        from patientsakerhet.ui import navigation

        navigation.capabilities_from(policy.capabilities_anywhere)
