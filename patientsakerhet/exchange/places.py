"""Units as files name them."""

from __future__ import annotations

from patientsakerhet.organisation.models import Unit


def units() -> dict[str, Unit]:
    """Units by code, HSA-id and name in small letters; a name that several have leads to none."""
    found: dict[str, Unit] = {}
    names: dict[str, list[Unit]] = {}
    for unit in Unit.objects.current():
        found[unit.code.casefold()] = unit
        if unit.hsa_id:
            found[unit.hsa_id.casefold()] = unit
        names.setdefault(unit.name.casefold(), []).append(unit)
    return {**{name: units[0] for name, units in names.items() if len(units) == 1}, **found}
