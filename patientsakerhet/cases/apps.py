"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.cases"
    label = "cases"
