"""Major incidents of the invented region, with the deviations that were written about them gathered."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases import desks
from patientsakerhet.cases import history as spine
from patientsakerhet.cases.history import PastCase, PastStep
from patientsakerhet.cases.models import Case, ExternalTicket, Measure, MeasureCase
from patientsakerhet.demonstration.details import TICKETS
from patientsakerhet.demonstration.settling import Rows
from patientsakerhet.lib import calendar
from patientsakerhet.major_incidents.models import GatheredCase, MajorIncident

DATA = Path(__file__).parent / "data" / "major_incidents.toml"
CLOSER = "annika.wester"
NOTICED, DECLARED = timedelta(minutes=8), timedelta(minutes=25)
"""How long after the beginning somebody noticed, and said that it was a major incident."""
LEARNT = timedelta(days=18)
LATE = timedelta(hours=6)
"""So long after the end people still write about what happened during it."""


@dataclass(frozen=True)
class Told:
    """An incident as it is told, with its moments."""

    facts: dict[str, Any]
    started: datetime
    ended: datetime | None

    @property
    def status(self) -> str:
        """The state it stands in now."""
        return str(self.facts.get("status", "closed" if self.ended else "declared"))


def bring(rows: Rows, *, now: datetime) -> int:
    """The incidents, in the transaction that brings the region; how many."""
    told = [_told(facts, now) for facts in tomllib.loads(DATA.read_text())["incidents"]]
    past = [_past(one, rows) for one in told]
    for one, case in zip(told, spine.write(past, by=None, right="demonstration"), strict=True):
        _settle(one, case, rows)
    return len(told)


def _told(facts: dict[str, Any], now: datetime) -> Told:
    day = calendar.local_day(now) - timedelta(days=facts["age"])
    day = calendar.next_working_day(day) if facts["age"] else day
    clock: time = facts["at"]
    started = min(calendar.moment(day, clock), now - timedelta(hours=1))
    hours = facts.get("hours")
    return Told(facts, started, started + timedelta(hours=hours) if hours else None)


def _past(one: Told, rows: Rows) -> PastCase:
    facts, unit, leader = one.facts, rows.units[one.facts["unit"]], rows.people[one.facts["leader"]]
    closer = rows.people[CLOSER]
    declared = one.started + DECLARED
    ended = max(one.ended or declared, declared + timedelta(minutes=1))
    way = {
        "declared": (),
        "restored": (("restore", "restored", ended, leader),),
        "closed": (
            ("restore", "restored", ended, leader),
            ("close", "closed", ended + LEARNT, closer),
        ),
        "withdrawn": (("withdraw", "withdrawn", ended, closer),),
    }[one.status]
    return PastCase(
        kind="major_incident",
        title=facts["title"],
        filing_unit=unit,
        steps=[
            PastStep(
                step=step,
                to_status=status,
                at=at,
                unit=unit,
                handler=leader,
                by=by,
                reason=facts.get("reason", ""),
            )
            for step, status, at, by in (("file", "declared", declared, leader), *way)
        ],
        searchable="\n".join((facts["what"], facts["consequence"], facts["cause"])),
        reporter=None,
    )


def _settle(one: Told, case: Case, rows: Rows) -> None:
    """What stands in the incident, as far as it has come."""
    facts, leader = one.facts, rows.people[one.facts["leader"]]
    incident = MajorIncident.objects.create(
        case=case,
        declared_at=one.started + DECLARED,
        declared_by=leader,
        started_at=one.started,
        noticed_at=one.started + NOTICED,
        ended_at=one.ended,
        what_happened=facts["what"],
        workaround=facts["workaround"],
        severity=facts["severity"],
        consequence=facts["consequence"],
        cause=facts["cause"],
        lessons=facts["lessons"],
    )
    system = rows.systems[facts["system"]]
    incident.systems.set([system])
    units = [rows.units[code] for code in facts["units"]]
    incident.units.set(units)
    near = {case.owning_unit_id, desks.for_unit(case.filing_unit).pk}
    for unit in units:
        if unit.pk not in near:
            policy.reach(case, Level.READER, unit=unit)
    for kind, number in facts.get("tickets", ()):
        ExternalTicket.objects.create(
            case=case, kind=kind, system=TICKETS, number=number, by=leader
        )
    _gather(incident, one, system.pk)
    if "measure" in facts:
        _measure(case, facts["measure"], rows, one.ended or one.started)


def _gather(incident: MajorIncident, one: Told, system: int) -> None:
    """The deviations about the system from its time."""
    until = (one.ended or one.started + timedelta(hours=1)) + LATE
    found = Case.objects.filter(
        kind="deviation",
        parent=None,
        deviation__system=system,
        deviation__occurred_at__range=(
            calendar.start_of_day(calendar.local_day(one.started)),
            until,
        ),
    )
    leader = incident.declared_by
    GatheredCase.objects.bulk_create(
        GatheredCase(incident=incident, case=case, by=leader) for case in found.order_by("pk")
    )


def _measure(case: Case, told: dict[str, Any], rows: Rows, since: datetime) -> None:
    """A measure, done with its effect seen unless it is still open."""
    leader, owner = case.handler, rows.people[told["owner"]]
    decided, is_open = since + timedelta(days=7), told.get("open", False)
    done = decided + timedelta(days=9)
    due = calendar.local_day(since) + timedelta(days=90)
    measure = Measure.objects.create(
        title=told["title"],
        strength=told["strength"],
        owner=owner,
        owner_told_at=decided,
        unit=case.owning_unit,
        due_on=due,
        effect_sign="Inget nytt avbrott av samma orsak på ett halvår.",
        effect_due_on=due + timedelta(days=90),
        status=Measure.Status.STARTED if is_open else Measure.Status.DONE,
        decided_at=decided,
        decided_by=leader,
        done_at=None if is_open else done,
        effect="" if is_open else "yes",
        effect_result="" if is_open else "Inget nytt avbrott.",
        effect_at=None if is_open else done + timedelta(days=30),
        effect_by=None if is_open else leader,
    )
    MeasureCase.objects.create(measure=measure, case=case)
    policy.reach(case, Level.MEASURES, person=owner)
