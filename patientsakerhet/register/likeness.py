"""Which known party a name may mean that nobody goes by: proposed with the reason, never decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from patientsakerhet.register.models import Party, PartyAlias
from patientsakerhet.register.spelling import party_beginnings, party_spelling

MOST = 5
LOOKED_AT = 50
SHORTEST = 4
"""Letters that a name must have for longer names beginning with it to be proposed."""


@dataclass(frozen=True)
class Likely:
    """A party that may be meant, and why."""

    party: Party
    why: str


def likely(name: str) -> list[Likely]:
    """The parties that the name may mean, surest first; none when somebody goes by it outright.

    Suppliers write a division and an address after a company's name, and registers do the same:
    one name begins with the other, whole words of it.
    """
    spelling, begins = party_spelling(name), party_beginnings(name)
    if not spelling:
        return []
    longer = Q(spelling__startswith=spelling) if len(spelling) >= SHORTEST else Q(spelling=spelling)
    aliases = PartyAlias.objects.filter(party__merged_into=None).select_related("party")
    known = list(aliases.filter(Q(spelling__in=begins) | longer).order_by("spelling")[:LOOKED_AT])
    if any(one.spelling == spelling for one in known):
        return []
    found: dict[int, Likely] = {}
    for alias in sorted(known, key=lambda one: _closeness(one, begins)):
        if why := _why(name, alias, begins):
            found.setdefault(alias.party_id, Likely(alias.party, why))
    return list(found.values())[:MOST]


def is_likely(name: str, other: Iterable[str]) -> bool:
    """Whether the name begins with one of the others, or one of them with it, whole words of it."""
    spelling, begins = party_spelling(name), set(party_beginnings(name))
    return any(
        party_spelling(one) in begins or spelling in party_beginnings(one)
        for one in other
        if spelling and party_spelling(one)
    )


def _closeness(alias: PartyAlias, begins: list[str]) -> tuple[int, int]:
    """The longest beginning first, then the name that goes on the least."""
    if alias.spelling in begins:
        return begins.index(alias.spelling), 0
    return len(begins), len(alias.spelling)


def _why(name: str, alias: PartyAlias, begins: list[str]) -> str:
    also = "" if alias.name == alias.party.name else f", som {alias.party} också skrivs"
    if alias.spelling in begins:
        return f"”{name}” börjar med ”{alias.name}”{also}."
    if party_spelling(name) in party_beginnings(alias.name):
        return f"”{alias.name}”{also and f'{also},'} börjar med ”{name}”."
    return ""
