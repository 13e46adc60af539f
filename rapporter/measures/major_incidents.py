"""Major incidents that were declared."""

from __future__ import annotations

from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.querysets import MajorIncidentQuerySet
from patientsakerhet.major_incidents.workflow import WITHDRAWN
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.measures.recorded import step_recorded
from rapporter.registry import Asked, Direction, Disclosure, Measure
from rapporter.registry import register as known

SEVERITIES = dict(MajorIncident.Severity.choices)
COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Stor incident", "case__title"),
    Column("Utlystes", "declared_at"),
    Column("Driften återställd", "ended_at"),
    Column("Allvarlighet", "severity", SEVERITIES.get),
)


def major_incidents(asked: Asked) -> Any:
    """Incidents that were declared in the period and not withdrawn, of what was known then."""
    rows = asked.seen(MajorIncident.objects.declared_between(asked.first, asked.last))
    rows = rows.filter(
        step_recorded("pk", asked.as_of, step="file"),
        ~step_recorded("pk", asked.as_of, to_status=WITHDRAWN),
    )
    return asked.within(rows, "case__owning_unit").order_by("-declared_at", "-pk")


def _address(row: Any) -> str:
    address: str = row.case.get_absolute_url()
    return address


def register() -> None:
    """Make the measure known."""
    known(
        Measure(
            key="major_incidents",
            version=1,
            figure="F07",
            section="Incident- och problemhantering",
            name="Stora incidenter",
            definition=(
                "Stora incidenter som utlystes under perioden och inte har återkallats. Enheten är den "
                "som äger ärendet."
            ),
            date_field="dagen då den utlystes",
            direction=Direction.DOWN,
            disclosure=Disclosure.TOTAL,
            needs=(Can.READ,),
            rows=major_incidents,
            columns=COLUMNS,
            related=("case",),
            address=_address,
            breakdowns=(
                Breakdown("severity", "allvarlighet", "severity", words=SEVERITIES),
                Breakdown(UNIT, "enhet", "case__owning_unit"),
            ),
            rests_on=(MajorIncidentQuerySet.declared_between, step_recorded),
        )
    )
