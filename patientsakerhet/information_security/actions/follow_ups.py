"""Follow-ups of the information-security work: planned, and recorded when they are done."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.information_security.actions import alarms
from patientsakerhet.information_security.models import Programme, SecurityFollowUp
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem


@transaction.atomic
def plan(
    *,
    by: Person,
    title: str,
    unit: Unit,
    responsible: Person,
    planned_on: date,
    system: ITSystem | None = None,
    programme: Programme | None = None,
) -> SecurityFollowUp:
    """The follow-up is planned; whoever is responsible is reminded when its day comes."""
    if not policy.may_at(by, Can.LEAD_CLASSIFICATION, unit):
        trail.denied("follow_up.plan", by=by, body={"unit": unit.pk})
        raise NotAllowed(f"Du leder inte informationssäkerhetsarbetet hos {unit}.")
    if planned_on < timezone.localdate():
        raise NotReady("Dagen har redan varit. Välj en senare dag.")
    row = SecurityFollowUp.objects.create(
        title=title,
        unit=unit,
        responsible=responsible,
        planned_on=planned_on,
        planned_by=by,
        system=system,
        programme=programme,
        **alarms.alarms_for(planned_on),
    )
    _record(row, "follow_up.planned", by=by, body={"planned_on": planned_on})
    return row


@transaction.atomic
def record(
    row: SecurityFollowUp, *, by: Person, done_on: date, result: str, version: int | None = None
) -> SecurityFollowUp:
    """The follow-up was done that day and showed this; what is recorded stays."""
    locked = (
        SecurityFollowUp.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=row.pk)
    )
    leads = policy.may_at(by, Can.LEAD_CLASSIFICATION, locked.unit)
    if not leads and locked.responsible_id != by.pk:
        trail.denied("follow_up.record", by=by, body={"follow_up": locked.pk})
        raise NotAllowed("Du är inte ansvarig för uppföljningen.")
    if version is not None and version != locked.version:
        raise Stale
    if locked.done_on is not None:
        raise NotReady("Uppföljningen är redan genomförd.")
    if done_on > timezone.localdate():
        raise NotReady("Dagen har inte varit än.")
    if not result.strip():
        raise NotReady("Skriv vad uppföljningen visade.")
    locked.done_on, locked.done_by, locked.result = done_on, by, result.strip()
    locked.next_alarm_at = None
    locked.version += 1
    locked.save(update_fields=["done_on", "done_by", "result", "next_alarm_at", "version"])
    _record(locked, "follow_up.recorded", by=by, body={"done_on": done_on})
    return locked


def _record(row: SecurityFollowUp, action: str, *, by: Person, body: dict[str, object]) -> None:
    trail.record(
        action,
        by=by,
        unit_id=row.unit_id,
        right=Can.LEAD_CLASSIFICATION,
        object_type="security_follow_up",
        object_id=row.pk,
        body={"title": row.title, **body},
    )
