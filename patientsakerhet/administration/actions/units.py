"""Units: made, changed, renamed or moved from a day, ended. The past keeps its names and places."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from treebeard.exceptions import PathOverflow

from patientsakerhet.access.policy import Can
from patientsakerhet.administration.actions import core
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import CareProvider, Person, Unit, UnitPeriod

DATED = ("name", "parent")
"""Facts whose change begins a new period."""
PROVIDER = ("name", "kind", "organisation_number")
"""What is known of a care provider."""
FACTS = (
    "name",
    "path",
    "care_provider",
    "hsa_id",
    "mailbox",
    "phone",
    "receives_cases",
    "coordinates",
    "valid_from",
)
"""What is seen of a unit before it is changed."""
PLACE = ("path", "depth", "numchild")
"""The tree's own columns."""
TOO_DEEP = "Trädet blir för djupt. Lägg enheten högre upp."


@transaction.atomic
def create_provider(
    name: str, kind: str, *, by: Person | None, organisation_number: str = ""
) -> CareProvider:
    """The care provider is known; refuses a second one of the same name."""
    core.allow(by)
    row = CareProvider(
        name=core.line(name, "Namn"), kind=kind, organisation_number=organisation_number
    )
    core.refuse_invalid(row)
    row.save()
    core.record("provider.created", row, by=by, body={"name": row.name, "kind": kind})
    return row


@transaction.atomic
def change_provider(
    provider: CareProvider, *, by: Person | None, seen: str = "", **given: Any
) -> set[str]:
    """The care provider is as given; which facts that changed. Refuses a name another has."""
    core.allow(by)
    row = CareProvider.objects.select_for_update().get(pk=provider.pk)
    core.refuse_stale(row, seen, PROVIDER)
    if "name" in given:
        given["name"] = core.line(given["name"], "Namn")
    changed = core.changes(row, given)
    if not changed:
        return set()
    for name, value in given.items():
        setattr(row, name, value)
    core.refuse_invalid(row)
    row.save(update_fields=list(given))
    core.record("provider.changed", row, by=by, body=changed)
    return set(changed)


@transaction.atomic
def create_unit(
    *,
    by: Person | None,
    name: str,
    code: str,
    provider: CareProvider | None = None,
    parent: Unit | None = None,
    hsa_id: str | None = None,
    mailbox: str = "",
    phone: str = "",
    receives_cases: bool = False,
    coordinates: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    right: Can = Can.ADMINISTER,
) -> Unit:
    """The unit is in the tree, in its parent's provider unless another is given.

    `right` is another only where something else brings the unit along: an import of cases makes
    the units that its cases were with.
    """
    core.allow(by, right)
    _lock_tree()
    provider = provider or (parent.care_provider if parent else None)
    if provider is None:
        raise NotReady("Välj vårdgivare, eller en överordnad enhet.")
    row = Unit(
        name=core.line(name, "Namn"),
        code=code,
        care_provider=provider,
        hsa_id=hsa_id or None,
        mailbox=mailbox,
        phone=phone,
        receives_cases=receives_cases,
        coordinates=coordinates,
        valid_from=valid_from or timezone.localdate(),
        valid_to=valid_to,
    )
    core.refuse_invalid(row, but=PLACE)
    try:
        if parent is None:
            row = Unit.objects.add_root(instance=row)
        else:
            row = Unit.objects.add_child(Unit.objects.get(pk=parent.pk), instance=row)
    except PathOverflow as fault:
        raise NotReady(TOO_DEEP) from fault
    core.record(
        "unit.created",
        row,
        by=by,
        unit_id=row.pk,
        right=right,
        body={"code": row.code, "name": row.name, "parent": parent.pk if parent else None},
    )
    return row


@transaction.atomic
def change_unit(
    unit: Unit, *, by: Person | None, since: date | None = None, seen: str = "", **given: Any
) -> set[str]:
    """The unit is as given; which facts that changed. A new name or place holds from `since`.

    A change from a later day is kept as a period and takes effect that day. Refuses a place
    below itself, an end before open cases are handed over, and what the fields do not accept.
    """
    core.allow(by)
    _lock_tree()
    row = _locked(unit)
    core.refuse_stale(row, seen, FACTS)
    if "name" in given:
        given["name"] = core.line(given["name"], "Namn")
    if "hsa_id" in given:
        given["hsa_id"] = given["hsa_id"] or None
    parent_now = Unit.objects.get_parent(row)
    place = {"parent": given.pop("parent")} if "parent" in given else {}
    changed = core.changes(row, given)
    if place and place["parent"] != parent_now:
        changed["parent"] = [
            parent_now.pk if parent_now else None,
            place["parent"].pk if place["parent"] else None,
        ]
    if not changed:
        return set()
    if "valid_to" in changed:
        _refuse_end(row, given["valid_to"])
    dated = set(changed) & set(DATED)
    since = since or timezone.localdate()
    if dated:
        _begin_period(
            row,
            since,
            name=given.get("name", row.name),
            parent=place["parent"] if place else parent_now,
        )
    if dated and since > timezone.localdate():
        now = {name: value for name, value in given.items() if name not in DATED}
    else:
        now = dict(given)
        if "parent" in dated:
            _move(row, place["parent"])
            row = _locked(row)
    for name, value in now.items():
        setattr(row, name, value)
    core.refuse_invalid(row, but=PLACE)
    if now:
        row.save(update_fields=list(now))
    core.record(
        "unit.changed",
        row,
        by=by,
        unit_id=row.pk,
        body={**changed, **({"since": since} if dated else {})},
    )
    return set(changed)


@transaction.atomic
def end_unit(unit: Unit, *, by: Person | None, last_day: date) -> Unit:
    """The unit exists up to and including the day; refuses while it has cases or units below."""
    change_unit(unit, by=by, valid_to=last_day)
    unit.refresh_from_db()
    return unit


@transaction.atomic
def apply_due_periods() -> int:
    """Names and places decided to hold from a day that has come now do; how many units changed."""
    today = timezone.localdate()
    due = UnitPeriod.objects.filter(valid_from__lte=today).filter(
        Q(valid_to=None) | Q(valid_to__gte=today)
    )
    moved = 0
    for period in due.select_related("unit", "parent").order_by("valid_from", "pk"):
        row = period.unit
        parent = Unit.objects.get_parent(row)
        if row.name == period.name and parent == period.parent:
            continue
        _lock_tree()
        if parent != period.parent:
            _move(row, period.parent)
        row = _locked(row)
        row.name = period.name
        row.save(update_fields=["name"])
        core.record(
            "unit.changed",
            row,
            by=None,
            unit_id=row.pk,
            body={"name": period.name, "since": period.valid_from},
        )
        moved += 1
    return moved


def _begin_period(row: Unit, since: date, *, name: str, parent: Unit | None) -> None:
    """From that day the unit has this name and place; until then what it had."""
    if since < row.valid_from:
        raise NotReady(f"Enheten finns först från {row.valid_from}. Välj en senare dag.")
    if parent is not None and (parent.path.startswith(row.path)):
        raise NotReady("En enhet kan inte ligga under sig själv.")
    periods = UnitPeriod.objects.filter(unit=row)
    if periods.filter(valid_from__gt=since).exists():
        raise NotReady("Enheten har en senare ändring som redan är bestämd. Välj en dag efter den.")
    if not periods.exists() and since > row.valid_from:
        UnitPeriod.objects.create(
            unit=row, name=row.name, parent=Unit.objects.get_parent(row), valid_from=row.valid_from
        )
    periods.filter(valid_to=None, valid_from__lt=since).update(valid_to=since - timedelta(days=1))
    UnitPeriod.objects.update_or_create(
        unit=row, valid_from=since, defaults={"name": name, "parent": parent, "valid_to": None}
    )


def _refuse_end(row: Unit, last_day: date | None) -> None:
    if last_day is None:
        return
    reasons = []
    below = (
        Unit.objects.within(row)
        .exclude(pk=row.pk)
        .filter(Q(valid_to=None) | Q(valid_to__gt=last_day))
        .count()
    )
    if below:
        units = "1 enhet" if below == 1 else f"{below} enheter"
        reasons.append(f"{units} ligger under den och finns kvar längre. Flytta eller avsluta dem.")
    # A count and nothing else: an administrator reads no case.
    open_cases = Case.objects.open().filter(owning_unit=row).count()
    if open_cases and last_day <= timezone.localdate():
        cases = "1 öppet ärende" if open_cases == 1 else f"{open_cases} öppna ärenden"
        reasons.append(f"Enheten har {cases}. En samordnare behöver lämna över dem först.")
    if reasons:
        raise NotReady(reasons)


def _move(row: Unit, parent: Unit | None) -> None:
    try:
        if parent is not None:
            Unit.objects.move(row, Unit.objects.get(pk=parent.pk), "last-child")
        elif (last := Unit.objects.get_last_root_node()) != row:
            Unit.objects.move(row, last, "right")
    except PathOverflow as fault:
        raise NotReady(TOO_DEEP) from fault


def _locked(unit: Unit) -> Unit:
    return (
        Unit.objects.select_for_update(of=("self",)).select_related("care_provider").get(pk=unit.pk)
    )


def _lock_tree() -> None:
    """One change of the tree at a time: paths are rewritten for whole branches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organisation_unit tree'))")
