"""What an incident shows and tells to its reports to authorities: its page's frame, and its own facts."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from patientsakerhet.authority_reports import around
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.views.head import crumbs, head_of
from patientsakerhet.major_incidents.views.opening import open_incident
from patientsakerhet.major_incidents.workflow import KIND
from patientsakerhet.ui import swedish

PART = "case_reports"


def register() -> None:
    """Make major incidents cases that can be reported."""
    around.register(KIND, around.Around(open_framed, facts, occurred_at, noticed_at))


def open_framed(request: HttpRequest, number: str) -> around.Framed:
    """The incident in its own frame, for whoever may read it."""
    opened = open_incident(request, number)
    return around.Framed(
        case=opened.case,
        by=opened.by,
        may=opened.may,
        template="major_incidents/frame.html",
        context={"opened": opened, "head": head_of(opened, PART), "crumbs": crumbs()},
    )


def occurred_at(case: Case) -> datetime | None:
    """When it began."""
    incident: MajorIncident = case.major_incident
    return incident.started_at


def noticed_at(case: Case) -> datetime | None:
    """When it was noticed, from which some authorities count."""
    incident: MajorIncident = case.major_incident
    return incident.noticed_at


def facts(case: Case) -> dict[str, str]:
    """What the incident says of what happened, for whom, and why."""
    incident = whole_or_404(MajorIncident.objects.whole(), pk=case.pk)
    ended = f"–{swedish.moment(incident.ended_at)}" if incident.ended_at else ""
    return {
        "occurred": f"{swedish.moment(incident.started_at)}{ended}",
        "discovered": swedish.moment(incident.noticed_at),
        "what_happened": incident.what_happened,
        "consequence": "\n".join(
            one
            for one in (incident.get_severity_display().capitalize(), incident.consequence)
            if one
        ),
        "workaround": incident.workaround,
        "system": ", ".join(one.name for one in incident.systems.all()),
        "affected": ", ".join(one.name for one in incident.units.all()),
        "causes": incident.cause,
    }
