"""One act on many cases: rehearsed, then done case by case, each in a transaction of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from avvikelse.actions import coordination, decision
from avvikelse.actions.decision import Codes, Judgement
from avvikelse.models import Assessment, BulkAct, BulkItem, Deviation
from patientsakerhet.cases import sealing
from patientsakerhet.cases.models import Case, Code
from patientsakerhet.lib import waking
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Refused
from patientsakerhet.organisation.models import Person, Unit

MOST = 100
"""Cases in one act: a page's worth, so that somebody has seen each."""
SLICE_SECONDS = 1.5
"""How long one request goes on before it shows how far it has come."""
PROCEED = "avvikelse.tasks.proceed_bulk"


@dataclass(frozen=True)
class Arguments:
    """What is to be done with each; only what the act asks for is given."""

    unit: int | None = None
    basis: str = ""
    note: str = ""
    kind: int | None = None
    suggested_kind: bool = False
    actual: int | None = None
    potential: int | None = None
    probability: int | None = None
    parent: int | None = None
    reason: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Outcome:
    """What will become of a case: done, or not, and then why."""

    case: Case
    reasons: tuple[str, ...] = ()

    @property
    def will(self) -> bool:
        """Whether the act will be done on it."""
        return not self.reasons


class _Rehearsed(Exception):
    """Takes back what was only tried."""


def rehearse(act: str, cases: Sequence[Case], arguments: Arguments, *, by: Person) -> list[Outcome]:
    """What each case would answer, by doing it and taking it back: the same code, the same words."""
    _check(act, cases, arguments)
    outcomes = []
    for case in cases:
        try:
            with transaction.atomic():
                _do(act, case, arguments, by=by, version=case.version)
                raise _Rehearsed
        except _Rehearsed:
            outcomes.append(Outcome(case))
        except Refused as refusal:
            outcomes.append(Outcome(case, tuple(refusal.reasons)))
    return outcomes


@transaction.atomic
def begin(act: str, cases: Sequence[Case], arguments: Arguments, *, by: Person) -> BulkAct:
    """The act is decided on, for each case in the version that was shown; nothing is done yet."""
    _check(act, cases, arguments)
    bulk = BulkAct.objects.create(act=act, arguments=asdict(arguments), by=by)
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, case=case, version=case.version) for case in cases
    )
    waking.after_commit(PROCEED, bulk.pk)
    return bulk


@transaction.atomic
def undo(bulk: BulkAct, *, by: Person) -> BulkAct:
    """Everything the act did waits to be taken back; refuses after ten minutes, and to others."""
    locked = BulkAct.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
    if locked.by_id != by.pk:
        raise NotAllowed("Bara den som gjorde det kan ångra.")
    if locked.undone_at is not None:
        raise NotReady("Det är redan ångrat.")
    if timezone.now() - locked.at > coordination.UNDO_WITHIN:
        raise NotReady("Det går inte att ångra längre. Gör om stegen för hand.")
    locked.undone_at = timezone.now()
    locked.save(update_fields=["undone_at"])
    locked.items.filter(state=BulkItem.State.WAITING).update(
        state=BulkItem.State.REFUSED, reason="Ångrades innan det hann göras."
    )
    locked.items.filter(state=BulkItem.State.DONE).update(state=BulkItem.State.UNDOING)
    waking.after_commit(PROCEED, locked.pk)
    return locked


def proceed(bulk: BulkAct, *, seconds: float = SLICE_SECONDS) -> bool:
    """As many cases as there is time for are done, one at least; True when none is left.

    Several may go on at once: the page that waits, the worker and the sweep share the cases.
    """
    began = time.monotonic()
    while _next(bulk):
        if time.monotonic() - began > seconds:
            return not bulk.items.filter(state__in=BulkItem.WAITING).exists()
    return not bulk.items.filter(state__in=BulkItem.WAITING).exists()


@transaction.atomic
def _next(bulk: BulkAct) -> bool:
    """One case is done, or refused with its reasons; False when none waits that is free."""
    item = (
        bulk.items.filter(state__in=BulkItem.WAITING)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .order_by("pk")
        .first()
    )
    if item is None:
        return False
    undoing = item.state == BulkItem.State.UNDOING
    try:
        with transaction.atomic():
            if undoing:
                coordination.undo(item.case, by=bulk.by)
            else:
                arguments = Arguments(**bulk.arguments)
                _do(bulk.act, item.case, arguments, by=bulk.by, version=item.version)
    except Refused as refusal:
        item.state = BulkItem.State.KEPT if undoing else BulkItem.State.REFUSED
        item.reason = "\n".join(refusal.reasons)
    else:
        item.state = BulkItem.State.UNDONE if undoing else BulkItem.State.DONE
    item.save(update_fields=["state", "reason"])
    return True


def _do(act: str, case: Case, arguments: Arguments, *, by: Person, version: int) -> None:
    match act:
        case BulkAct.Act.TAKE:
            coordination.take(case, by=by, version=version)
        case BulkAct.Act.COORDINATE:
            decision.decide(
                case,
                to=Unit.objects.get(pk=arguments.unit or 0),
                by=by,
                codes=_codes(case, arguments),
                judgement=_judgement(case, arguments),
                basis=arguments.basis,
                note=arguments.note,
                version=version,
            )
        case BulkAct.Act.MERGE:
            parent = Case.objects.get(pk=arguments.parent or 0)
            coordination.merge(case, into=parent, by=by, version=version)
        case BulkAct.Act.REJECT:
            coordination.reject(
                case, by=by, reason=arguments.reason, answer=arguments.answer, version=version
            )


def _codes(case: Case, arguments: Arguments) -> Codes:
    """The kind for a case that has none: the one chosen for all, or the one suggested for it."""
    deviation = Deviation.objects.select_related("preparation__kind").get(pk=case.pk)
    if deviation.kind_id is not None:
        return Codes()
    if arguments.kind is not None:
        return Codes(kind=Code.objects.current().of("deviation_kind").get(pk=arguments.kind))
    prepared = getattr(deviation, "preparation", None)
    if arguments.suggested_kind and prepared is not None:
        return Codes(kind=prepared.kind)
    return Codes()


def _judgement(case: Case, arguments: Arguments) -> Judgement | None:
    """The assessment for a case that no coordinator has assessed."""
    if arguments.potential is None or arguments.probability is None:
        return None
    if Assessment.objects.filter(deviation=case.pk).exclude(stage="reporter").exists():
        return None
    return Judgement(
        actual=arguments.actual or 0,
        potential=arguments.potential,
        probability=arguments.probability,
        reason=arguments.reason,
    )


def _check(act: str, cases: Sequence[Case], arguments: Arguments) -> None:
    """Refuses what no single case would: no act, no cases, too many, or something not filled in."""
    if act not in BulkAct.Act.values:
        raise NotReady("Välj vad som ska göras.")
    if not cases:
        raise NotReady("Markera minst ett ärende.")
    if len(cases) > MOST:
        raise NotReady(f"Markera högst {MOST} ärenden åt gången.")
    if act == BulkAct.Act.COORDINATE and arguments.unit is None:
        raise NotReady("Välj vilken enhet ärendena ska till.")
    if act == BulkAct.Act.MERGE and arguments.parent is None:
        raise NotReady("Välj vilket ärende som ska vara huvudärende.")
    if act == BulkAct.Act.REJECT and not (arguments.reason.strip() and arguments.answer.strip()):
        raise NotReady("Skriv både varför ärendena avvisas och svaret till rapportörerna.")
    for text in (arguments.reason, arguments.answer, arguments.note):
        if sealing.mask(text).found:
            raise NotReady("Ta bort personnumret. Texten hamnar i flera ärenden.")
