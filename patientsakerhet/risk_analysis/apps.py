"""The app of risk analyses; signs its kind of case in with the spine."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.risk_analysis"
    label = "risk_analysis"
    verbose_name = "riskanalyser"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms
        from patientsakerhet.cases import kinds
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.risk_analysis import (
            around_reports,
            around_things,
            errands,
            messages,
            workflow,
        )
        from patientsakerhet.risk_analysis.exchange import existing, lists, tables
        from patientsakerhet.ui import navigation

        messages.register()
        errands.register()
        around_reports.register()
        around_things.register()
        exchanged.register(existing.IMPORT)
        for export in (lists.ANALYSES, lists.RISKS, tables.TABLES):
            exchanged.register_export(export)
        for item in (
            navigation.Item(
                "Förebygga",
                "Riskanalyser",
                "risk_analyses",
                needs="lead_analysis",
                badge="analyses_to_decide",
                order=10,
            ),
            navigation.Item(
                "Förebygga",
                "Risker",
                "risks",
                needs="lead_analysis",
                badge="risks_to_review",
                order=20,
            ),
        ):
            navigation.register(item)
        rooms.register(
            rooms.Room(
                rooms.RULES,
                "Metoder för riskbedömning",
                "Skalorna och gränserna i riskanalyser, i versioner.",
                "scoring_methods",
                needs=(Can.ADMINISTER,),
                order=35,
            )
        )
        kinds.register(
            kinds.Kind(
                key=workflow.KIND,
                prefix="RA",
                label="riskanalys",
                plural="riskanalyser",
                workflow=workflow.WORKFLOW,
                subject="risk_analysis",
                url_name="risk_analysis",
                stages=workflow.STAGES,
                has_reporter=False,
            )
        )
