"""The app of the settings; signs its imports, exports and rooms in."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """See the package's first line."""

    name = "patientsakerhet.administration"
    label = "administration"
    verbose_name = "inställningar"

    def ready(self) -> None:
        from patientsakerhet.administration import errands
        from patientsakerhet.administration.exchange import (
            api_keys,
            codes,
            deadline_rules,
            organisation,
            people,
            runs,
            undelivered,
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
        for part in (api_keys, undelivered):
            kinds.register_export(part.EXPORT)
        self._open_rooms()
        self._open_rule_rooms()
        errands.register()

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

    def _open_rule_rooms(self) -> None:
        """The rooms of rules and lists, and what could not be delivered."""
        from patientsakerhet.access.policy import Can
        from patientsakerhet.administration import rooms
        from patientsakerhet.administration.rooms import Room
        from patientsakerhet.ui import navigation

        navigation.register(
            navigation.Item(
                "System",
                "Ej levererat",
                "undelivered",
                needs=Can.SEE_UNDELIVERED,
                badge="undelivered",
                order=15,
            )
        )
        for room in (
            Room(
                rooms.RULES,
                "Kodverk",
                "Listorna som ärenden sorteras efter: typ, händelseklass, orsaksklass, orsaksområden "
                "och IMDRF-koder.",
                "code_systems",
                needs=(Can.ADMINISTER,),
                order=10,
            ),
            Room(
                rooms.RULES,
                "Tidsgränser",
                "Hur länge ett ärende får stå i varje läge, på vilken grund, och när någon påminns.",
                "deadline_rules",
                needs=(Can.ADMINISTER,),
                order=20,
            ),
            Room(
                rooms.RULES,
                "Ej levererat",
                "Mejl som inte gick att skicka och som någon behöver göra något åt.",
                "undelivered",
                needs=(Can.SEE_UNDELIVERED,),
                order=50,
            ),
            Room(
                rooms.RULES,
                "API-nycklar",
                "Vilka andra system som kommer åt Varsam, vad de får göra och hur länge.",
                "api_keys",
                needs=(Can.ADMINISTER,),
                order=60,
            ),
        ):
            rooms.register(room)
