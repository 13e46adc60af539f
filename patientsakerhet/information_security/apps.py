"""The app of information security; signs its kind of case in with the spine."""

from django.apps import AppConfig


class InformationSecurityConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.information_security"
    label = "information_security"
    verbose_name = "informationssäkerhet"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms
        from patientsakerhet.cases import kinds
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.information_security import (
            around_reports,
            around_systems,
            errands,
            impact_workflow,
            messages,
            workflow,
        )
        from patientsakerhet.information_security.actions import alarms
        from patientsakerhet.information_security.actions.terms import LISTS, MAY
        from patientsakerhet.information_security.exchange import existing, lists, tables
        from patientsakerhet.information_security.exchange import terms as terms_files
        from patientsakerhet.ui import navigation

        messages.register()
        alarms.register()
        errands.register()
        around_systems.register()
        around_reports.register()
        exchanged.register(existing.IMPORT)
        for export in (
            lists.CLASSIFICATIONS,
            lists.GAPS,
            lists.COVERAGE,
            lists.ASSESSMENTS,
            lists.FOLLOW_UPS,
            tables.TABLES,
        ):
            exchanged.register_export(export)
        for order, terms in enumerate(LISTS.values(), start=31):
            exchanged.register_export(terms_files.export_of(terms))
            rooms.register(
                rooms.Room(
                    rooms.RULES,
                    terms.title,
                    terms.text,
                    terms.page,
                    needs=MAY,
                    order=order,
                )
            )
        navigation.register(
            navigation.Item(
                "Förebygga",
                "Informationsklassning",
                "classifications",
                needs=(Can.READ_CLASSIFICATION, Can.DELIVER_CLASSIFICATION),
                order=20,
            )
        )
        kinds.register(
            kinds.Kind(
                key=impact_workflow.KIND,
                prefix="KB",
                label="konsekvensbedömning",
                plural="konsekvensbedömningar",
                workflow=impact_workflow.WORKFLOW,
                subject="impact_assessment",
                url_name="impact_assessment",
                stages=impact_workflow.STAGES,
                has_reporter=False,
                system_path="impact_assessment__system",
            )
        )
        kinds.register(
            kinds.Kind(
                key=workflow.KIND,
                prefix="IK",
                label="informationsklassning",
                plural="informationsklassningar",
                workflow=workflow.WORKFLOW,
                subject="information_classification",
                url_name="classification",
                stages=workflow.STAGES,
                has_reporter=False,
                system_path="information_classification__system",
                clocks=workflow.CLOCKS,
            )
        )
