"""How long a case may stay in each state: a changed rule is a new row from a day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from patientsakerhet.administration.actions import core
from patientsakerhet.cases import kinds
from patientsakerhet.cases.models import Deadline, DeadlineRule
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

FACTS = (
    "label",
    "amount",
    "measured",
    "remind_before",
    "escalate_after",
    "basis",
    "standing",
)


@transaction.atomic
def set_rule(
    kind: str,
    status: str,
    *,
    by: Person | None,
    since: date | None = None,
    label: str,
    amount: int,
    measured: str,
    remind_before: int = 0,
    escalate_after: int = 0,
    basis: str,
    standing: str,
) -> DeadlineRule:
    """From the day, deadlines of the state are given by this rule; running ones keep their day.

    Refuses a state in which no case waits, a day before the rule in force began, and a rule
    without its ground in words. What is already so changes nothing.
    """
    core.allow(by)
    _refuse_unknown(kind, status)
    since = since or timezone.localdate()
    basis = basis.strip()
    if not basis:
        raise NotReady("Skriv vilken grund regeln har: lagen, beslutet eller målet.")
    given = {
        "label": core.line(label, "Benämning"),
        "amount": amount,
        "measured": measured,
        "remind_before": remind_before,
        "escalate_after": escalate_after,
        "basis": basis,
        "standing": standing,
    }
    now = (
        DeadlineRule.objects.select_for_update()
        .filter(kind=kind, status=status, valid_to=None)
        .first()
    )
    if now is not None and not core.changes(now, given):
        return now
    if now is not None and since < now.valid_from:
        raise NotReady(f"Regeln gäller redan från {now.valid_from}. Välj en senare dag.")
    row = DeadlineRule(kind=kind, status=status, valid_from=since, **given)
    if now is not None and since == now.valid_from:
        if Deadline.objects.filter(rule=now).exists():
            raise NotReady("Ärenden har redan fått tidsgränser av regeln. Välj en senare dag.")
        now.delete()
    elif now is not None:
        now.valid_to = since - timedelta(days=1)
        now.save(update_fields=["valid_to"])
    core.refuse_invalid(row)
    row.save()
    before = core.changes(now, given) if now is not None else {}
    core.record(
        "deadline_rule.set",
        row,
        by=by,
        body={"kind": kind, "status": status, "from": since, **(before or given)},
    )
    return row


def _refuse_unknown(kind: str, status: str) -> None:
    known = next((one for one in kinds.every() if one.key == kind), None)
    if known is None:
        raise NotReady(f"Slaget {kind} finns inte.")
    if status not in known.waits:
        raise NotReady(f"I läget {status} väntar inga ärenden.")
