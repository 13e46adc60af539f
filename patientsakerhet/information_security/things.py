"""What is classified, whether or not the register knows it."""

from __future__ import annotations

from dataclasses import dataclass

from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register.models import ITSystem


@dataclass(frozen=True)
class Thing:
    """A system of the register, or another information asset of a unit (informationstillgång)."""

    system: ITSystem | None
    asset: str
    unit: Unit


def owner_of(system: ITSystem) -> Person | None:
    """Who is asked for the system's classification by the register."""
    return system.information_owner or system.owner or system.system_manager
