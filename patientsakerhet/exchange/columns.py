"""Which column of a file is which of ours: proposed from the headings, chosen by somebody, kept under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import eq

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.exchange import kinds
from patientsakerhet.exchange.kinds import Expected
from patientsakerhet.exchange.models import ColumnChoice
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

CHOSEN = "kolumn:"
"""An option of an import that starts so says what one of our columns is called in the file."""
SHORTEST = 4
"""Letters that a name must have to be found inside a longer heading."""


def chosen_in(options: Mapping[str, str]) -> dict[str, str]:
    """Our column -> the file's, of an import whose columns somebody has chosen; empty otherwise."""
    return {
        key.removeprefix(CHOSEN): value for key, value in options.items() if key.startswith(CHOSEN)
    }


def as_options(chosen: Mapping[str, str]) -> dict[str, str]:
    """The choice as an import keeps it."""
    return {f"{CHOSEN}{name}": heading for name, heading in chosen.items()}


def expected(columns: Sequence[Expected], options: Mapping[str, str]) -> list[Expected]:
    """The columns by what they are called in this file; one that was not chosen is not read."""
    named = chosen_in(options)
    if not named:
        return list(columns)
    return [
        Expected(column.headings, column.text, column.required, named[column.headings[0]])
        for column in columns
        if named.get(column.headings[0])
    ]


def headings_of(row: Sequence[str]) -> list[str]:
    """The file's columns by names that tell them apart: a second `Datum` is `Datum#2`."""
    seen: dict[str, int] = {}
    told = []
    for name in row:
        if name:
            seen[name] = seen.get(name, 0) + 1
            told.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return told


def proposed(columns: Sequence[Expected], heading: Sequence[str]) -> dict[str, str]:
    """Our column -> the file's, as well as the headings tell; each of the file's is used once.

    First a name that is the same but for case and signs, then one that the heading begins with.
    """
    left = {name: _squeezed(name) for name in headings_of(heading)}
    found: dict[str, str] = {}
    for is_like in (eq, _begins):
        for column in columns:
            ours = column.headings[0]
            if ours in found:
                continue
            theirs = _alike(column, left, is_like)
            if theirs is not None:
                found[ours] = theirs
                del left[theirs]
    return found


def _alike(
    column: Expected, left: Mapping[str, str], is_like: Callable[[str, str], bool]
) -> str | None:
    """The first of the file's columns that is like one of the names of ours."""
    for name in column.headings:
        for theirs, squeezed in left.items():
            if is_like(squeezed, _squeezed(name)):
                return theirs
    return None


def _begins(squeezed: str, name: str) -> bool:
    return len(name) >= SHORTEST and squeezed.startswith(name)


def _squeezed(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


@transaction.atomic
def keep(kind_key: str, name: str, chosen: Mapping[str, str], *, by: Person | None) -> ColumnChoice:
    """The choice is kept under its name, in the place of an earlier one of the same name."""
    kind = kinds.of(kind_key)
    if by is not None:
        policy.check_anywhere(by, Can(kind.needs))
    name = text.clean_line(name)[:80]
    if not name:
        raise NotReady("Skriv vad kolumnvalet ska heta.")
    row, is_new = ColumnChoice.objects.update_or_create(
        kind=kind.key, name=name, defaults={"columns": dict(chosen), "by": by}
    )
    trail.record(
        "import.column_choice_kept",
        by=by,
        right=kind.needs,
        object_type="column_choice",
        object_id=row.pk,
        body={"kind": kind.key, "name": name, "is_new": is_new, "columns": dict(chosen)},
    )
    return row


def called(kind_key: str, name: str) -> ColumnChoice:
    """The choice kept under this name; refuses a name that is not there, naming those that are."""
    found = ColumnChoice.objects.filter(kind=kind_key, name__iexact=name.strip()).first()
    if found is None:
        names = ColumnChoice.objects.filter(kind=kind_key).values_list("name", flat=True)
        there = f" Det finns: {', '.join(names)}." if names else " Inget är sparat än."
        raise NotReady(f"Inget kolumnval heter ”{name.strip()}”.{there}")
    return found
