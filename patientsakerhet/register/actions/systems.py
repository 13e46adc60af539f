"""IT systems: added, changed, depended on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.actions import core
from patientsakerhet.register.models import ITSystem, SystemDependency

FIELDS = (
    "name",
    "description",
    "aliases",
    "supplier",
    "managing_unit",
    "owner_unit",
    "owner",
    "system_manager",
    "information_owner",
    "maintenance_group",
    "criticality",
    "on_call",
    "in_use",
)


@transaction.atomic
def add(given: Mapping[str, Any], *, by: Person | None) -> ITSystem:
    """A new IT system at the unit that manages it; `dependents` are the units that depend on it."""
    core.allow_at(given["managing_unit"], by=by)
    fields = {name: given[name] for name in FIELDS if name in given}
    system = core.add(ITSystem(**fields), "system.added", by=by)
    _depend(system, given.get("dependents", ()), by=by)
    return system


@transaction.atomic
def change(
    system: ITSystem, given: Mapping[str, Any], *, by: Person | None, version: int | None = None
) -> ITSystem:
    """The system as given; `dependents`, when given, are all that depend on it from today on."""
    locked = (
        ITSystem.objects.select_for_update(of=("self",))
        .select_related("managing_unit")
        .get(pk=system.pk)
    )
    core.allow(locked, by=by)
    core.expect(locked, version)
    new_unit = given.get("managing_unit", locked.managing_unit)
    if new_unit != locked.managing_unit:
        core.allow_at(new_unit, by=by)
    fields = {name: given[name] for name in FIELDS if name in given}
    core.change(locked, fields, "system.changed", by=by)
    if "dependents" in given:
        _depend(locked, given["dependents"], by=by)
    return locked


def _depend(system: ITSystem, units: Iterable[Unit], *, by: Person | None) -> None:
    """These units depend on the system from today on, and no others; what was stays in its days."""
    today = timezone.localdate()
    wanted = {unit.pk for unit in units}
    standing = {one.unit_id: one for one in system.dependencies.filter(valid_to=None)}
    ended = standing.keys() - wanted
    begun = wanted - standing.keys()
    if not ended and not begun:
        return
    for unit in ended:
        one = standing[unit]
        one.valid_to = max(today, one.valid_from)
        one.save(update_fields=["valid_to"])
    SystemDependency.objects.bulk_create(
        SystemDependency(system=system, unit_id=unit, valid_from=today) for unit in sorted(begun)
    )
    core.record(
        "system.dependents", system, by=by, body={"ended": sorted(ended), "begun": sorted(begun)}
    )
