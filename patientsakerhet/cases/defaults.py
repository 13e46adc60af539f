"""What the database's guards know of the workflows, and what a kind of case starts from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases import kinds
from patientsakerhet.workflow import Workflow


def install(apps: Any = installed, **_signal: object) -> None:
    """The tables of states and arrows say what the registered workflows say, no more and no less."""
    state, arrow = apps.get_model("cases", "KindState"), apps.get_model("cases", "Arrow")
    for kind in kinds.every():
        _keep(state, arrow, kind.workflow, kind.needs_feedback, needs_receipt=kind.has_reporter)
        for part in kind.parts:
            _keep(state, arrow, part, frozenset(), needs_receipt=False)
    for part in kinds.parts_of_any():
        _keep(state, arrow, part, frozenset(), needs_receipt=False)


def _keep(
    state: Any, arrow: Any, flow: Workflow, answered: frozenset[str], *, needs_receipt: bool
) -> None:
    for status, label in flow.labels.items():
        state.objects.update_or_create(
            kind=flow.kind,
            status=status,
            defaults={
                "label": label,
                "is_initial": status == flow.initial,
                "is_final": status in flow.final,
                "needs_feedback": status in answered,
                "needs_receipt": needs_receipt,
            },
        )
    state.objects.filter(kind=flow.kind).exclude(status__in=flow.labels).delete()
    wanted = {(flow.kind, source, step, target) for source, step, target in flow.arrows()}
    held = set(arrow.objects.filter(kind=flow.kind).values_list("kind", "source", "step", "target"))
    for key, source, step, target in held - wanted:
        arrow.objects.filter(kind=key, source=source, step=step, target=target).delete()
    arrow.objects.bulk_create(
        arrow(kind=key, source=source, step=step, target=target)
        for key, source, step, target in sorted(wanted - held)
    )


def start_deadlines(
    apps: Any, kind: str, rules: Iterable[Sequence[Any]], *, valid_from: date
) -> None:
    """A kind without deadline rules gets these to start from; rules that are there are left.

    Each: state, label, amount, what it is measured in, reminder before, escalation after, basis.
    All are local aims, which the region changes.
    """
    rule = apps.get_model("cases", "DeadlineRule")
    if rule.objects.filter(kind=kind).exists():
        return
    rule.objects.bulk_create(
        rule(
            kind=kind,
            status=status,
            label=label,
            amount=amount,
            measured=measured,
            remind_before=remind,
            escalate_after=escalate,
            basis=basis,
            standing="local",
            valid_from=valid_from,
        )
        for status, label, amount, measured, remind, escalate, basis in rules
    )
