"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.audit"
    label = "audit"
