"""The demonstration as a Django app: it has commands and no tables."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Commands that fill an empty database with Region Exempel."""

    name = "patientsakerhet.demonstration"
    verbose_name = "demonstration"

    def ready(self) -> None:
        from patientsakerhet.demonstration import people
        from patientsakerhet.sign_in import demonstration

        demonstration.guests_from(people.company)
