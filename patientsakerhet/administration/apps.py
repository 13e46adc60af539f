"""The app of the settings; signs its imports, exports and rooms in."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.administration"
    label = "administration"
    verbose_name = "inställningar"

    def ready(self) -> None:
        from patientsakerhet.administration.exchange import (
            codes,
            deadline_rules,
            organisation,
            people,
            runs,
            units,
        )
        from patientsakerhet.exchange import kinds

        for part in (units, people, codes, deadline_rules):
            kinds.register(part.IMPORT)
            kinds.register_export(part.EXPORT)
        kinds.register(codes.ANNEX)
        for export in (
            organisation.PROVIDERS,
            organisation.ASSIGNMENTS,
            organisation.ABSENCES,
            runs.IMPORTS,
            runs.LINES,
        ):
            kinds.register_export(export)
        self._open_rooms()

    def _open_rooms(self) -> None:
        """The way in from the side navigation, and the rooms behind it."""
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms
        from patientsakerhet.administration.rooms import Room
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
        for order, (label, text, url_name) in enumerate(
            (
                ("Enheter", "Trädet: namn, plats, adress och hur länge de finns.", "units"),
                (
                    "Personer",
                    "Vilka som arbetar med ärenden, och vad var och en får göra.",
                    "people",
                ),
                ("Roller", "Vem som har vilken roll vid vilken enhet, nu och tidigare.", "roles"),
                (
                    "Frånvaro",
                    "Vilka som är borta och vem som får det som skickas till dem.",
                    "absences",
                ),
                ("Vårdgivare", "Regionen, kommuner och privata vårdgivare.", "providers"),
            )
        ):
            rooms.register(
                Room(
                    rooms.ORGANISATION,
                    label,
                    text,
                    url_name,
                    needs=(Can.ADMINISTER,),
                    order=order,
                )
            )
        rooms.register(
            Room(
                rooms.OWN,
                "Din frånvaro",
                "När du är borta och vem som får det som skickas till dig.",
                "own_absence",
            )
        )
        reading_in = (Can.ADMINISTER, Can.MANAGE_RULES, Can.IMPORT_CASES)
        for room in (
            Room(
                rooms.FILES,
                "Filer in och ut",
                "Läs in register och ärenden ur filer, och ta ut dem som CSV eller Excel.",
                "files",
                needs=reading_in,
                order=10,
            ),
            Room(
                rooms.FILES,
                "Inläsningar",
                "Vad som har lästs in, vad som blev av varje rad och vad som hittades.",
                "imports",
                needs=reading_in,
                order=20,
            ),
        ):
            rooms.register(room)
