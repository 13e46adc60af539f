"""Which rows of reach open a case for somebody, as conditions that an index can follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Q

from patientsakerhet.access import policy
from patientsakerhet.access.capabilities import Can
from patientsakerhet.access.models import Level
from patientsakerhet.organisation.models import Assignment, Person, Role, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


WALKED = 12
"""So many units are walked through one by one for a page of their newest cases."""


def reached_by(person: Person | AnonymousUser, *capabilities: Can) -> Q:
    """Which `CaseAccess` rows let this person do any of these with a case that is not secret.

    A condition on the rows' own columns only: the planner can then tell how many cases that is.
    What she may do with a secret case, `opened_by`, is always among it.
    """
    return _rows(person, frozenset(capabilities), [0])


def opened_by(person: Person | AnonymousUser, *capabilities: Can, path: str = "") -> Q:
    """As `reached_by` for any case; the rows carry, as `secrecy`, that of their case, or are
    reached along a path from it.
    """
    return _rows(person, frozenset(capabilities), list(policy.NEEDED_FOR_SECRECY), "secrecy", path)


def secrecy_matters(person: Person | AnonymousUser, *capabilities: Can) -> bool:
    """True when there are cases that one of the person's roles would open if they were not secret."""
    wanted = frozenset(capabilities)
    return any(
        len({_levels(Role(held.role), wanted, secrecy) for secrecy in policy.NEEDED_FOR_SECRECY})
        > 1
        for held in policy.assignments_of(person)
    )


def reaches_most(person: Person | AnonymousUser) -> bool:
    """True when the person's units are so many that a query does better to try case after case."""
    return any(len(held.below) > policy.FEW for held in policy.assignments_of(person))  # type: ignore[attr-defined]  # annotated in `assignments_of`


@dataclass(frozen=True)
class Place:
    """Where rows of reach lie together: a unit's, or a person's own."""

    opens: Q
    """Those of them that open a case."""
    most: int
    """So many of them can be of the same case."""


def places(person: Person | AnonymousUser, capability: Can, *, path: str) -> list[Place] | None:
    """The places where cases have reached somebody who may do this with them, when they are so
    few that a list does well to walk each for itself; None when they are more.

    The rows are told as `opened_by` tells them.
    """
    if reaches_most(person):
        return None  # her assignments do not name all their units
    if not isinstance(person, Person):
        return []
    wanted = frozenset({capability})
    at: dict[int, list[Assignment]] = {}
    for held in policy.assignments_of(person):
        if capability in policy.GRANTS[Role(held.role)]:
            for unit in held.below:  # type: ignore[attr-defined]  # from `assignments_of`
                at.setdefault(unit, []).append(held)
    if len(at) > WALKED:
        return None
    found = []
    for unit, several in sorted(at.items()):
        opened = Q(pk__in=[])
        for held in several:
            for one in _opened(held, wanted, list(policy.NEEDED_FOR_SECRECY), "secrecy", path):
                opened |= one
        levels = {level for held in several for level in _levels(Role(held.role), wanted, 0)}
        found.append(Place(Q(**{f"{path}unit": unit}) & opened, len(levels)))
    named = _named(wanted)
    own = Q(**{f"{path}person": person, f"{path}level__in": named})
    return [*found, Place(own, len(named))]


def _rows(
    person: Person | AnonymousUser,
    wanted: frozenset[Can],
    secrecies: list[int],
    column: str = "",
    path: str = "",
) -> Q:
    """Every alternative names the person or units, so that an index finds each."""
    condition = Q(pk__in=[])
    if not isinstance(person, Person):
        return condition
    if named := _named(wanted):
        condition |= Q(**{f"{path}person": person, f"{path}level__in": named})
    for held in policy.assignments_of(person):
        for opened in _opened(held, wanted, secrecies, column, path):
            condition |= _at_or_below(held, path) & opened
    return condition


def _opened(
    held: Assignment, wanted: frozenset[Can], secrecies: list[int], column: str, path: str
) -> Iterator[Q]:
    """Alternatives for a row at the assignment's units: how far it has come, how secret it is."""
    alike: dict[tuple[Level, ...], list[int]] = {}
    for secrecy in secrecies:
        alike.setdefault(_levels(Role(held.role), wanted, secrecy), []).append(secrecy)
    for levels, equal in alike.items():
        if levels:
            some = {f"{column}__in": equal} if column and len(alike) > 1 else {}
            yield Q(**{f"{path}level__in": levels}, **some)


def _named(wanted: frozenset[Can]) -> list[Level]:
    """How far a case must have come to somebody herself for her to do any of these with it."""
    return [level for level in Level if wanted & policy.TO_A_PERSON.get(level, frozenset())]


@cache
def _levels(role: Role, wanted: frozenset[Can], secrecy: int) -> tuple[Level, ...]:
    """How far a case of this secrecy must have come for the role to do any of these with it."""
    needed = policy.NEEDED_FOR_SECRECY[secrecy]
    return tuple(
        level
        for level in Level
        if wanted & (here := policy.GRANTS[role] & policy.ALLOWS[level])
        and (needed is None or needed in here)
    )


def _at_or_below(held: Assignment, path: str) -> Q:
    """A row whose unit is the assignment's, or below it."""
    below: list[int] = held.below  # type: ignore[attr-defined]  # from `assignments_of`
    units = (
        below if len(below) <= policy.FEW else Unit.objects.filter(path__startswith=held.unit.path)
    )
    return Q(**{f"{path}unit__in": units})
