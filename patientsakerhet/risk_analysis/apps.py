"""The app of risk analyses; signs its kind of case in with the spine."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.risk_analysis"
    label = "risk_analysis"
    verbose_name = "riskanalyser"

    def ready(self) -> None:
        from patientsakerhet.cases import kinds
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.risk_analysis import exchange, messages, workflow
        from patientsakerhet.ui import navigation

        messages.register()
        exchanged.register_export(exchange.ANALYSES)
        navigation.register(
            navigation.Item(
                "Förebygga", "Riskanalyser", "risk_analyses", needs="lead_analysis", order=10
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
