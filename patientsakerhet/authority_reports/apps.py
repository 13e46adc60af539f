"""The app of authority reports; opens its rooms."""

from django.apps import AppConfig


class AuthorityReportsConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.authority_reports"
    label = "authority_reports"
    verbose_name = "anmälningar"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms
        from patientsakerhet.authority_reports import errands, lists, messages, workflow
        from patientsakerhet.cases import kinds
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.ui import navigation

        messages.register()
        errands.register()
        kinds.register_part(workflow.WORKFLOW)
        exchanged.register_export(lists.EXPORT)
        exchanged.register_export(lists.KINDS)
        navigation.register(
            navigation.Item(
                "Följa upp",
                "Anmälningar",
                "authority_reports",
                needs=errands.RIGHTS,
                badge="reports_to_decide",
                order=40,
            )
        )
        rooms.register(
            rooms.Room(
                rooms.RULES,
                "Anmälningsslag",
                "Vad som kan anmälas till vem, på vilken grund, vem som beslutar och vad underlaget frågar efter.",
                "report_kinds",
                needs=(Can.ADMINISTER,),
                order=30,
            )
        )
