"""How what a measure counts can be divided: along a column of its rows, or by the units below one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, TextField, Value
from django.db.models.functions import Cast, Coalesce

from patientsakerhet.organisation.models import Unit

UNIT = "unit"
"""The key of the breakdown by the units below the one asked for."""
NOTHING = "-"
"""In addresses: the rows that have nothing there."""
NOTHING_NAME = "Inte angivet"
PART, NAME = "part_of_breakdown", "name_of_part"
DIRECTLY = "{}, direkt"


@dataclass(frozen=True)
class Breakdown:
    """One way to divide what a measure counts (uppdelning): each row has one part, and one only."""

    key: str
    name: str
    """In Swedish: händelseklass."""
    path: str
    """What divides, along the rows: a code, a stored choice; of `unit` the unit itself."""
    label: str = ""
    """Where the rows say what the part is called."""
    words: Mapping[Any, str] = field(default_factory=dict, compare=False)
    """What the stored choices are called."""

    @property
    def is_by_unit(self) -> bool:
        """Whether the parts are units of the tree, each with those below it."""
        return self.key == UNIT

    def divided(self, rows: Any) -> Any:
        """The rows with what divides them, as text."""
        path = f"{self.path}__path" if self.is_by_unit else self.path
        told = Coalesce(Cast(F(path), TextField()), Value(""), output_field=TextField())
        return rows.annotate(**{PART: told})

    def named(self, rows: Any) -> Any:
        """The rows divided, with what their part is called as `NAME`; to be grouped."""
        return rows.annotate(**{NAME: Max(self.label)}) if self.label else rows

    def narrow(self, rows: Any, value: str, unit: Unit | None) -> Any:
        """Exactly the rows of the part; `unit` is the one asked for."""
        divided = self.divided(rows)
        if not self.is_by_unit:
            return divided.filter(**{PART: "" if value == NOTHING else value})
        one = Unit.objects.filter(code=value).first()
        if one is None:
            return rows.none()
        alone = "" if _divides(one, unit) else "__startswith"
        return divided.filter(**{f"{PART}{alone}": one.path})

    def told(self, value: str, name: str = "") -> str:
        """What the part is called."""
        if not value or value == NOTHING:
            return NOTHING_NAME
        words = {str(key): word for key, word in self.words.items()}
        found = words.get(value) or name or value
        return found[:1].upper() + found[1:]

    def name_of(self, value: str, rows: Any, unit: Unit | None) -> str:
        """What the part is called, whether it has rows or not."""
        if self.is_by_unit:
            one = Unit.objects.filter(code=value).first()
            return value if one is None else unit_name(one, unit)
        name = ""
        if self.label:
            mine = self.narrow(rows, value, unit).order_by().values_list(self.label, flat=True)
            name = mine.first() or ""
        return self.told(value, name)


def unit_of(path: str, unit: Unit | None, units: Mapping[str, Unit]) -> Unit:
    """The part that a row at the path belongs to: the unit right below the one asked for, or that itself.

    Without a unit it is the one right below the top of its tree, or the top itself.
    """
    deep = Unit.steplen * (2 if unit is None else unit.depth + 1)
    return units[path[:deep]]


def units_on(paths: Iterable[str], unit: Unit | None) -> dict[str, Unit]:
    """The units that are parts for rows at these paths, by their paths; one statement."""
    deep = Unit.steplen * (2 if unit is None else unit.depth + 1)
    wanted = {path[:deep] for path in paths}
    return {one.path: one for one in Unit.objects.filter(path__in=wanted)}


def unit_name(one: Unit, unit: Unit | None) -> str:
    """What a unit is called as a part; the one that is divided holds what is its own."""
    return DIRECTLY.format(one.name) if _divides(one, unit) else one.name


def _divides(one: Unit, unit: Unit | None) -> bool:
    """Whether the unit is the one that is divided, so that its part is without those below."""
    return one.is_root() if unit is None else one.pk == unit.pk


@dataclass(frozen=True)
class Narrowed:
    """One part of a breakdown, asked for alone."""

    breakdown: Breakdown
    value: str
    name: str
