"""Writing cases with their true past in bulk: imports from older systems, and demonstrations.

The same guards hold as for a case filed today: number, reach, deadlines, receipt, trail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.audit import trail
from patientsakerhet.cases import desks, kinds, numbers
from patientsakerhet.cases.actions import core, deadlines
from patientsakerhet.cases.actions.filing import FILED, From
from patientsakerhet.cases.models import Case, Deadline, DeadlineRule, Reporter, Transition
from patientsakerhet.cases.querysets import SEARCH_CONFIG
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit


@dataclass(frozen=True)
class PastStep:
    """One step that a case took earlier: into which state, with which unit, and when."""

    step: str
    to_status: str
    at: datetime
    unit: Unit
    handler: Person | None = None
    by: Person | None = None
    reason: str = ""


@dataclass(frozen=True)
class PastCase:
    """A case with its whole past; `steps` begins with the filing and is in order of time."""

    kind: str
    title: str
    filing_unit: Unit
    steps: Sequence[PastStep]
    searchable: str
    reporter: From | None = field(default_factory=From)
    """None for a kind that nobody reports."""
    severity: int | None = None
    risk_score: int | None = None
    secrecy: int = Case.Secrecy.NORMAL
    source_system: str = ""
    source_key: str = ""


@transaction.atomic
def write(past: Sequence[PastCase], *, by: Person | None, right: str) -> list[Case]:
    """The cases, in the order given, with everything that belongs to each.

    Steps of a case with a `source_system` are kept as they were there, legal here or not, and
    marked as imported. Nobody is mailed about what happened before.
    """
    firsts = _take_numbers(past)
    desk_of = {unit: desks.for_unit(unit) for unit in {one.filing_unit for one in past}}
    cases = []
    for one, (year, serial) in zip(past, firsts, strict=True):
        kind = kinds.of(one.kind)
        last = one.steps[-1]
        is_final = last.to_status in kind.workflow.final
        coordinated = next((s.at for s in one.steps if s.step == "coordinate"), None)
        desk = desk_of[one.filing_unit]
        own = desks.is_own(one.filing_unit, desk)
        cases.append(
            Case(
                kind=one.kind,
                number=numbers.written(kind.prefix, year, serial),
                year=year,
                serial=serial,
                title=one.title,
                status=last.to_status,
                status_since=last.at,
                owning_unit=last.unit,
                filing_unit=one.filing_unit,
                handler=last.handler,
                origin=Case.Origin.OWN if own else Case.Origin.INCOMING,
                secrecy=one.secrecy,
                severity=one.severity,
                risk_score=one.risk_score,
                filed_at=one.steps[0].at,
                first_coordinated_at=coordinated,
                closed_at=last.at if is_final else None,
                closed_by=last.by if is_final else None,
                is_final=is_final,
                source_system=one.source_system,
                source_key=one.source_key,
            )
        )
    pairs = list(zip(past, cases, strict=True))
    running = _deadlines(pairs)
    Case.objects.bulk_create(cases, batch_size=500)
    Reporter.objects.bulk_create(
        [
            Reporter(
                case=case,
                person=one.reporter.person,
                mode=one.reporter.mode,
                name=one.reporter.name,
                title=one.reporter.title,
                email=one.reporter.email,
                code_lookup=one.reporter.code_lookup,
            )
            for one, case in pairs
            if one.reporter is not None
        ],
        batch_size=1000,
    )
    Transition.objects.bulk_create(
        [row for one, case in pairs for row in _transitions(case, one.steps)], batch_size=1000
    )
    CaseAccess.objects.bulk_create(
        [row for one, case in pairs for row in _access(case, one, desk_of[one.filing_unit])],
        batch_size=1000,
    )
    Deadline.objects.bulk_create(running, batch_size=1000)
    _index(pairs)
    outbox.record_given(
        "receipt",
        [
            (f"receipt:{case.pk}", case.pk, case.number, case.filed_at)
            for one, case in pairs
            if one.reporter is not None
        ],
    )
    for one, case in pairs:
        trail.record(
            "case.imported" if one.source_system else "case.filed",
            by=by or (one.reporter.person if one.reporter else None),
            case_id=case.pk,
            number=case.number,
            unit_id=one.filing_unit.pk,
            right=right,
            body={"status": case.status, "steps": len(one.steps), "source": one.source_system},
        )
    return cases


@transaction.atomic
def extend(case: Case, steps: Sequence[PastStep], *, by: Person | None, right: str) -> Case:
    """An imported case has also taken these later steps in the system it came from."""
    locked = core.lock(case)
    last_at = locked.transitions.latest("occurred_at", "pk").occurred_at
    later = [step for step in steps if step.at >= last_at]
    if not later:
        return locked
    Transition.objects.bulk_create(
        _transitions(locked, later, came_from=(locked.status, locked.owning_unit))
    )
    for step in later[:-1]:
        # The database lets a case go only from one state of its history to the next.
        if step.to_status != locked.status:
            locked.status = step.to_status
            core.save(locked, "status")
    last = later[-1]
    flow = kinds.of(locked.kind).workflow
    locked.status, locked.status_since = last.to_status, last.at
    locked.owning_unit, locked.handler = last.unit, last.handler
    locked.is_final = last.to_status in flow.final
    locked.closed_at = last.at if locked.is_final else None
    locked.closed_by = last.by if locked.is_final else None
    if locked.first_coordinated_at is None:
        locked.first_coordinated_at = next((s.at for s in later if s.step == "coordinate"), None)
    deadlines.restart(locked, at=last.at)
    core.save(
        locked,
        "status",
        "status_since",
        "owning_unit",
        "handler",
        "is_final",
        "closed_at",
        "closed_by",
        "due_at",
        "first_coordinated_at",
    )
    for step in later:
        CaseAccess.objects.get_or_create(case=locked, unit=step.unit, level=Level.READER)
    CaseAccess.objects.filter(case=locked, level=Level.OWNER).delete()
    CaseAccess.objects.get_or_create(case=locked, unit=last.unit, level=Level.OWNER)
    trail.record(
        "case.import_extended",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=right,
        body={"steps": len(later), "status": locked.status},
    )
    return locked


def _take_numbers(past: Sequence[PastCase]) -> list[tuple[int, int]]:
    """Year and serial for each, gap-free per kind and year, in the order given."""
    wanted: dict[tuple[str, int], int] = defaultdict(int)
    years = [timezone.localdate(one.steps[0].at).year for one in past]
    for one, year in zip(past, years, strict=True):
        wanted[one.kind, year] += 1
    following = {
        (kind, year): numbers.take(kind, year, count)
        for (kind, year), count in sorted(wanted.items())
    }
    taken = []
    for one, year in zip(past, years, strict=True):
        taken.append((year, following[one.kind, year]))
        following[one.kind, year] += 1
    return taken


def _transitions(
    case: Case, steps: Sequence[PastStep], came_from: tuple[str, Unit] | None = None
) -> list[Transition]:
    """The steps as rows; those of another system became known here now, others as they were taken."""
    status, unit = came_from if came_from else ("", None)
    source = Transition.Source.IMPORT if case.source_system else Transition.Source.ACTION
    now, rows = timezone.now(), []
    for step in steps:
        rows.append(
            Transition(
                case=case,
                step=step.step or FILED,
                from_status=status,
                to_status=step.to_status,
                from_unit=unit,
                to_unit=step.unit,
                handler=step.handler,
                occurred_at=step.at,
                recorded_at=now if case.source_system else step.at,
                by=step.by,
                reason=step.reason,
                source=source,
            )
        )
        status, unit = step.to_status, step.unit
    return rows


def _access(case: Case, one: PastCase, desk: Unit) -> list[CaseAccess]:
    owner = one.steps[-1].unit
    units = {step.unit for step in one.steps} | {one.filing_unit}
    rows = [CaseAccess(case=case, unit=desk, level=Level.COORDINATION)]
    if owner != desk:
        rows.append(CaseAccess(case=case, unit=owner, level=Level.OWNER))
    rows += [
        CaseAccess(case=case, unit=unit, level=Level.READER)
        for unit in sorted(units - {owner, desk}, key=lambda u: u.pk)
    ]
    if case.handler is not None:
        rows.append(CaseAccess(case=case, person=case.handler, level=Level.HANDLER))
    return rows


def _deadlines(pairs: Sequence[tuple[PastCase, Case]]) -> list[Deadline]:
    """One deadline per state the case has been in; `case.due_at` follows the one that runs.

    Alarms that are past are not sent again.
    """
    now = timezone.now()
    rules: dict[tuple[str, str], DeadlineRule | None] = {}
    rows = []
    for one, case in pairs:
        ends = [step.at for step in one.steps[1:]] + [case.closed_at]
        for step, end in zip(one.steps, ends, strict=True):
            key = (one.kind, step.to_status)
            if key not in rules:
                rules[key] = deadlines.rule_for(*key)
            rule = rules[key]
            if rule is None:
                continue
            due_at = deadlines.later(step.at, rule.amount, rule.measured)
            escalate_at = deadlines.later(due_at, rule.escalate_after, rule.measured)
            following: datetime | None = due_at
            alarm = Deadline.Alarm.NONE
            if due_at <= now:
                alarm, following = Deadline.Alarm.OVERDUE, escalate_at
            if escalate_at <= now:
                alarm, following = Deadline.Alarm.ESCALATED, None
            rows.append(
                Deadline(
                    case=case,
                    rule=rule,
                    purpose=deadlines.STATE,
                    label=rule.label,
                    basis=rule.basis,
                    starts_at=step.at,
                    due_at=due_at,
                    escalate_at=escalate_at if rule.escalate_after else None,
                    next_alarm_at=None if end else following,
                    alarm=alarm if end is None else Deadline.Alarm.NONE,
                    met_at=end,
                )
            )
            if end is None:
                case.due_at = due_at
    return rows


def _index(pairs: Sequence[tuple[PastCase, Case]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO cases_casetext (case_id, vector)
            VALUES (%s, setweight(to_tsvector(%s, %s), 'A') || to_tsvector(%s, %s))
            """,
            [
                (
                    case.pk,
                    SEARCH_CONFIG,
                    f"{case.number} {case.title}",
                    SEARCH_CONFIG,
                    one.searchable[:200_000],
                )
                for one, case in pairs
            ],
        )
