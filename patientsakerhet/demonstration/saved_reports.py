"""Reports that people of the invented region have built and share."""

from __future__ import annotations

from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.organisation.models import Unit
from rapporter.builder.actions import keeping

PHYSICIAN, COORDINATOR = "helena.brandt", "maja.lindqvist"
REPORTS = (
    (PHYSICIAN, "Inkomna avvikelser, vecka för vecka", "filed_deviations", "week", "control",
     "weeks_26", "", "weekly"),
    (PHYSICIAN, "Vad avvikelserna gäller", "filed_deviations", "event_class", "bars",
     "months_12", "itmt", ""),
    (PHYSICIAN, "Svar till den som skrev", "feedback_soon", "month", "line",
     "months_12", "", "monthly"),
    (COORDINATOR, "Vilka som skriver till oss", "filed_deviations", "filing_unit", "bars",
     "this_year", "", ""),
)  # fmt: skip
"""Owner, name, measure, breakdown, chart, period, unit, how often it is mailed."""


def bring(rows: Rows) -> int:
    """The reports, each shared with the other of the two; how many."""
    for owner, name, measure, breakdown, picture, span, unit, schedule in REPORTS:
        by = rows.people[owner]
        place: Unit | None = rows.units[unit] if unit else None
        made = keeping.put(
            None,
            by=by,
            name=name,
            measure=measure,
            breakdown=breakdown,
            picture=picture,
            span=span,
            unit=place,
            schedule=schedule,
        )
        other = rows.people[COORDINATOR if owner == PHYSICIAN else PHYSICIAN]
        keeping.share(made, by=by, person=other)
    return len(REPORTS)
