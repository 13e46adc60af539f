"""A recipient's moves: the only place where its state changes, each leaving its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models import Recipient, RecipientEvent
from sakerhetsmeddelanden.workflow import RECIPIENT_WORKFLOW


def lock(recipient: Recipient) -> Recipient:
    """The recipient as it is now, with its row locked until the transaction ends."""
    return (
        Recipient.objects.select_for_update(of=("self",))
        .select_related("notice__case", "unit")
        .get(pk=recipient.pk)
    )


def check(recipient: Recipient, *, by: Person, needs: Can) -> None:
    """Refuses, with a mark of the attempt, whoever may not do this for the recipient's unit.

    Who answers must hold the right at that very unit; who manages the notice may answer for any,
    by telephone say.
    """
    case = recipient.notice.case
    held = policy.capabilities(by, case)
    if needs != Can.ANSWER_NOTICE:
        policy.check(by, needs, case)
        return
    if Can.MANAGE_NOTICES in held:
        return
    policy.check(by, Can.ANSWER_NOTICE, case)
    if not policy.may_at(by, Can.ANSWER_NOTICE, recipient.unit):
        trail.denied("notice.answer", by=by, case_id=case.pk, number=case.number)
        raise NotAllowed("Du kan bara svara för din egen enhet.")


def expect(recipient: Recipient, version: int | None) -> None:
    """Refuses when the recipient has changed since the version somebody looked at."""
    if version is not None and version != recipient.version:
        raise Stale()


@transaction.atomic
def take_step(
    recipient: Recipient,
    name: str,
    *,
    by: Person,
    version: int | None = None,
    note: str = "",
    **changes: Any,
) -> Recipient:
    """Move a recipient along one arrow, or raise the reason why it may not move."""
    locked = lock(recipient)
    step = RECIPIENT_WORKFLOW.step(name, locked.status)
    check(locked, by=by, needs=Can(step.needs))
    expect(locked, version)
    return move(locked, name, by=by, right=step.needs, note=note, **changes)


def move(
    recipient: Recipient,
    name: str,
    *,
    by: Person | None,
    right: str = "",
    note: str = "",
    body: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Recipient:
    """Move a recipient whose row the caller has locked and whose mover she has checked.

    `by` is None for the product itself. `changes` are written in the same statement as the state.
    """
    step = RECIPIENT_WORKFLOW.step(name, recipient.status)
    if step.reason and not note.strip():
        raise NotReady("Skriv varför.")
    step.check(recipient)
    now = at or timezone.now()
    before = recipient.status
    write(recipient, status=step.target, status_since=now, **changes)
    tell(
        recipient,
        name,
        by=by,
        note=note,
        body=body,
        at=now,
        from_status=before,
        to_status=step.target,
    )
    case = recipient.notice.case
    trail.record(
        f"notice.{name}",
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=recipient.unit_id,
        right=right,
        object_type="recipient",
        object_id=recipient.pk,
        body={"status": [before, step.target], **({"note": note} if note else {})},
    )
    return recipient


def write(recipient: Recipient, **changes: Any) -> None:
    """Write these fields of a locked recipient and raise its version, as the database demands."""
    for name, value in changes.items():
        setattr(recipient, name, value)
    recipient.version += 1
    recipient.save(update_fields=[*changes, "version"])


def tell(
    recipient: Recipient,
    step: str,
    *,
    by: Person | None,
    note: str = "",
    body: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    from_status: str = "",
    to_status: str = "",
) -> RecipientEvent:
    """Something has happened with the recipient, whether or not it moved: a bounce, a link opened."""
    return RecipientEvent.objects.create(
        recipient=recipient,
        step=step,
        from_status=from_status,
        to_status=to_status,
        at=at or timezone.now(),
        by=by,
        note=note,
        body=dict(body or {}),
    )


@transaction.atomic
def waive(
    recipient: Recipient, *, by: Person, reason: str, version: int | None = None
) -> Recipient:
    """Nothing more is awaited from the unit, by the chief physician's signed decision."""
    return take_step(
        recipient,
        "waive",
        by=by,
        version=version,
        note=reason,
        waived_at=timezone.now(),
        waived_by=by,
        waived_reason=reason,
        next_step_at=None,
    )
