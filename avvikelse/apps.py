"""The app of deviations; signs its kind of case in with the spine."""

from django.apps import AppConfig


class AvvikelseConfig(AppConfig):
    """See the package's first line."""

    name = "avvikelse"
    label = "avvikelse"
    verbose_name = "avvikelser"

    def ready(self) -> None:
        from avvikelse import around_reports, around_things, errands, messages, workflow
        from avvikelse.exchange import registered
        from avvikelse.views import case_steps
        from patientsakerhet.cases import bulk, kinds

        messages.register()
        bulk.register(case_steps.HAND_OVER_MANY)
        registered.register()
        around_things.register()
        around_reports.register()
        errands.register()
        self._open_rooms()
        self._open_settings()

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
                model_path="deviation__device_model",
                system_path="deviation__system",
                occurred_path="deviation__occurred_at",
            )
        )

    def _open_rooms(self) -> None:
        """The rooms in the side navigation."""
        from patientsakerhet.ui import navigation
        from patientsakerhet.ui.navigation import Item

        for item in (
            Item(
                "",
                "Koordinering",
                "coordination",
                needs="coordinate",
                badge="to_coordinate",
                dock=True,
                order=20,
            ),
            Item("", "Mina anmälningar", "own_reports", badge="questions", dock=True, order=40),
            Item(
                "Följa upp",
                "Sänkta bedömningar",
                "downgrades",
                needs="review_downgrades",
                badge="downgrades",
            ),
            Item("System", "Vägvisning", "routing_rules", needs="manage_rules", order=20),
        ):
            navigation.register(item)

    def _open_settings(self) -> None:
        """The rooms under Inställningar."""
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms

        rooms.register(
            rooms.Room(
                rooms.RULES,
                "Vägvisning",
                "Regler som föreslår vilken enhet en ny rapport ska till, med provkörning.",
                "routing_rules",
                needs=(Can.MANAGE_RULES,),
                order=10,
            )
        )
        rooms.register(
            rooms.Room(
                rooms.RULES,
                "Riskskala",
                "Orden och gränserna i riskmatrisen, och när en händelseanalys behövs.",
                "risk_scale",
                needs=(Can.ADMINISTER,),
                order=30,
            )
        )
