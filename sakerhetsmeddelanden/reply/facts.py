"""What a reply form says, as values: what the units answered, and what the coordinator adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class DeviceLine:
    """One device, or several alike that a unit has named together, and what was done with it."""

    unit: str
    name: str
    number: str
    outcome: str
    """A code of `RecipientDevice.Outcome`; "" where nothing is said yet."""
    on: date | None = None
    quantity: int = 1


@dataclass(frozen=True)
class Customer:
    """A unit of another care provider that got the notice through the region."""

    name: str
    provider: str
    informed_on: date | None
    has_answered: bool


@dataclass(frozen=True)
class Answers:
    """What the units have said so far."""

    settled: int
    """Units from which nothing more is awaited."""
    total: int
    waived: int = 0
    """Of the settled: those whose answer the chief physician has waived."""
    affected: int = 0
    informed: int = 0
    devices: Sequence[DeviceLine] = field(default=())
    customers: Sequence[Customer] = field(default=())

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is awaited from anybody."""
        return self.settled == self.total

    def of(self, *outcomes: str) -> list[DeviceLine]:
        """The devices with one of these outcomes."""
        return [one for one in self.devices if one.outcome in outcomes]


@dataclass(frozen=True)
class Subject:
    """Which notice is answered, in the supplier's own words."""

    fsn_ref: str
    dated_on: date | None
    product: str
    codes: str = ""
    numbers: str = ""


@dataclass(frozen=True)
class Details:
    """What the coordinator writes: who answers for the region, and what no unit's answer tells."""

    organisation: str
    address: str
    contact: str
    phone: str
    email: str
    title: str = ""
    account: str = ""
    department: str = ""
    shipping: str = ""
    other_action: str = ""
    query: str = ""
    return_to: str = ""
    deadline: date | None = None
