"""The app of the patientsäkerhetsberättelse; signs its kind of case in with the spine."""

from django.apps import AppConfig


class AnnualReportConfig(AppConfig):
    """See the package's first line."""

    name = "rapporter.annual_report"
    label = "annual_report"
    verbose_name = "patientsäkerhetsberättelse"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.cases import kinds
        from patientsakerhet.exchange import kinds as exports
        from patientsakerhet.ui import navigation
        from rapporter.annual_report import messages, workflow
        from rapporter.annual_report.actions import days
        from rapporter.annual_report.exchange import lists

        messages.register()
        exports.register_export(lists.REPORTS)
        navigation.register(
            navigation.Item(
                "Följa upp",
                "Patientsäkerhetsberättelse",
                "annual_reports",
                needs=(Can.READ,),
                order=75,
            )
        )
        kinds.register(
            kinds.Kind(
                key=workflow.KIND,
                prefix="PSB",
                label="patientsäkerhetsberättelse",
                plural="patientsäkerhetsberättelser",
                workflow=workflow.WORKFLOW,
                subject="annual_report",
                url_name="annual_report",
                stages=workflow.STAGES,
                has_reporter=False,
                after_step=days.after_step,
                clocks={"by_law": "Enligt lag senast"},
            )
        )
