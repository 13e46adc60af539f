"""What a section lists row by row, as a draft takes it with it: days, names of systems, how long and how many.

Nothing that somebody wrote as free text: the list is read by anybody.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from patientsakerhet.ui import swedish
from rapporter import registry
from rapporter.annual_report import taking
from rapporter.annual_report.models import AnnualReport
from rapporter.registry import Asked


def incidents(report: AnnualReport) -> list[list[str]]:
    """The major incidents that the figure counts, by day: systems, how long, how many units."""
    asked = Asked(
        first=date(report.year, 1, 1),
        last=taking.last_day(report.year),
        as_of=min(report.cutoff_at, timezone.now()),
        unit=report.unit,
    )
    rows = registry.of("major_incidents").rows_for(asked).prefetch_related("systems", "units")
    return [
        [
            swedish.day(row.declared_at),
            ", ".join(sorted(one.name for one in row.systems.all())) or swedish.DASH,
            swedish.lasted(row.ended_at - row.started_at) if row.ended_at else "pågår",
            swedish.number(len(row.units.all())),
        ]
        for row in rows.order_by("declared_at", "pk")
    ]
