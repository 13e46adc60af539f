"""The app of the reports that people build themselves."""

from django.apps import AppConfig


class ReportBuilderConfig(AppConfig):
    """See the package's first line."""

    name = "rapporter.builder"
    label = "report_builder"
    verbose_name = "egna rapporter"

    def ready(self) -> None:
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.ui import navigation
        from rapporter import rights
        from rapporter.builder import exchange, messages

        messages.register()
        exchanged.register_export(exchange.EXPORT)
        navigation.register(
            navigation.Item(
                "Följa upp", "Egna rapporter", "saved_reports", needs=rights.SOME, order=72
            )
        )
