"""The app of major incidents; signs its kind of case in with the spine."""

from django.apps import AppConfig


class MajorIncidentsConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.major_incidents"
    label = "major_incidents"
    verbose_name = "stora incidenter"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.cases import kinds
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.major_incidents import (
            around_reports,
            around_systems,
            exchange,
            messages,
            workflow,
        )
        from patientsakerhet.ui import navigation

        messages.register()
        around_systems.register()
        around_reports.register()
        exchanged.register_export(exchange.INCIDENTS)
        navigation.register(
            navigation.Item(
                "Följa upp",
                "Stora incidenter",
                "major_incidents",
                needs=(Can.LEAD_INCIDENT, Can.GET_ESCALATIONS),
                order=45,
            )
        )
        kinds.register(
            kinds.Kind(
                key=workflow.KIND,
                prefix="SI",
                label="stor incident",
                plural="stora incidenter",
                workflow=workflow.WORKFLOW,
                subject="major_incident",
                url_name="major_incident",
                stages=workflow.STAGES,
                has_reporter=False,
                system_path="major_incident__systems",
                gathered_path="major_incident__gathered__case",
            )
        )
