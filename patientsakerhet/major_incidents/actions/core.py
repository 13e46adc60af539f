"""How every change of an incident begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core, filing
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import HANDLED, WORKFLOW
from patientsakerhet.organisation.models import Person


def begin(
    case: Case, *, by: Person, version: int | None = None, states: Collection[str] = HANDLED
) -> MajorIncident:
    """The incident with its case locked, for whoever leads it; refuses in another state than these."""
    locked = core.begin(case, by=by, needs=Can.LEAD_INCIDENT, version=version)
    if locked.status not in states:
        raise NotReady(
            f"Det går inte att ändra när incidenten är i läget {WORKFLOW.label(locked.status)}."
        )
    found = MajorIncident.objects.get(pk=locked.pk)
    found.case = locked
    return found


def finish(
    incident: MajorIncident,
    action: str,
    *,
    by: Person,
    body: Mapping[str, Any] | None = None,
    fields: tuple[str, ...] = (),
) -> None:
    """The case is one version on with these fields of its own, the trail tells what was done, and
    the words are found anew."""
    core.save(incident.case, *fields)
    filing.index(incident.case, searchable(incident))
    trail.record(
        action,
        by=by,
        case_id=incident.pk,
        number=incident.case.number,
        unit_id=incident.case.owning_unit_id,
        right=Can.LEAD_INCIDENT,
        body=body,
    )


def masked(case: Case, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts as others may read them; an original in which a personal number stood lies sealed."""
    told = {}
    for name, text in texts.items():
        found = sealing.mask(text.strip())
        if found.found:
            sealing.seal(case, f"incident:{name}", text)
        told[name] = found.text
    return told


def put(incident: MajorIncident, values: Mapping[str, Any]) -> None:
    """These fields have these values, saved."""
    for name, value in values.items():
        setattr(incident, name, value)
    incident.save(update_fields=list(values))


def searchable(incident: MajorIncident) -> str:
    """Everything somebody may remember of it."""
    systems = [one.name for one in incident.systems.all()]
    units = [one.name for one in incident.units.all()]
    tickets = incident.case.tickets.values_list("number", flat=True)
    told = (
        incident.what_happened,
        incident.workaround,
        incident.consequence,
        incident.cause,
        incident.lessons,
    )
    return "\n".join((*told, *systems, *units, *tickets))
