"""The register app; opens its room."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.register"
    label = "register"
    verbose_name = "register"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.exchange import kinds
        from patientsakerhet.register.exchange import emdn, equipment
        from patientsakerhet.ui import navigation

        kinds.register(equipment.IMPORT)
        kinds.register(emdn.IMPORT)

        navigation.register(
            navigation.Item(
                "Tillsammans", "Register", "register", needs=Can.READ_REGISTER, order=50
            )
        )
