"""The choices a new installation starts with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

START = date(2020, 1, 1)
COUNTED = "Regionens eget val. Räknas i patientsäkerhetsberättelsen för 2023; ingen lag anger indelningen."
OURS = "Regionens eget val, ett förslag att börja med. Ingen lag anger indelningen."

TERMS = (
    ("meeting_kind", "workshop", "Workshop", COUNTED),
    (
        "meeting_kind",
        "patient_representatives",
        "Möte med patient- och närståenderepresentanter",
        COUNTED,
    ),
    ("meeting_kind", "dialogue", "Dialogmöte", OURS),
    ("meeting_kind", "collaboration", "Samverkansmöte", COUNTED),
    ("meeting_kind", "management", "Ledningsmöte", OURS),
    ("meeting_kind", "network", "Nätverksmöte", OURS),
    ("meeting_kind", "weekly", "Veckoavstämning", COUNTED),
    ("meeting_topic", "risk_management", "Riskhantering", COUNTED),
    ("meeting_topic", "deviations", "Avvikelser", OURS),
    ("meeting_topic", "information_security", "Informationssäkerhet", OURS),
    ("meeting_topic", "devices", "Medicinteknik", OURS),
    ("meeting_topic", "patient_view", "Patientens röst", OURS),
    ("meeting_topic", "other", "Annat", OURS),
    ("training_kind", "induction", "Introduktionsdag", COUNTED),
    ("training_kind", "role", "Utbildning för en roll", OURS),
    ("training_kind", "basic", "Grundutbildning", COUNTED),
    ("training_kind", "in_depth", "Fördjupning", COUNTED),
    ("training_kind", "exercise", "Övning", OURS),
)


def install(apps: Any = installed) -> None:
    """The starting choices are there; those that somebody has changed are left as they are."""
    term = apps.get_model("year_registers", "RegisterTerm")
    if term.objects.exists():
        return
    term.objects.bulk_create(
        term(
            list=name,
            code=code,
            name=label,
            basis=basis,
            position=position * 10,
            valid_from=START,
        )
        for position, (name, code, label, basis) in enumerate(TERMS, start=1)
    )
