"""The nomenclature: a release taken in whole, ours below what the official one says."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.models import EmdnTerm


@dataclass(frozen=True)
class Term:
    """One term as a release has it."""

    code: str
    term: str
    is_terminal: bool


@dataclass(frozen=True)
class Differences:
    """Codes by what became of them."""

    added: Sequence[str]
    changed: Sequence[str]
    unchanged: Sequence[str]
    gone: Sequence[str]


@transaction.atomic
def take_release(terms: Sequence[Term], release: str, *, by: Person | None) -> Differences:
    """The official terms are those of the release; a Swedish name that stood there stays.

    One that is no longer in it is kept and no longer offered: devices may point at it. Refuses a
    code without the code above it.
    """
    if by is not None:
        policy.check_anywhere(by, Can.IMPORT_REGISTER)
    given = {one.code: one for one in terms}
    standing = {one.code: one for one in EmdnTerm.objects.select_for_update().order_by("pk")}
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    for code in sorted(given, key=lambda one: (len(one), one)):
        told, above = given[code], above_of(code, given)
        parent = standing.get(above) if above else None
        if above is None and len(code) > 1:
            raise NotReady(f"Koden {code} saknar en överordnad kod i filen.")
        row = standing.get(code)
        is_new = row is None
        row = row or EmdnTerm(code=code)
        wanted = {
            "term": told.term,
            "parent_id": parent.pk if parent else None,
            "level": parent.level + 1 if parent else 1,
            "is_terminal": told.is_terminal,
            "origin": EmdnTerm.Origin.OFFICIAL,
            "is_current": True,
        }
        differs = [name for name, value in wanted.items() if getattr(row, name) != value]
        if not differs and not is_new:
            unchanged.append(code)
            continue
        for name, value in {**wanted, "release": release}.items():
            setattr(row, name, value)
        row.save()
        standing[code] = row
        (added if is_new else changed).append(code)
    gone = [
        one.code
        for one in standing.values()
        if one.code not in given and one.origin == EmdnTerm.Origin.OFFICIAL and one.is_current
    ]
    EmdnTerm.objects.filter(code__in=gone).update(is_current=False)
    trail.record(
        "emdn.taken",
        by=by,
        right=Can.IMPORT_REGISTER,
        body={"release": release, "added": len(added), "changed": len(changed), "gone": gone},
    )
    return Differences(added, changed, unchanged, gone)


def above_of(code: str, known: Container[str]) -> str | None:
    """The longest code that this one begins with among those known; nothing for a category."""
    return next(
        (code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in known),
        None,
    )
