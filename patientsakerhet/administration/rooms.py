"""The rooms under Inställningar: who signs them in, and which a person may enter."""

from __future__ import annotations

from dataclasses import dataclass

from patientsakerhet.access import policy
from patientsakerhet.organisation.models import Person

ORGANISATION, RULES, FILES, OWN = (
    "Organisation och personer",
    "Regler och listor",
    "Filer",
    "För dig själv",
)
SECTIONS = (ORGANISATION, RULES, FILES, OWN)
"""The headings of the overview, in order."""


@dataclass(frozen=True)
class Room:
    """One room of the settings. `needs` are capabilities' values of which one is enough; none
    stands for everybody who is signed in."""

    section: str
    label: str
    text: str
    url_name: str
    needs: tuple[str, ...] = ()
    order: int = 100


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Add a room, from an app's `ready()`; a second one with the same address replaces the first."""
    if room.section not in SECTIONS:
        raise ValueError(f"{room.section!r} is no section; choose one of {SECTIONS}.")
    _rooms[room.url_name] = room


def rooms_for(person: Person) -> list[tuple[str, list[Room]]]:
    """The rooms this person may enter today, under their headings."""
    held = policy.capabilities_anywhere(person)
    opened = sorted(
        (room for room in _rooms.values() if not room.needs or held & set(room.needs)),
        key=lambda room: (room.order, room.label),
    )
    grouped = ((name, [room for room in opened if room.section == name]) for name in SECTIONS)
    return [(name, rooms) for name, rooms in grouped if rooms]
