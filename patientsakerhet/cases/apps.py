"""The app of the spine."""

from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.cases"
    label = "cases"
    verbose_name = "ärenden"

    def ready(self) -> None:
        from patientsakerhet.cases import agenda, bulk, defaults, errands, exchange, messages
        from patientsakerhet.cases.views import list_views
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.notifications import heartbeats
        from patientsakerhet.ui import navigation

        messages.register()
        bulk.register(list_views.APPOINT)
        errands.register()
        for export in (exchange.CASES, exchange.MEASURES):
            exchanged.register_export(export)
        navigation.badges_from(agenda.counts)
        for item in (
            navigation.Item("", "Min sida", "home", dock=True, order=0),
            navigation.Item("", "Ärenden", "cases", needs="read", dock=True, order=30),
            navigation.Item(
                "",
                "Åtgärder",
                "measures",
                needs="do_measures",
                badge="measures",
                dock=True,
                order=35,
            ),
        ):
            navigation.register(item)
        heartbeats.expect("deadlines", silent_after=timedelta(minutes=12))

        # Django's own hook for rows that must follow the code; not a signal between our apps.
        post_migrate.connect(defaults.install, sender=self)
