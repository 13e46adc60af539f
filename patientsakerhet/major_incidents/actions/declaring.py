"""How a major incident comes to be, whom it concerns, and who leads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.access import holders, policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import desks
from patientsakerhet.cases.actions import filing
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.major_incidents.actions import core
from patientsakerhet.major_incidents.models import MajorIncident
from patientsakerhet.major_incidents.workflow import DECLARED, KIND
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit, stand_in
from patientsakerhet.register.models import ITSystem

LEADS, AFFECTED = "incident_lead", "incident_declared"
"""The messages to whoever leads an incident, and to the managers of the units it concerns."""


@dataclass(frozen=True)
class Declaration:
    """What has failed, since when, for whom, and who leads the work."""

    title: str
    unit: Unit
    what_happened: str
    started_at: datetime
    noticed_at: datetime
    declared_at: datetime
    leader: Person | None = None
    systems: Collection[ITSystem] = ()
    units: Collection[Unit] = ()


def declare(new: Declaration, *, by: Person, submission: UUID) -> Case:
    """The incident's case, owned by the unit that answers for the work; its leader and the affected
    units' managers are told.

    The first one's when this submission has been made before. Refuses whoever may not lead
    incidents at the unit, and moments in the wrong order or ahead.
    """
    policy.check_anywhere(by, Can.LEAD_INCIDENT)
    earlier = _already(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _open(new, by=by, submission=submission)
    except IntegrityError:
        # Two sendings at once, or something that must be seen.
        earlier = _already(submission)
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def concern(
    case: Case,
    *,
    by: Person,
    systems: Collection[ITSystem],
    units: Collection[Unit],
    version: int | None = None,
) -> MajorIncident:
    """The incident concerns these systems and units and no others; units read it while they are among them."""
    incident = core.begin(case, by=by, version=version)
    before = set(incident.units.all())
    incident.systems.set(systems)
    incident.units.set(units)
    keeps = {incident.case.filing_unit_id, incident.case.owning_unit_id}
    for unit in sorted(before - set(units), key=lambda one: one.pk):
        if unit.pk not in keeps:
            policy.withdraw(incident.case, Level.READER, unit=unit)
    _reach(incident, set(units) - before, by=by)
    body = {"systems": [one.name for one in systems], "units": [one.code for one in units]}
    core.finish(incident, "incident.concerns", by=by, body=body)
    return incident


@transaction.atomic
def hand_over(
    case: Case, *, leader: Person, by: Person, version: int | None = None
) -> MajorIncident:
    """The person leads the incident from now on and is told; refuses somebody who may lead none."""
    incident = core.begin(case, by=by, version=version)
    if incident.case.handler == leader:
        raise NotReady(f"{leader} leder redan incidenten.")
    former = incident.case.handler
    _lead(incident.case, leader, by=by)
    body = {"leader": [former.name if former else "", leader.name]}
    core.finish(incident, "incident.leader", by=by, body=body, fields=("handler",))
    return incident


def check_moments(
    started_at: datetime, noticed_at: datetime, declared_at: datetime, ended_at: datetime | None
) -> None:
    """Refuses moments that lie ahead, or that do not follow on one another."""
    now = timezone.now()
    wrong = []
    if max(started_at, noticed_at, declared_at, ended_at or started_at) > now:
        wrong.append("Ingen av tiderna kan ligga framåt.")
    if noticed_at < started_at:
        wrong.append("Incidenten kan inte ha upptäckts innan den började.")
    if declared_at < noticed_at:
        wrong.append("Incidenten kan inte ha utlysts innan den upptäcktes.")
    if ended_at is not None and ended_at < started_at:
        wrong.append("Driften kan inte ha återställts innan incidenten började.")
    if wrong:
        raise NotReady(wrong)


def _already(submission: UUID) -> Case | None:
    row = Submission.objects.filter(pk=submission).select_related("case__owning_unit").first()
    return row.case if row else None


def _open(new: Declaration, *, by: Person, submission: UUID) -> Case:
    if not new.title.strip() or not new.what_happened.strip():
        raise NotReady("Skriv en rubrik och vad som har hänt.")
    check_moments(new.started_at, new.noticed_at, new.declared_at, None)
    case = filing.open_case(
        KIND,
        title=new.title.strip()[:200],
        unit=new.unit,
        owner=new.unit,
        reporter=None,
        submission=submission,
        by=by,
        searchable="",
    )
    incident = MajorIncident.objects.create(
        case=case,
        declared_at=new.declared_at,
        declared_by=by,
        started_at=new.started_at,
        noticed_at=new.noticed_at,
        **core.masked(case, {"what_happened": new.what_happened}),
    )
    policy.check(by, Can.LEAD_INCIDENT, case)
    incident.systems.set(new.systems)
    incident.units.set(new.units)
    _lead(case, new.leader or by, by=by)
    _reach(incident, set(new.units), by=by)
    body = {"title": case.title}
    core.finish(incident, "incident.declared", by=by, body=body, fields=("handler",))
    return case


def _lead(case: Case, leader: Person, *, by: Person) -> None:
    """The person handles the case and reaches it; the caller saves it."""
    if not policy.may(leader, Can.LEAD_INCIDENT):
        raise NotReady(f"{leader} har ingen roll som kan leda stora incidenter.")
    if case.handler is not None:
        policy.withdraw(case, Level.HANDLER, person=case.handler)
    case.handler = leader
    policy.reach(case, Level.HANDLER, person=leader)
    if leader != by:
        outbox.promise(
            LEADS,
            key=f"{LEADS}:{case.pk}:{case.version}",
            person=leader,
            case_id=case.pk,
            number=case.number,
        )


def _reach(incident: MajorIncident, units: Iterable[Unit], *, by: Person) -> None:
    """The units read the incident, and while it goes on their nearest managers are told, each once."""
    case = incident.case
    desk = desks.for_unit(case.filing_unit)
    told = {by, case.handler}
    for unit in sorted(units, key=lambda one: one.pk):
        if unit.pk not in {case.owning_unit_id, desk.pk}:
            policy.reach(case, Level.READER, unit=unit)
        if case.status != DECLARED:
            continue
        for manager in holders.nearest(Can.GET_ESCALATIONS, unit):
            person = stand_in(manager, on=timezone.localdate())
            if person not in told:
                told.add(person)
                outbox.promise(
                    AFFECTED,
                    key=f"{AFFECTED}:{case.pk}:{person.pk}",
                    person=person,
                    case_id=case.pk,
                    number=case.number,
                )
