"""The owner's decision, how long it holds, and the steps by which a classification moves or ends."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions import core, deadlines, steps
from patientsakerhet.cases.models import Case
from patientsakerhet.information_security.actions import assessing, begun, classifying, standing
from patientsakerhet.information_security.models import InformationClassification
from patientsakerhet.information_security.workflow import (
    ASSESSING,
    DECIDED,
    DECIDING,
    ENDING,
    KIND,
    ORDERED,
)
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

BY_HAND = {"deliver", "send_back", "assess", "propose", "reassess", "end", "cancel", "supersede"}
"""Steps somebody takes by pressing a button; the decision has a form of its own."""


def valid_until(on: date) -> date:
    """How long a classification decided that day holds by the rule in force; refuses without one."""
    rule = deadlines.rule_for(KIND, DECIDED)
    if rule is None:
        raise NotReady(
            "Det finns ingen tidsgräns för hur länge en klassning gäller. Be en systemförvaltare "
            "lägga till en."
        )
    start = calendar.end_of_day(on)
    return timezone.localdate(deadlines.later(start, rule.amount, rule.measured))


@transaction.atomic
def decide(
    case: Case,
    *,
    by: Person,
    decision: str,
    reason: str,
    until: date | None = None,
    version: int | None = None,
) -> Case:
    """The owner has decided about the risks, and the classification holds until the day.

    Without a day it holds as long as the rule says, and never longer. An earlier one of the same
    system is replaced when nothing in it is left to do.
    """
    locked, found = begun.begin(
        case, by=by, needs=Can.DECIDE_CLASSIFICATION, states={DECIDING}, version=version
    )
    if decision not in InformationClassification.Decision.values:
        raise NotReady("Välj vad som beslutas om riskerna.")
    if not reason.strip():
        raise NotReady("Skriv skälen till beslutet.")
    now = timezone.now()
    today = timezone.localdate(now)
    longest = valid_until(today)
    until = until or longest
    if not today < until <= longest:
        raise NotReady(f"Klassningen kan gälla till och med {longest}, och minst till i morgon.")
    standing.lock(found.thing)
    found.decision, found.decided_at, found.decided_by = decision, now, by
    found.decision_reason = begun.masked(locked, {"decision_reason": reason.strip()})[
        "decision_reason"
    ]
    found.valid_until = until
    found.save(
        update_fields=["decision", "decided_at", "decided_by", "decision_reason", "valid_until"]
    )
    steps.move(locked, "decide", by=by, right=Can.DECIDE_CLASSIFICATION, reason=reason)
    _runs_out(locked, until)
    _replace_earlier(found, by=by)
    standing.keep(found.thing)
    return locked


@transaction.atomic
def take_step(
    case: Case, name: str, *, by: Person, reason: str = "", version: int | None = None
) -> Case:
    """The classification has moved along this arrow, to whoever has the next turn."""
    if name not in BY_HAND:
        raise NotReady("Det steget följer av beslutet.")
    if name == "deliver":
        return classifying.deliver(case, by=by, version=version)
    if name == "propose":
        return assessing.propose(case, by=by, version=version)
    found = InformationClassification.objects.select_related(
        "owner", "lead", "system", "case__filing_unit"
    ).get(pk=case.pk)
    standing.lock(found.thing)
    turn = {ORDERED: found.owner, ASSESSING: found.lead}
    target = case.kind_row.workflow.named(name).target
    moved = steps.take_step(
        case, name, by=by, reason=reason, version=version, handler=turn.get(target)
    )
    if target == ORDERED:
        # What was delivered stands, but is no longer delivered.
        InformationClassification.objects.filter(pk=moved.pk).update(
            delivered_at=None, delivered_by=None
        )
    standing.keep(found.thing)
    return moved


def _runs_out(case: Case, until: date) -> None:
    """The deadline of what has been decided is the day until which it holds."""
    running = case.deadlines.open().filter(purpose=deadlines.STATE).select_related("rule").get()
    running.due_at = calendar.end_of_day(until)
    if running.rule is not None:
        deadlines.set_around(running, running.rule, due=running.due_at)
    running.save(update_fields=["due_at", "remind_at", "escalate_at", "next_alarm_at"])
    case.due_at = deadlines.earliest(case)
    core.save(case, "due_at")


def _replace_earlier(newer: InformationClassification, *, by: Person) -> None:
    """What held before is replaced; one with something left stays until that is done."""
    earlier = (
        InformationClassification.objects.decided()
        .of(newer.thing)
        .exclude(pk=newer.pk)
        .select_related("case")
        .order_by("pk")
    )
    for one in earlier:
        old = core.lock(one.case)
        if old.status != DECIDED or any(guard(one) for guard in ENDING):
            continue
        steps.move(
            old,
            "supersede",
            by=by,
            right=Can.DECIDE_CLASSIFICATION,
            reason=f"Ersatt av {newer.case.number}.",
        )
