"""The app of the log's review; opens its room."""

from django.apps import AppConfig


class LogReviewConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.log_review"
    label = "log_review"
    verbose_name = "loggkontroll"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.log_review import exchange
        from patientsakerhet.ui import navigation

        for export in exchange.EXPORTS:
            exchanged.register_export(export)
        navigation.register(
            navigation.Item(
                "Följa upp", "Loggkontroll", "log_events", needs=Can.REVIEW_LOG, order=80
            )
        )
