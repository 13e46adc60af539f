"""Whose the sums and the kept rows of a unit are to see, and what the sorts of case in them are called."""

from __future__ import annotations

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Code
from patientsakerhet.organisation.models import Role, Unit
from rapporter.flow.of_cases import SORTS, UNTYPED
from rapporter.registry import Asked


def secrecies(asked: Asked) -> set[int] | None:
    """The secrecies of which whoever asks may read every case of the unit asked for; None for none.

    A case has always reached the unit that has it and the one that wrote it, so whoever may read
    cases there, by a role held there or above, may read all of them but the secret. Of all units
    together whoever holds a role at every one that has none above it.
    """
    key = ("secrecies", asked.unit, asked.by)
    if key not in asked.memory:
        asked.memory[key] = _secrecies(asked)
    found: set[int] | None = asked.memory[key]
    return found


def _secrecies(asked: Asked) -> set[int] | None:
    if asked.by is None:
        return set(policy.NEEDED_FOR_SECRECY)
    held = policy.assignments_of(asked.by)
    if asked.unit is not None:
        tops = [asked.unit.path]
    elif any(one.unit.depth == 1 for one in held):
        tops = list(Unit.objects.filter(depth=1).values_list("path", flat=True))
    else:
        return None
    found: set[int] | None = None
    for top in tops:
        roles = [Role(one.role) for one in held if top.startswith(one.unit.path)]
        granted = [policy.GRANTS[role] for role in roles if Can.READ in policy.GRANTS[role]]
        if not granted:
            return None
        here = {
            secrecy
            for secrecy, needed in policy.NEEDED_FOR_SECRECY.items()
            if any(needed is None or needed in one for one in granted)
        }
        found = here if found is None else found & here
    return found


def labels(asked: Asked) -> dict[int, str]:
    """What each sort of case is called, by the key that the rows have of it."""
    if "labels of sorts" not in asked.memory:
        names = Code.objects.of(SORTS).values_list("pk", "label")
        asked.memory["labels of sorts"] = {0: UNTYPED, **dict(names)}
    found: dict[int, str] = asked.memory["labels of sorts"]
    return found
