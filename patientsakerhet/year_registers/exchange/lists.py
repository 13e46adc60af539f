"""The registers of the year as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Person, Role
from patientsakerhet.ui.narrowing import Narrowing
from patientsakerhet.year_registers.filters import (
    MeetingFilter,
    ResponsibilityFilter,
    RoleShareFilter,
    TrainingFilter,
)
from patientsakerhet.year_registers.models import (
    State,
)

RIGHT = Can.READ_YEAR_REGISTERS
STATES = dict(State.choices).get
ROLES = dict(Role.choices).get


def _export(
    key: str, label: str, name: str, narrowing: type[Narrowing], columns: Sequence[Column]
) -> Export:
    """The rows of a filter that somebody may read; all when nobody is named."""
    model: Any = narrowing.Meta.model

    def extract(given: Mapping[str, str], by: Person | None = None) -> Extract:
        rows = model.objects.all()
        narrowed = narrowing(
            given, queryset=rows.visible_to(by) if by else rows, request=asking(by)
        )
        refuse_unreadable(narrowed)
        return Extract(
            name=name,
            title=label,
            rows=narrowed.qs,
            columns=columns,
            selection=narrowed.described(),
            right=RIGHT,
        )

    told: Callable[[Mapping[str, str], Person | None], Extract] = extract
    return Export(key, label, RIGHT, told)


MEETINGS = _export(
    "meetings",
    "Möten",
    "moten",
    MeetingFilter,
    (
        Column("Dag", "held_on"),
        Column("Slag", "kind__name"),
        Column("Ämne", "topic__name"),
        Column("Rubrik", "title"),
        Column("Enhet", "unit__name"),
        Column("Läge", "state", STATES),
        Column("Antal deltagare", "participants"),
        Column("Varför det ställdes in", "reason"),
        Column("Anteckningar", "notes"),
    ),
)
TRAININGS = _export(
    "trainings",
    "Utbildning",
    "utbildning",
    TrainingFilter,
    (
        Column("Första dagen", "first_day"),
        Column("Sista dagen", "last_day"),
        Column("Slag", "kind__name"),
        Column("Rubrik", "title"),
        Column("För rollen", "role", ROLES),
        Column("För vilka", "audience"),
        Column("Enhet", "unit__name"),
        Column("Läge", "state", STATES),
        Column("Antal utbildade", "trained"),
        Column("Varför den ställdes in", "reason"),
        Column("Anteckningar", "notes"),
    ),
)
RESPONSIBILITIES = _export(
    "responsibilities",
    "Ansvarsregister",
    "ansvarsregister",
    ResponsibilityFilter,
    (
        Column("Ansvaret gäller", "duty"),
        Column("Beskrivning", "description"),
        Column("Grund", "basis"),
        Column("Enhet", "unit__name"),
        Column("Funktion eller roll", "function"),
        Column("Person", "person__name"),
        Column("Befattning", "post"),
        Column("Gäller från", "valid_from"),
        Column("Gäller till", "valid_to"),
    ),
)
SHARES = _export(
    "role_shares",
    "Tjänstgöringsgrader",
    "tjanstgoringsgrader",
    RoleShareFilter,
    (
        Column("Person", "assignment__person__name"),
        Column("Roll", "assignment__role", ROLES),
        Column("Enhet", "assignment__unit__name"),
        Column("Procent av heltid", "percent"),
        Column("Gäller från", "valid_from"),
        Column("Gäller till", "valid_to"),
        Column("Uppdraget från", "assignment__valid_from"),
        Column("Uppdraget till", "assignment__valid_to"),
        Column("Kommentar", "note"),
    ),
)
EXPORTS = (MEETINGS, TRAININGS, RESPONSIBILITIES, SHARES)
