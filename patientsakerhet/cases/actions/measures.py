"""Measures: proposed, decided, begun, done or cancelled, and their effect looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core
from patientsakerhet.cases.models import Case, Measure, MeasureCase
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person, Unit

CHANGEABLE = frozenset(
    ("title", "description", "strength", "owner", "due_on", "effect_sign", "effect_due_on")
) | {"progress"}
ASK_FIRST = "Fråga den ansvariga först. Hon eller han ska veta om åtgärden."


@transaction.atomic
def decide(
    case: Case,
    *,
    by: Person,
    title: str,
    strength: str,
    owner: Person,
    owner_is_told: bool,
    due_on: date,
    effect_sign: str,
    effect_due_on: date,
    unit: Unit | None = None,
    description: str = "",
) -> Measure:
    """The measure is decided for the case and its owner is told that it is registered.

    Refuses an owner who has not been asked, a day that has passed, an effect followed up before
    the measure is done, and a closed case.
    """
    locked = core.begin(case, by=by, needs=Can.DECIDE_MEASURES)
    now = timezone.now()
    measure = _new(
        locked,
        by=by,
        title=title,
        strength=strength,
        owner=owner,
        owner_is_told=owner_is_told,
        due_on=due_on,
        effect_sign=effect_sign,
        effect_due_on=effect_due_on,
        unit=unit,
        description=description,
        decided_at=now,
        decided_by=by,
    )
    policy.reach(locked, Level.MEASURES, person=owner)
    _tell_owner(measure, locked, by=by)
    _record(measure, [locked], "measure.decided", by=by, right=Can.DECIDE_MEASURES)
    return measure


@transaction.atomic
def propose(case: Case, *, by: Person, **given: Any) -> Measure:
    """The measure is proposed for the case, as `decide` takes it; it binds nobody until `accept`.

    Refuses what `decide` refuses.
    """
    locked = core.begin(case, by=by, needs=Can.DECIDE_MEASURES)
    measure = _new(locked, by=by, status=Measure.Status.PROPOSED, **given)
    _record(measure, [locked], "measure.proposed", by=by, right=Can.DECIDE_MEASURES)
    return measure


@transaction.atomic
def accept(
    measure: Measure,
    *,
    by: Person,
    version: int,
    reason: str = "",
    needs: Can = Can.DECIDE_MEASURES,
) -> Measure:
    """The proposed measure is to be done, and its owner is told; refuses a day that has passed."""
    row, cases = _begin(measure, by=by, version=version, deciding=True, needs=needs)
    _refuse_decided(row)
    if row.due_on < timezone.localdate():
        raise NotReady("Sista dagen har redan varit. Ändra den innan åtgärden beslutas.")
    _decide(row, Measure.Status.PLANNED, reason, by=by)
    _seal(row, cases, {"decision_reason": reason})
    for case in cases:
        policy.reach(case, Level.MEASURES, person=row.owner)
    _tell_owner(row, cases[0], by=by)
    _record(row, cases, "measure.accepted", by=by, right=needs)
    return row


@transaction.atomic
def reject(
    measure: Measure,
    *,
    by: Person,
    version: int,
    reason: str,
    needs: Can = Can.DECIDE_MEASURES,
) -> Measure:
    """The proposed measure is not to be done, and why is written down."""
    row, cases = _begin(measure, by=by, version=version, deciding=True, needs=needs)
    _refuse_decided(row)
    if not reason.strip():
        raise NotReady("Skriv varför åtgärden avslås.")
    _decide(row, Measure.Status.REJECTED, reason, by=by)
    _seal(row, cases, {"decision_reason": reason})
    body = {"reason": row.decision_reason}
    _record(row, cases, "measure.rejected", by=by, right=needs, body=body)
    return row


@transaction.atomic
def serve_also(measure: Measure, case: Case, *, by: Person) -> Measure:
    """The measure serves this case too."""
    locked = core.begin(case, by=by, needs=Can.DECIDE_MEASURES)
    _refuse_closed(locked)
    if not Measure.objects.filter(cases__in=Case.objects.visible_to(by), pk=measure.pk).exists():
        raise NotReady("Åtgärden finns inte.")
    MeasureCase.objects.get_or_create(measure=measure, case=locked)
    policy.reach(locked, Level.MEASURES, person=measure.owner)
    _record(measure, [locked], "measure.serves", by=by, right=Can.DECIDE_MEASURES)
    return measure


@transaction.atomic
def change(
    measure: Measure,
    *,
    by: Person,
    version: int,
    reason: str = "",
    owner_is_told: bool = False,
    **given: Any,
) -> Measure:
    """The given fields have their new values; a later day demands a reason, a new owner that she
    has been asked.

    Fields: title, description, strength, owner, due_on, effect_sign, effect_due_on, progress.
    """
    if unknown := set(given) - CHANGEABLE:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    row, cases = _begin(measure, by=by, version=version, deciding=set(given) != {"progress"})
    if row.status not in (Measure.Status.PROPOSED, *Measure.OPEN):
        raise NotReady("Åtgärden är avslutad.")
    written = {name: text for name, text in given.items() if isinstance(text, str)}
    given |= {name: sealing.mask(text).text for name, text in written.items()}
    given = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not given:
        return row
    due_on, effect_due_on = (
        given.get("due_on", row.due_on),
        given.get("effect_due_on", row.effect_due_on),
    )
    if due_on > row.due_on and not reason.strip():
        raise NotReady("Skriv varför åtgärden skjuts upp.")
    if "due_on" in given:
        _refuse_days(due_on, effect_due_on)
    elif "effect_due_on" in given and effect_due_on < due_on:
        raise NotReady("Effekten kan inte följas upp innan åtgärden ska vara klar.")
    if not given.get("effect_sign", "-").strip():
        raise NotReady("Skriv hur det ska synas att åtgärden hjälpte.")
    owner = given.get("owner")
    if owner is not None and owner != by and not owner_is_told:
        raise NotReady(ASK_FIRST)
    before = {name: str(getattr(row, name)) for name in given}
    old_owner = row.owner
    for name, value in given.items():
        setattr(row, name, value)
    if row.owner != old_owner:
        now = timezone.now()
        row.owner_told_at = min(now, row.decided_at or now)
        if row.status != Measure.Status.PROPOSED:
            for case in cases:
                policy.reach(case, Level.MEASURES, person=row.owner)
                _withdraw(case, row, old_owner)
            _tell_owner(row, cases[0], by=by)
    _save(row, *given)
    _seal(row, cases, {name: text for name, text in written.items() if name in given})
    reason = sealing.mask(reason).text
    changed = {name: [before[name], str(getattr(row, name))] for name in given}
    _record(row, cases, "measure.changed", by=by, body={**changed, "reason": reason})
    return row


@transaction.atomic
def begin(measure: Measure, *, by: Person, version: int) -> Measure:
    """The work has begun."""
    row, cases = _begin(measure, by=by, version=version)
    if row.status != Measure.Status.PLANNED:
        raise NotReady("Åtgärden är redan påbörjad eller avslutad.")
    row.status = Measure.Status.STARTED
    _save(row, "status")
    _record(row, cases, "measure.begun", by=by)
    return row


@transaction.atomic
def finish(measure: Measure, *, by: Person, version: int) -> Measure:
    """The measure is done; its effect is still to be looked at."""
    row, cases = _begin(measure, by=by, version=version)
    if row.status not in Measure.OPEN:
        raise NotReady("Åtgärden är redan avslutad.")
    row.status, row.done_at = Measure.Status.DONE, timezone.now()
    _save(row, "status", "done_at")
    _record(row, cases, "measure.done", by=by)
    return row


@transaction.atomic
def cancel(measure: Measure, *, by: Person, version: int, reason: str) -> Measure:
    """The measure is not carried out, and why is written down; a proposal is taken back so."""
    row, cases = _begin(measure, by=by, version=version, deciding=True)
    if row.status not in (Measure.Status.PROPOSED, *Measure.OPEN):
        raise NotReady("Åtgärden är redan avslutad.")
    if not reason.strip():
        raise NotReady("Skriv varför åtgärden utgår.")
    row.status, row.cancelled_reason = Measure.Status.CANCELLED, sealing.mask(reason).text
    _save(row, "status", "cancelled_reason")
    _seal(row, cases, {"cancelled_reason": reason})
    _record(row, cases, "measure.cancelled", by=by, body={"reason": row.cancelled_reason})
    return row


@transaction.atomic
def follow_up_effect(
    measure: Measure, *, by: Person, version: int, effect: str, result: str
) -> Measure:
    """The effect has been looked at: whether it was there, and how that was seen."""
    row, cases = _begin(measure, by=by, version=version, deciding=True)
    if row.status != Measure.Status.DONE:
        raise NotReady("Effekten kan följas upp när åtgärden är klar.")
    if effect not in Measure.Effect.values:
        raise NotReady("Välj om effekten blev den avsedda.")
    if not result.strip():
        raise NotReady("Skriv vad uppföljningen visade.")
    row.effect, row.effect_result = effect, sealing.mask(result).text
    row.effect_at, row.effect_by = timezone.now(), by
    _save(row, "effect", "effect_result", "effect_at", "effect_by")
    _seal(row, cases, {"effect_result": result})
    _record(row, cases, "measure.effect", by=by, body={"effect": effect})
    return row


def _new(
    case: Case,
    *,
    by: Person,
    title: str,
    owner: Person,
    owner_is_told: bool,
    due_on: date,
    effect_sign: str,
    effect_due_on: date,
    unit: Unit | None = None,
    description: str = "",
    **given: Any,
) -> Measure:
    """The measure is there, decided or proposed; the caller tells and records."""
    _refuse_closed(case)
    if not owner_is_told and owner != by:
        raise NotReady(ASK_FIRST)
    if not effect_sign.strip():
        raise NotReady("Skriv hur det ska synas att åtgärden hjälpte.")
    _refuse_days(due_on, effect_due_on)
    written = {"title": title, "description": description, "effect_sign": effect_sign}
    measure = Measure.objects.create(
        **{name: sealing.mask(text).text for name, text in written.items()},
        owner=owner,
        owner_told_at=given.get("decided_at") or timezone.now(),
        unit=unit or case.owning_unit,
        due_on=due_on,
        effect_due_on=effect_due_on,
        **given,
    )
    MeasureCase.objects.create(measure=measure, case=case)
    _seal(measure, [case], written)
    return measure


def _decide(row: Measure, status: Measure.Status, reason: str, *, by: Person) -> None:
    """The proposal is decided about; saved."""
    row.status, row.decision_reason = status, sealing.mask(reason).text
    row.decided_at, row.decided_by = timezone.now(), by
    _save(row, "status", "decision_reason", "decided_at", "decided_by")


def _begin(
    measure: Measure,
    *,
    by: Person,
    version: int,
    deciding: bool = False,
    needs: Can = Can.DECIDE_MEASURES,
) -> tuple[Measure, list[Case]]:
    """The measure locked after its cases, when the person may touch it.

    Its owner may begin and finish it; whoever may decide measures in one of its cases may do
    all of it.
    """
    numbers = measure.cases.order_by("pk").values_list("pk", flat=True)
    cases = [core.lock(Case(pk=pk)) for pk in numbers]
    row = Measure.objects.select_for_update(of=("self",)).select_related("owner").get(pk=measure.pk)
    needed = needs if deciding else Can.DO_MEASURES
    is_owners = row.owner_id == by.pk and not deciding
    if not is_owners and not any(needed in policy.capabilities(by, case) for case in cases):
        policy.check(by, needed, cases[0])
    if version != row.version:
        raise Stale("Någon annan ändrade åtgärden medan du skrev. Jämför och spara igen.")
    return row, cases


def _seal(measure: Measure, cases: list[Case], written: dict[str, str]) -> None:
    """Originals in which a personal number was found lie sealed with the measure's first case."""
    for name, text in written.items():
        if sealing.mask(text).found:
            sealing.seal(cases[0], f"measure:{measure.pk}:{name}", text)


def _tell_owner(measure: Measure, case: Case, *, by: Person) -> None:
    """Whoever answers for the measure knows that it is registered, unless she did it herself."""
    if measure.owner != by:
        outbox.promise(
            "measure",
            key=f"measure:{measure.pk}:{measure.owner_id}",
            person=measure.owner,
            case_id=case.pk,
            number=case.number,
            urgent=False,
            context={"measure": measure.pk},
        )


def _withdraw(case: Case, changed: Measure, former: Person) -> None:
    """The former owner no longer reaches the case, unless another of its measures is hers."""
    others = case.measures.filter(owner=former).exclude(pk=changed.pk)
    if not others.exists():
        policy.withdraw(case, Level.MEASURES, person=former)


def _save(row: Measure, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "owner_told_at", "version"])


def _refuse_closed(case: Case) -> None:
    if case.is_final:
        raise NotReady("Ärendet är avslutat. Återöppna det först.")


def _refuse_decided(row: Measure) -> None:
    if row.status != Measure.Status.PROPOSED:
        raise NotReady("Åtgärden är redan beslutad.")


def _refuse_days(due_on: date, effect_due_on: date) -> None:
    if due_on < timezone.localdate():
        raise NotReady("Sista dagen har redan varit. Välj en senare dag.")
    if effect_due_on < due_on:
        raise NotReady("Effekten kan inte följas upp innan åtgärden ska vara klar.")


def _record(
    measure: Measure,
    cases: list[Case],
    action: str,
    *,
    by: Person,
    right: str = Can.DO_MEASURES,
    body: dict[str, Any] | None = None,
) -> None:
    for case in cases:
        trail.record(
            action,
            by=by,
            case_id=case.pk,
            number=case.number,
            right=right,
            object_type="measure",
            object_id=measure.pk,
            body=body,
        )
