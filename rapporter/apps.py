"""The app of the figures; signs its measures and its room in."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See the package's first line."""

    name = "rapporter"
    label = "rapporter"
    verbose_name = "rapporter"

    def ready(self) -> None:
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.ui import navigation
        from rapporter import checks, rights
        from rapporter.exchange import lists
        from rapporter.measures import (
            authority_reports,
            information_security,
            major_incidents,
            notices,
            year,
        )

        for measures in (information_security, year, major_incidents, notices, authority_reports):
            measures.register()
        checks.register()
        for export in lists.EXPORTS:
            exchanged.register_export(export)
        navigation.register(
            navigation.Item("Följa upp", "Mått", "figures", needs=rights.SOME, order=70)
        )
