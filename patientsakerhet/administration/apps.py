"""The app of the settings; signs its imports, exports and rooms in."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.administration"
    label = "administration"
    verbose_name = "inställningar"

    def ready(self) -> None:
        from patientsakerhet.administration.exchange import codes, deadline_rules, people, units
        from patientsakerhet.exchange import kinds

        for part in (units, people, codes, deadline_rules):
            kinds.register(part.IMPORT)
            kinds.register_export(part.EXPORT)
        kinds.register(codes.ANNEX)
        self._open_rooms()

    def _open_rooms(self) -> None:
        """The way in from the side navigation, and the rooms behind it."""
        from patientsakerhet.access.policy import Can
        from patientsakerhet.ui import navigation

        navigation.register(
            navigation.Item(
                "System",
                "Inställningar",
                "settings",
                needs=(Can.ADMINISTER, Can.MANAGE_RULES),
                order=10,
            )
        )
