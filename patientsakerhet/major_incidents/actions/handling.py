"""Working with an incident: what happened and when, what was learnt, its tickets, its steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.actions import filing, links, measures, steps
from patientsakerhet.cases.models import Case, ExternalTicket, Measure
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.major_incidents.actions import core
from patientsakerhet.major_incidents.actions.declaring import check_moments
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import RESTORED
from patientsakerhet.organisation.models import Person


@transaction.atomic
def describe(
    case: Case,
    *,
    by: Person,
    title: str,
    started_at: datetime,
    noticed_at: datetime,
    declared_at: datetime,
    what_happened: str,
    ended_at: datetime | None = None,
    workaround: str = "",
    severity: str = "",
    consequence: str = "",
    version: int | None = None,
) -> MajorIncident:
    """The incident is described so from now on.

    Refuses moments in the wrong order or ahead, and to take the end away from one that has ended.
    """
    incident = core.begin(case, by=by, version=version)
    if not title.strip() or not what_happened.strip():
        raise NotReady("Skriv en rubrik och vad som har hänt.")
    check_moments(started_at, noticed_at, declared_at, ended_at)
    if incident.case.status == RESTORED and ended_at is None:
        raise NotReady("Driften är återställd. Ta steget ”Pågår igen” om den inte är det.")
    written = {
        "what_happened": what_happened,
        "workaround": workaround,
        "consequence": consequence,
    }
    times = {
        "started_at": started_at,
        "noticed_at": noticed_at,
        "declared_at": declared_at,
        "ended_at": ended_at,
    }
    changed = [name for name, value in times.items() if getattr(incident, name) != value]
    core.put(incident, {**core.masked(incident.case, written), **times, "severity": severity})
    incident.case.title = title.strip()[:200]
    core.finish(incident, "incident.described", by=by, body={"times": changed}, fields=("title",))
    return incident


@transaction.atomic
def learn(
    case: Case, *, by: Person, cause: str, lessons: str, version: int | None = None
) -> MajorIncident:
    """Why it happened and what was learnt, in words."""
    incident = core.begin(case, by=by, version=version)
    core.put(incident, core.masked(incident.case, {"cause": cause, "lessons": lessons}))
    core.finish(incident, "incident.learnt", by=by)
    return incident


@transaction.atomic
def add_ticket(
    case: Case,
    *,
    by: Person,
    kind: str,
    system: str,
    number: str,
    url: str = "",
    version: int | None = None,
) -> ExternalTicket:
    """The incident has this number in the service-management system."""
    incident = core.begin(case, by=by, version=version)
    made = links.add_ticket(incident.case, by=by, kind=kind, system=system, number=number, url=url)
    _renumbered(incident)
    return made


@transaction.atomic
def remove_ticket(
    case: Case, ticket: ExternalTicket, *, by: Person, version: int | None = None
) -> MajorIncident:
    """The number was wrong; the trail keeps that it was there."""
    incident = core.begin(case, by=by, version=version)
    links.remove_ticket(ticket, by=by)
    _renumbered(incident)
    return incident


@transaction.atomic
def decide_measure(case: Case, *, by: Person, version: int | None = None, **given: Any) -> Measure:
    """The measure is decided because of the incident, as `measures.decide` takes it."""
    incident = core.begin(case, by=by, version=version)
    made = measures.decide(incident.case, by=by, **given)
    core.finish(incident, "incident.measure", by=by, body={"title": made.title})
    return made


@transaction.atomic
def take_step(
    case: Case, name: str, *, by: Person, reason: str = "", version: int | None = None
) -> Case:
    """The incident has moved along this arrow; one that goes on again has no end."""
    moved = steps.take_step(case, name, by=by, reason=reason, version=version)
    if name == "recur":
        core.put(MajorIncident.objects.get(pk=moved.pk), {"ended_at": None})
    return moved


def _renumbered(incident: MajorIncident) -> None:
    """The case is one version on and found by the numbers it has now; the spine has told the trail."""
    spine.save(incident.case)
    filing.index(incident.case, core.searchable(incident))
