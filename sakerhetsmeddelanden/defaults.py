"""The rows a new installation starts with: how long a notice may wait, and the risk classes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines

START = date(2020, 1, 1)

OURS = (
    "Lokalt mål, ändras av regionen. Tillverkarens egna frister (förordning (EU) 2017/745 art. "
    "87–89) gäller tillverkaren, inte vårdgivaren."
)
SUPPLIER = (
    "Lokalt mål, ändras av regionen. Leverantörens sista dag för svar står i meddelandet (fält "
    "3.4) och går före när den är tidigare."
)
DEADLINES = (
    ("received", "Registreras", 1, "working_days", 0, 1, OURS),
    ("registered", "Bedömning börjar", 1, "working_days", 0, 1, OURS),
    ("assessing", "Bedömt och utskickat", 2, "working_days", 1, 1, OURS),
    ("not_applicable", "Leverantören har svar", 5, "working_days", 1, 5, SUPPLIER),
    ("distributing", "Utskicket är klart", 4, "hours", 0, 4, OURS),
    ("awaiting_units", "Alla enheter har svarat", 5, "working_days", 2, 2, SUPPLIER),
    ("actions_ongoing", "Åtgärderna är klara", 30, "calendar_days", 7, 14, SUPPLIER),
    ("reply_sent", "Alla enheter är klara", 30, "calendar_days", 7, 14, OURS),
    ("follow_up", "Uppföljt och avslutat", 90, "calendar_days", 14, 30, OURS),
    # Runs beside the state, to the supplier's own day where the notice names one.
    ("supplier_reply", "Svar till leverantören", 10, "working_days", 3, 1, SUPPLIER),
)

RISK = (
    "Förslag att börja med, ändras av chefläkaren: fem arbetsdagar, en arbetsdag vid hög risk. "
    "Ingen lag anger hur snabbt en vårdenhet ska svara."
)
RISK_CLASSES: tuple[dict[str, Any], ...] = (
    {
        "code": "red",
        "label": "Röd, allvarlig",
        "help": "Någon kan dö eller få allvarlig skada om ingen gör något.",
        "rank": 1,
        "send_within": 2,
        "answer_within": 1,
        "answer_measured": "working_days",
        "remind_after": [2, 8],
        "escalate_after": 24,
        "around_the_clock": True,
    },
    {
        "code": "yellow",
        "label": "Gul, måttlig",
        "help": "Någon kan få övergående skada, eller vården störs påtagligt.",
        "rank": 2,
        "send_within": 24,
        "answer_within": 5,
        "answer_measured": "working_days",
        "remind_after": [24, 72],
        "escalate_after": 120,
        "around_the_clock": False,
    },
    {
        "code": "green",
        "label": "Grön, lindrig",
        "help": "Information eller ändrad bruksanvisning utan omedelbar fara.",
        "rank": 3,
        "send_within": 72,
        "answer_within": 10,
        "answer_measured": "working_days",
        "remind_after": [72, 168],
        "escalate_after": 336,
        "around_the_clock": False,
    },
)


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    start_deadlines(apps, "safety_notice", DEADLINES, valid_from=START)
    risk = apps.get_model("sakerhetsmeddelanden", "RiskClass")
    if not risk.objects.exists():
        risk.objects.bulk_create(
            risk(**one, basis=RISK, standing="local", valid_from=START) for one in RISK_CLASSES
        )
