"""The rows a new installation starts with: deadlines, levels, the checklist."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines

START = date(2020, 1, 1)
KIND = "information_classification"

OURS = "Lokalt mål, ändras av regionen. Ingen lag anger antalet dagar."
HOLDS = (
    "Lokalt mål, ändras av regionen: en klassning görs om vart tredje år, och tidigare när systemet "
    "eller informationshanteringen ändras mycket. Ingen lag anger antalet år."
)
GAPS = (
    "Lokalt mål, ändras av regionen: så länge får ett system eller en annan informationstillgång stå "
    "utan att någon beställer en klassning. Ingen lag anger antalet dagar."
)
CLOCKS = (
    ("never_classified", "En klassning är beställd", 60, "calendar_days", 30, 30, GAPS),
    ("changed_since", "Klassningen är sedd över", 90, "calendar_days", 60, 30, GAPS),
)
DEADLINES = (
    ("ordered", "Ägaren lämnar klassningen", 20, "working_days", 5, 10, OURS),
    ("delivered", "Riskbedömningen börjar", 10, "working_days", 2, 5, OURS),
    ("assessing", "Riskerna är bedömda", 30, "working_days", 5, 10, OURS),
    ("deciding", "Ägaren beslutar", 10, "working_days", 2, 5, OURS),
    ("decided", "Klassningen görs om", 1095, "calendar_days", 90, 30, HOLDS),
    *CLOCKS,
)

KLASSA = (
    "Nivåernas namn är de som SKR:s verktyg KLASSA använder, efter modellen i MSB 0040-09. Texterna "
    "är förslag att börja med och ändras av regionen."
)
LEVELS = (
    (0, "Ingen eller försumbar", "Ingen skada, eller så liten att ingen märker den."),
    (
        1,
        "Måttlig",
        "Verksamheten störs lite. En enskild får begränsade besvär som går att rätta till.",
    ),
    (
        2,
        "Betydande",
        "En uppgift kan inte utföras som den ska. En enskild får tydlig men övergående skada.",
    ),
    (
        3,
        "Allvarlig",
        "En eller flera av de viktigaste uppgifterna kan inte utföras, skadan är omfattande eller "
        "kostnaden stor, eller enskildas rättigheter, liv och hälsa hotas allvarligt.",
    ),
    (
        4,
        "Synnerligen allvarlig",
        "Skada för Sveriges säkerhet. Hanteras enligt säkerhetsskyddslagen och inte här.",
    ),
)

ASKED = (
    "Regionens högre krav på underlag inför riskbedömning, enligt patientsäkerhetsberättelsen för "
    "2023. Listan är ett förslag att börja med och ändras av regionen."
)
INPUTS = (
    ("system_description", "Systembeskrivning", "Vad systemet gör, delar och integrationer.", True),
    ("information_flow", "Informationsflöden", "Vilken information som går vart.", True),
    ("user_groups", "Användare och behörigheter", "Vilka som når informationen, och hur.", True),
    (
        "supplier_agreement",
        "Avtal med leverantören",
        "Avtal och personuppgiftsbiträdesavtal.",
        True,
    ),
    ("continuity", "Reservrutin vid avbrott", "Hur vården arbetar när systemet ligger nere.", True),
    ("earlier", "Tidigare klassning och riskbedömning", "Om det finns någon.", False),
    ("incidents", "Avvikelser och incidenter", "Det som har hänt med systemet.", False),
)


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    start_deadlines(apps, KIND, DEADLINES, valid_from=START)
    level = apps.get_model("information_security", "ConsequenceLevel")
    if not level.objects.exists():
        level.objects.bulk_create(
            level(number=number, label=label, text=text, basis=KLASSA, standing="practice")
            for number, label, text in LEVELS
        )
    item = apps.get_model("information_security", "InputItem")
    if not item.objects.exists():
        item.objects.bulk_create(
            item(
                code=code,
                label=label,
                help=text,
                position=position,
                is_required=required,
                basis=ASKED,
                standing="local",
                valid_from=START,
            )
            for position, (code, label, text, required) in enumerate(INPUTS, start=1)
        )
