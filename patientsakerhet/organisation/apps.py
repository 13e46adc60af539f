"""The organisation app."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Care providers, units, persons and their dated roles."""

    name = "patientsakerhet.organisation"
    label = "organisation"
    verbose_name = "organisation"
