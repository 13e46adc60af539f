"""The app of deviations; signs its kind of case in with the spine."""

from django.apps import AppConfig


class AvvikelseConfig(AppConfig):
    """See the package's first line."""

    name = "avvikelse"
    label = "avvikelse"
    verbose_name = "avvikelser"

    def ready(self) -> None:
        from avvikelse import messages, workflow
        from avvikelse.exchange import registered
        from avvikelse.views import case_steps
        from patientsakerhet.cases import bulk, kinds
        from patientsakerhet.ui import navigation

        messages.register()
        bulk.register(case_steps.HAND_OVER_MANY)
        registered.register()
        navigation.register(
            navigation.Item(
                "",
                "Koordinering",
                "coordination",
                needs="coordinate",
                badge="coordination",
                dock=True,
                order=20,
            )
        )
        navigation.register(
            navigation.Item("System", "Vägvisning", "routing_rules", needs="manage_rules", order=20)
        )
        navigation.register(navigation.Item("", "Mina anmälningar", "own_reports", order=40))

        navigation.register(
            navigation.Item(
                "Följa upp", "Sänkta bedömningar", "downgrades", needs="review_downgrades", order=40
            )
        )
        kinds.register(
            kinds.Kind(
                key=workflow.KIND,
                prefix="AV",
                label="avvikelse",
                plural="avvikelser",
                workflow=workflow.WORKFLOW,
                subject="deviation",
                url_name="deviation",
                stages=workflow.STAGES,
                reporter_stages=workflow.REPORTER_STAGES,
                needs_feedback=frozenset({workflow.CLOSED, workflow.REJECTED}),
                code_path="deviation__kind",
                code_system="deviation_kind",
            )
        )
