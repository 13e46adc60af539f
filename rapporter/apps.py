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
            answers,
            areas,
            authority_reports,
            deviations,
            flow_queue,
            flow_times,
            information_security,
            log_reviews,
            major_incidents,
            notice_reach,
            notices,
            open_now,
            risk_analyses,
            year,
        )

        for measures in (
            information_security,
            year,
            deviations,
            flow_times,
            flow_queue,
            answers,
            areas,
            major_incidents,
            notices,
            notice_reach,
            authority_reports,
            open_now,
            risk_analyses,
            log_reviews,
        ):
            measures.register()
        checks.register()
        for export in lists.EXPORTS:
            exchanged.register_export(export)
        navigation.register(
            navigation.Item("Följa upp", "Översikt", "dashboard", needs=rights.SOME, order=10)
        )
        navigation.register(
            navigation.Item("Följa upp", "Mått", "figures", needs=rights.SOME, order=70)
        )
