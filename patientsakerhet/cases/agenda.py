"""What waits for a person: errands that the apps sign in, shown on her first page and counted beside the rooms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.paging import Capped, counts_of
from patientsakerhet.ui.parts import Tone

SHOWN = 5
"""Rows of an errand on the first page; the rest is in its list."""

ASKED, WORK, NEWS = "asked", "work", "news"
"""Where on the first page: what somebody has asked of her, what she works with, what she has sent."""


@dataclass(frozen=True)
class Line:
    """One thing that waits, as a row shows it."""

    title: str
    url: str
    lead: str = ""
    """The number or day that stands first, and in `since` what it means."""
    since: str = ""
    tone: str = ""
    meta: tuple[str, ...] = ()
    chip: str = ""
    chip_tone: Tone = ""
    stage: int = 0
    """The chip's step on a reporter's way, 1 to 4."""


@dataclass(frozen=True)
class Errand:
    """A sort of thing that waits (ärendeslag på Min sida)."""

    key: str
    title: str
    rows: Callable[[Person], QuerySet[Any] | None]
    """What waits, in order; None when it cannot concern her."""
    line: Callable[[Any], Line]
    more: Callable[[Person], str]
    """The address of the whole list, narrowed as here."""
    more_label: str
    place: str = WORK
    order: int = 100


@dataclass(frozen=True)
class Block:
    """An errand with something in it."""

    errand: Errand
    count: Capped
    lines: list[Line]
    rows: list[Any] = field(repr=False)
    more: str = ""


NOT_HERS = Capped(0)
"""The count of what cannot concern her."""

_errands: dict[str, Errand] = {}


def register(errand: Errand) -> None:
    """Make an errand known, from an app's ready(); refuses two under one key."""
    if errand.key in _errands:
        raise ValueError(f"{errand.key} is taken")
    _errands[errand.key] = errand


def every() -> Iterable[Errand]:
    """All errands, in their order."""
    return sorted(_errands.values(), key=lambda errand: errand.order)


def counts(person: Person, keys: Collection[str] | None = None) -> Mapping[str, Capped]:
    """How much waits of each sort, or of these sorts; one statement for what is not known already.

    Asked by the navigation of every page for the few it shows, and by the first page for all.
    Remembered as long as the person object.
    """
    known: dict[str, Capped] = person.__dict__.setdefault("_agenda_counts", {})
    wanted = [one for one in every() if one.key not in known and (keys is None or one.key in keys)]
    lists = {one.key: rows for one in wanted if (rows := one.rows(person)) is not None}
    known |= dict.fromkeys([one.key for one in wanted], NOT_HERS) | counts_of(lists)
    return known


def blocks(person: Person) -> list[Block]:
    """What waits for the person, one statement for each sort of which there is something."""
    counted = counts(person)
    found = []
    for errand in every():
        rows = errand.rows(person) if counted.get(errand.key) else None
        if rows is None:
            continue
        shown = list(rows[:SHOWN])
        found.append(
            Block(
                errand,
                counted[errand.key],
                [errand.line(row) for row in shown],
                shown,
                errand.more(person),
            )
        )
    return found
