"""Major incidents out as files, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import asking, refuse_unreadable
from patientsakerhet.cases.models import Case
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.major_incidents.filters import IncidentFilter
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import WORKFLOW
from patientsakerhet.organisation.models import Person

COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Rubrik", "case__title"),
    Column("Läge", "case__status", WORKFLOW.labels.get),
    Column("Utlystes", "declared_at"),
    Column("Började", "started_at"),
    Column("Upptäcktes", "noticed_at"),
    Column("Driften återställd", "ended_at"),
    Column("Berörda IT-system", "system_names"),
    Column("Berörda enheter", "unit_names"),
    Column("Nummer i andra system", "ticket_numbers"),
    Column("Allvarlighet", "severity", dict(MajorIncident.Severity.choices).get),
    Column("Konsekvens för vården", "consequence"),
    Column("Orsak", "cause"),
    Column("Lärdomar", "lessons"),
    Column("Samlade avvikelser", "gathered_count"),
    Column("Enhet", "case__owning_unit__name"),
    Column("Leder arbetet", "case__handler__name"),
    Column("Avslutades", "case__closed_at"),
)


def incidents(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The incidents of a filter that somebody may take out; all when nobody is named."""
    rows = MajorIncident.objects.all()
    if by is not None:
        rows = rows.filter(case__in=Case.objects.where_may(by, Can.EXPORT))
    narrowed = IncidentFilter(given, queryset=rows, request=asking(by))
    refuse_unreadable(narrowed)
    return Extract(
        name="stora-incidenter",
        title="Stora incidenter",
        rows=narrowed.qs.with_names(),
        columns=COLUMNS,
        selection=narrowed.described(),
        case_id="case_id",
        right=Can.EXPORT,
    )


INCIDENTS = Export("major_incidents", "Stora incidenter", Can.EXPORT, incidents)
