"""Routing rules: made, changed, tried on what has been, switched on and off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from avvikelse.models import Deviation, RoutingRule
from avvikelse.workflow import KIND
from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.models import Case, Transition
from patientsakerhet.lib.refusal import NotReady, Stale
from patientsakerhet.organisation.models import Person, Unit

CONDITIONS = ("kind", "system", "device_model", "filing_unit", "words")
"""What decides which reports the rule is about; a change of these, or of the receiver, must be
tried again before the rule is on."""
TRIED = (*CONDITIONS, "receiver")
FIELDS = ("name", "position", *TRIED)

DRY_RUN_DAYS = 90
SHOWN = 25


@dataclass(frozen=True)
class Conflict:
    """Another rule that is on and sends some of the same reports elsewhere."""

    rule: RoutingRule
    count: int
    goes_first: bool
    """Whether it is asked before this one, so that this one would not be heard."""


@dataclass(frozen=True)
class DryRun:
    """What the rule would have done with the reports of the last ninety days."""

    rule: RoutingRule
    reports: int
    """How many were filed that the person may read."""
    matched: int
    coordinated: int
    """How many of those it matched that somebody has sent somewhere."""
    agreed: int
    elsewhere: list[tuple[Unit, int]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    disagreed: list[Deviation] = field(default_factory=list)
    """Some of those that went elsewhere, newest first, with `.went_to`."""
    examples: list[Deviation] = field(default_factory=list)
    """Some of those it matched, newest first."""


@transaction.atomic
def create(values: Mapping[str, Any], *, by: Person) -> RoutingRule:
    """A new rule, off until it has been tried and switched on."""
    policy.check_anywhere(by, Can.MANAGE_RULES)
    rule = RoutingRule(changed_by=by)
    _set(rule, values)
    rule.save(force_insert=True)
    _record("rule.created", rule, by, {name: _shown(rule, name) for name in FIELDS})
    return rule


@transaction.atomic
def change(
    rule: RoutingRule, values: Mapping[str, Any], *, by: Person, version: int
) -> RoutingRule:
    """The rule is as given; when it is about other reports than before it is off until tried again."""
    locked = _begin(rule, by=by, version=version)
    before = {name: _shown(locked, name) for name in FIELDS}
    _set(locked, values)
    changed = {
        name: [before[name], after]
        for name in FIELDS
        if (after := _shown(locked, name)) != before[name]
    }
    if not changed:
        return locked
    if changed.keys() & set(TRIED):
        locked.is_active, locked.dry_run_at = False, None
    _save(locked, by)
    _record("rule.changed", locked, by, changed)
    return locked


@transaction.atomic
def try_out(rule: RoutingRule, *, by: Person) -> DryRun:
    """The rule tried on the last ninety days; from now on this version may be switched on."""
    policy.check_anywhere(by, Can.MANAGE_RULES)
    locked = RoutingRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    result = dry_run(locked, by=by)
    locked.dry_run_at = timezone.now()
    locked.save(update_fields=["dry_run_at"])
    body = {"matched": result.matched, "agreed": result.agreed, "version": locked.version}
    _record("rule.tried", locked, by, body)
    return result


@transaction.atomic
def switch_on(rule: RoutingRule, *, by: Person, version: int) -> RoutingRule:
    """The rule is asked from now on; refuses a version that nobody has tried."""
    locked = _begin(rule, by=by, version=version)
    if locked.dry_run_at is None:
        raise NotReady("Provkör regeln först, så ser du vad den skulle ha gjort.")
    if not locked.receiver.receives_cases or _has_ended(locked.receiver):
        raise NotReady(f"{locked.receiver} tar inte emot ärenden. Välj en annan enhet.")
    if not locked.is_active:
        locked.is_active = True
        _save(locked, by)
        _record("rule.switched_on", locked, by, {"version": locked.version})
    return locked


@transaction.atomic
def switch_off(rule: RoutingRule, *, by: Person, version: int) -> RoutingRule:
    """The rule is not asked any more; what it has suggested stays suggested."""
    locked = _begin(rule, by=by, version=version)
    if locked.is_active:
        locked.is_active = False
        _save(locked, by)
        _record("rule.switched_off", locked, by, {"version": locked.version})
    return locked


@transaction.atomic
def remove(rule: RoutingRule, *, by: Person, version: int) -> None:
    """The rule is gone; the trail keeps what it was. Refuses one that is on."""
    locked = _begin(rule, by=by, version=version)
    if locked.is_active:
        raise NotReady("Stäng av regeln innan du tar bort den.")
    _record("rule.removed", locked, by, {name: _shown(locked, name) for name in FIELDS})
    locked.delete()


def dry_run(rule: RoutingRule, *, by: Person) -> DryRun:
    """What the rule would have done with the last ninety days' reports that the person may read."""
    reports = Deviation.objects.filter(
        case__in=Case.objects.visible_to(by)
        .of_kind(KIND)
        .filter(filed_at__gte=timezone.now() - timedelta(days=DRY_RUN_DAYS))
    )
    matched = reports.fitting(rule).annotate(went=_went_to())
    counted = matched.aggregate(
        every=Count("pk"),
        coordinated=Count("pk", filter=Q(went__isnull=False)),
        agreed=Count("pk", filter=Q(went=rule.receiver_id)),
    )
    others = matched.exclude(went=None).exclude(went=rule.receiver_id)
    ways = list(others.values_list("went").annotate(n=Count("pk")).order_by("-n", "went"))
    units = Unit.objects.in_bulk([pk for pk, _ in ways])
    return DryRun(
        rule=rule,
        reports=reports.count(),
        matched=counted["every"],
        coordinated=counted["coordinated"],
        agreed=counted["agreed"],
        elsewhere=[(units[pk], count) for pk, count in ways],
        conflicts=_conflicts(rule, matched),
        disagreed=_some(others),
        examples=_some(matched),
    )


def _went_to() -> Subquery:
    """The unit that a coordinator last sent the deviation to."""
    return Subquery(
        Transition.objects.filter(case=OuterRef("pk"), step="coordinate")
        .order_by("-occurred_at", "-pk")
        .values("to_unit")[:1]
    )


def _some(rows: QuerySet[Deviation]) -> list[Deviation]:
    found = list(
        rows.select_related("case__filing_unit").order_by("-case__filed_at", "-pk")[:SHOWN]
    )
    units = Unit.objects.in_bulk({row.went for row in found if row.went})  # type: ignore[attr-defined]  # an annotation of the query's
    for row in found:
        row.went_to = units.get(row.went)  # type: ignore[attr-defined]  # set for the page alone
    return found


def _conflicts(rule: RoutingRule, matched: QuerySet[Deviation]) -> list[Conflict]:
    found = []
    others = RoutingRule.objects.active().exclude(pk=rule.pk).exclude(receiver=rule.receiver_id)
    for other in others.select_related("receiver", "filing_unit"):
        if count := matched.fitting(other).count():  # type: ignore[attr-defined]  # the queryset's own method
            first = (other.position, other.pk) < (rule.position, rule.pk)
            found.append(Conflict(other, count, first))
    return found


def _begin(rule: RoutingRule, *, by: Person, version: int) -> RoutingRule:
    policy.check_anywhere(by, Can.MANAGE_RULES)
    locked = (
        RoutingRule.objects.select_for_update(of=("self",))
        .select_related("receiver")
        .get(pk=rule.pk)
    )
    if locked.version != version:
        raise Stale()
    return locked


def _set(rule: RoutingRule, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(rule, name, values[name])
    if not any(_shown(rule, name) for name in CONDITIONS):
        raise NotReady("Välj minst ett villkor: typ, IT-system, produkt, enhet eller ord.")


def _save(rule: RoutingRule, by: Person) -> None:
    rule.version, rule.changed_by = F("version") + 1, by
    rule.save()
    rule.refresh_from_db()


def _shown(rule: RoutingRule, name: str) -> Any:
    return rule.words if name == "words" else getattr(rule, f"{name}_id", getattr(rule, name, None))


def _has_ended(unit: Unit) -> bool:
    return not Unit.objects.current().filter(pk=unit.pk).exists()


def _record(action: str, rule: RoutingRule, by: Person, body: Mapping[str, Any]) -> None:
    trail.record(
        action,
        by=by,
        right=Can.MANAGE_RULES,
        object_type="routing_rule",
        object_id=rule.pk,
        unit_id=rule.receiver_id,
        body=body,
    )
