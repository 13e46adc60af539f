"""Answers that units change after the supplier has been told: noticed, told of anew, or let be for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models import ChangedAnswer, Recipient, SafetyNotice
from sakerhetsmeddelanden.workflow import SETTLED

Outcome = ChangedAnswer.Outcome


@dataclass(frozen=True)
class Before:
    """Where a unit stood before it said something else."""

    status: str
    answered_at: datetime | None


def standing(recipient: Recipient) -> Before:
    """The unit as it stands now, for whoever is about to change it."""
    return Before(recipient.status, recipient.answered_at)


def follow(recipient: Recipient, before: Before, *, reason: str, by: Person | None) -> None:
    """A unit whose last word the supplier has been told says something else, which is put on record.

    In the transaction of whoever changes the answer. The first change counts until somebody has
    handled it; an answer that was never told of is no correction.
    """
    if before.status not in SETTLED:
        return
    # Whoever sends a reply holds the row too: either she sees this answer, or we see her reply.
    notice = SafetyNotice.objects.select_for_update(no_key=True).get(pk=recipient.notice_id)
    replied_at = notice.replied_at
    if replied_at is None or before.answered_at is None or before.answered_at > replied_at:
        return
    row, is_new = ChangedAnswer.objects.get_or_create(
        recipient=recipient,
        handled_at=None,
        defaults={
            "notice": notice,
            "was": before.status,
            "now": recipient.status,
            "reason": reason,
            "changed_at": timezone.now(),
        },
    )
    if is_new:
        _record("notice.answer_changed_late", row, by=by)


def refuse_outdated(notice: SafetyNotice, prepared_at: datetime) -> None:
    """Refuses a form that was filled in before an answer in it changed."""
    if notice.recipients.filter(answered_at__gt=prepared_at).exists():
        raise NotReady(
            "Enheternas svar har ändrats sedan formuläret fylldes i. Fyll i det på nytt."
        )


def settle(notice: SafetyNotice, *, by: Person, at: datetime) -> None:
    """A new reply has told the supplier of every change."""
    notice.changed_answers.unhandled().update(handled_at=at, handled_by=by, outcome=Outcome.REPLIED)


@transaction.atomic
def leave(changed: ChangedAnswer, *, by: Person, reason: str, version: int | None = None) -> None:
    """The supplier need not be told, with the reason; refuses one that somebody has handled."""
    locked = core.begin(changed.notice.case, by=by, needs=Can.MANAGE_NOTICES, version=version)
    reason = text.clean_line(reason)[:300]
    if not reason:
        raise NotReady("Skriv varför leverantören inte behöver få veta.")
    row = (
        ChangedAnswer.objects.select_for_update(of=("self",))
        .select_related("recipient", "notice__case")
        .get(pk=changed.pk)
    )
    if row.handled_at is not None:
        raise NotReady("Någon har redan avgjort det ändrade svaret.")
    row.outcome, row.outcome_reason = Outcome.NO_NEED, reason
    row.handled_at, row.handled_by = timezone.now(), by
    row.save(update_fields=["outcome", "outcome_reason", "handled_at", "handled_by"])
    core.save(locked)
    _record("notice.changed_answer_left", row, by=by, reason=reason)


def _record(action: str, row: ChangedAnswer, *, by: Person | None, reason: str = "") -> None:
    case = row.notice.case
    trail.record(
        action,
        by=by,
        case_id=case.pk,
        number=case.number,
        unit_id=row.recipient.unit_id,
        right=Can.MANAGE_NOTICES if reason else Can.ANSWER_NOTICE,
        object_type="changed_answer",
        object_id=row.pk,
        body={"answers": [row.was, row.now], **({"reason": reason} if reason else {})},
    )
