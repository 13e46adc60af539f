"""Gathering deviations under an incident, and letting them go again."""

from __future__ import annotations

from django.db import transaction

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.major_incidents import gathering
from patientsakerhet.major_incidents.actions import core
from patientsakerhet.major_incidents.models import GatheredCase, MajorIncident
from patientsakerhet.organisation.models import Person


@transaction.atomic
def gather(case: Case, other: Case, *, by: Person, version: int | None = None) -> MajorIncident:
    """The deviation lies under the incident, and its own trail tells so.

    Refuses a case she may not read, one that tells of no event, and one gathered already.
    """
    incident = core.begin(case, by=by, version=version)
    if not Case.objects.visible_to(by).filter(pk=other.pk).exists():
        raise NotReady("Avvikelsen finns inte.")
    if not gathering.can_be_gathered(other):
        raise NotReady(f"{other.number} är ingen avvikelse och kan inte samlas under en incident.")
    _, is_new = GatheredCase.objects.get_or_create(
        incident=incident, case=other, defaults={"by": by}
    )
    if not is_new:
        raise NotReady(f"{other.number} är redan samlad under incidenten.")
    core.finish(incident, "incident.gathered", by=by, body={"other": other.number})
    _tell(other, "case.gathered", incident, by=by)
    return incident


@transaction.atomic
def release(case: Case, other: Case, *, by: Person, version: int | None = None) -> MajorIncident:
    """The deviation no longer lies under the incident; both trails keep that it did.

    Refuses one she may not read, and one that does not lie there.
    """
    incident = core.begin(case, by=by, version=version)
    rows = incident.gathered.filter(case=other, case__in=Case.objects.visible_to(by))
    row = rows.first()
    if row is None:
        raise NotReady("Avvikelsen är inte samlad under incidenten.")
    row.delete()
    core.finish(incident, "incident.released", by=by, body={"other": other.number})
    _tell(other, "case.released_from_incident", incident, by=by)
    return incident


def _tell(other: Case, action: str, incident: MajorIncident, *, by: Person) -> None:
    trail.record(
        action,
        by=by,
        case_id=other.pk,
        number=other.number,
        unit_id=other.owning_unit_id,
        right=Can.LEAD_INCIDENT,
        body={"other": incident.case.number},
    )
