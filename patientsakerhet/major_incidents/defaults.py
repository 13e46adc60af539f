"""The deadlines of major incidents that a new installation starts with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines

START = date(2020, 1, 1)
KIND = "major_incident"

OURS = "Lokalt mål, ändras av regionen. Ingen lag anger tiden."
LEARNT = (
    "Lokalt mål, ändras av regionen: orsak, lärdomar och åtgärder är skrivna medan händelsen är i "
    "färskt minne. Ingen lag anger antalet dagar."
)
DEADLINES = (
    ("declared", "Driften är återställd", 8, "hours", 4, 4, OURS),
    ("restored", "Lärdomarna är skrivna och incidenten avslutas", 20, "working_days", 5, 10, LEARNT),
)  # fmt: skip


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    start_deadlines(apps, KIND, DEADLINES, valid_from=START)
