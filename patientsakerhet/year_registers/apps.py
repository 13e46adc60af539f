"""The app of the registers of the year; opens its rooms."""

from django.apps import AppConfig


class YearRegistersConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.year_registers"
    label = "year_registers"
    verbose_name = "årets register"

    def ready(self) -> None:
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms
        from patientsakerhet.exchange import kinds as exchanged
        from patientsakerhet.ui import navigation
        from patientsakerhet.year_registers.exchange import lists

        for export in lists.EXPORTS:
            exchanged.register_export(export)
        navigation.register(
            navigation.Item(
                "Följa upp",
                "Möten och ansvar",
                "meetings",
                needs=(Can.READ_YEAR_REGISTERS,),
                order=60,
            )
        )
        rooms.register(
            rooms.Room(
                rooms.RULES,
                "Val i årets register",
                "Slag av möten och utbildning, och mötenas ämnen, som årets berättelse räknar efter.",
                "register_terms",
                needs=(Can.ADMINISTER,),
                order=40,
            )
        )
