"""The transition: lock, judge, change, tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import kinds, sealing
from patientsakerhet.cases.actions import core, deadlines
from patientsakerhet.cases.models import Case, Transition
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, Unit


@transaction.atomic
def take_step(
    case: Case,
    name: str,
    *,
    by: Person,
    version: int | None = None,
    reason: str = "",
    unit: Unit | None = None,
    handler: Person | None = None,
    keep_handler: bool = True,
) -> Case:
    """Move a case along one arrow of its workflow, or raise the reason it may not move.

    `unit` becomes the owner when given. `handler` becomes the handler when given; without one
    the handler stays unless `keep_handler` is false.
    """
    workflow = kinds.of(case.kind).workflow
    locked = core.lock(case)
    step = workflow.step(name, locked.status)
    policy.check(by, step.needs, locked)
    core.expect(locked, version)
    return move(
        locked,
        name,
        by=by,
        right=step.needs,
        reason=reason,
        unit=unit,
        handler=handler,
        keep_handler=keep_handler,
    )


def move(
    case: Case,
    name: str,
    *,
    by: Person | None,
    right: str,
    reason: str = "",
    unit: Unit | None = None,
    handler: Person | None = None,
    keep_handler: bool = True,
    at: datetime | None = None,
) -> Case:
    """Move a case whose row the caller has locked and whose mover she has checked.

    For steps somebody without an account takes: the reporter's answer by receipt code.
    """
    kind = kinds.of(case.kind)
    step = kind.workflow.step(name, case.status)
    if step.reason and not reason.strip():
        raise NotReady("Skriv varför.")
    step.check(getattr(case, kind.subject))
    now = at or timezone.now()
    before = {"status": case.status, "unit": case.owning_unit_id, "handler": case.handler_id}
    left_status, left_unit, left_handler = case.status, case.owning_unit, case.handler

    case.status = step.target
    case.status_since = now
    case.is_final = step.target in kind.workflow.final
    case.closed_at, case.closed_by = (now, by) if case.is_final else (None, None)
    if unit is not None:
        case.owning_unit = unit
    if handler is not None or not keep_handler:
        case.handler = handler
    written, reason = reason, sealing.mask(reason).text
    taken = Transition.objects.create(
        case=case,
        step=name,
        from_status=left_status,
        to_status=case.status,
        from_unit=left_unit,
        to_unit=case.owning_unit,
        handler=case.handler,
        occurred_at=now,
        by=by,
        reason=reason,
    )
    if reason != written:
        sealing.seal(case, f"transition:{taken.pk}", written)
    deadlines.restart(case, at=now)
    core.save(
        case,
        "status",
        "status_since",
        "is_final",
        "closed_at",
        "closed_by",
        "owning_unit",
        "handler",
        "due_at",
        "parent",
        "first_coordinated_at",
    )
    _let_reach(case, left_unit, left_handler)
    trail.record(
        f"case.{name}",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=case.owning_unit_id,
        right=right,
        body=_changes(before, case, reason),
    )
    if kind.after_step is not None:
        kind.after_step(case, name)
    return case


def _let_reach(case: Case, left_unit: Unit, left_handler: Person | None) -> None:
    """The new owner and handler reach the case; the former owner keeps reading it."""
    if case.owning_unit_id != left_unit.pk:
        policy.reach(case, Level.OWNER, unit=case.owning_unit)
        policy.withdraw(case, Level.OWNER, unit=left_unit)
        policy.reach(case, Level.READER, unit=left_unit)
        for child in case.merged.all():
            policy.reach(child, Level.READER, unit=case.owning_unit)
    if left_handler is not None and left_handler != case.handler:
        policy.withdraw(case, Level.HANDLER, person=left_handler)
    if case.handler is not None and case.handler != left_handler:
        policy.reach(case, Level.HANDLER, person=case.handler)


def _changes(before: dict[str, Any], case: Case, reason: str) -> dict[str, Any]:
    """What the step changed, as the trail keeps it."""
    after = {"status": case.status, "unit": case.owning_unit_id, "handler": case.handler_id}
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    return {**changed, **({"reason": reason} if reason else {})}


@transaction.atomic
def set_secrecy(
    case: Case, secrecy: int, *, by: Person, reason: str, version: int | None = None
) -> Case:
    """The case is read only by those whose role reaches its new secrecy level."""
    locked = core.begin(case, by=by, needs=Can.SET_SECRECY, version=version)
    if not reason.strip():
        raise NotReady("Skriv varför sekretessen ändras.")
    reason = sealing.mask(reason).text
    before, locked.secrecy = locked.secrecy, secrecy
    if not policy.capabilities(by, locked):
        raise NotReady("Du skulle själv förlora ärendet. Be någon med behörighet att höja nivån.")
    core.save(locked, "secrecy")
    trail.record(
        "case.secrecy",
        by=by,
        case_id=locked.pk,
        number=locked.number,
        right=Can.SET_SECRECY,
        body={"secrecy": [before, secrecy], "reason": reason},
    )
    return locked
