"""The register of measures: a figure without a measure here can be neither shown nor taken out.

A measure says in Swedish what it counts, over which date, and as of which moment; it answers with a
number and with exactly the rows behind it. Changed code needs a new version: `versions.toml` keeps
what every version's code was, and from which day it held.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Person, Unit
from rapporter.breakdowns import Breakdown, Narrowed

VERSIONS = Path(__file__).with_name("versions.toml")
SIGNS = 16
"""So much of the digest tells two codes apart."""
SHOWN = "shown"
"""In a question's memory: the cases of the rows on the page that it is asked for."""
Rows = QuerySet[Any]
CHUNK = 5000
"""Rows that are read at a time."""


class Direction(StrEnum):
    """Which way is better; the more somebody reports, the better or worse it is not."""

    UP = "up_good"
    DOWN = "down_good"
    NEUTRAL = "neutral"


class Disclosure(StrEnum):
    """How small numbers are treated when a figure is made public."""

    TOTAL = "A"
    """Totals without a person in them: never hidden."""
    BREAKDOWN = "B"
    """By unit, profession, reporter or severity: one to four are hidden."""
    INTERNAL = "C"
    """Never made public."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a measure: a period, a unit with those below it, as of when, and by whom.

    Without a unit it is everything; without a person it is the product itself, which reads all.
    """

    first: date
    last: date
    as_of: datetime
    unit: Unit | None = None
    by: Person | None = None
    variant: str = ""
    narrowed: Narrowed | None = None
    """Only the rows of one part of a breakdown."""
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been read to answer; measures that are asked the same share it."""

    @property
    def day(self) -> date:
        """The last day of the period that had come by then."""
        return min(self.last, calendar.local_day(self.as_of))

    def within(self, rows: Any, path: str) -> Any:
        """The rows whose unit, along the path, is the one asked for or below it."""
        if self.unit is None:
            return rows
        return rows.filter(**{f"{path}__path__startswith": self.unit.path})

    def seen(self, rows: Any) -> Any:
        """The rows that whoever asks may read."""
        return rows if self.by is None else rows.visible_to(self.by)


@dataclass(frozen=True)
class Answer:
    """A number, and the rows behind it; None is not reached yet, half of them say."""

    value: Decimal | None
    rows: Rows


Weigh = Callable[[Any, Asked], Decimal]
Reckon = Callable[[Any, Asked], Decimal | None]


@dataclass(frozen=True)
class Family:
    """Measures that are alike but for one thing, of which there are rows: a programme, a role."""

    variants: Callable[[], Iterable[tuple[str, str, str]]]
    """Code, Swedish, and the figure of the 2023 report that the variant is, if any."""


@dataclass(frozen=True)
class Measure:
    """One measure (mått): what is counted, and how."""

    key: str
    version: int
    section: str
    name: str
    definition: str
    date_field: str
    """In Swedish, which day decides the period a row belongs to."""
    direction: Direction
    disclosure: Disclosure
    needs: tuple[Can, ...]
    """One of these is needed to read the rows behind it."""
    rows: Callable[[Asked], Rows]
    columns: tuple[Column, ...]
    """What a row shows, on the page and in files; the first names it."""
    address: Callable[[Any], str]
    related: tuple[str, ...] = ()
    weigh: Weigh | None = None
    """What a row counts for; one each without it."""
    weighed_by: tuple[str, ...] = ()
    """The columns that `weigh` reads; without them it is given whole rows."""
    reckon: Reckon | None = None
    """The number of all rows together, where it is neither their number nor a sum: a median."""
    tally: Callable[[Asked], int | None] | None = None
    """The number, told by sums that are kept of its rows; None where those do not tell."""
    unit: str = "st"
    decimals: int = 0
    figure: str = ""
    """Its name among the figures of the 2023 report."""
    rests_on: tuple[Callable[..., Any], ...] = ()
    """Code beside its own that the number hangs on."""
    corrections: str = ""
    """In Swedish, what is not seen as it was known then: corrections made later."""
    family: Family | None = None
    variant: str = ""
    breakdowns: tuple[Breakdown, ...] = ()
    """How its rows can be divided, so that the number is the sum of its parts."""
    adds_up: bool = True
    """Whether the numbers of some months add up to that of all their days; a level does not."""

    @property
    def family_key(self) -> str:
        """The key it is registered under."""
        return self.key.partition(".")[0]

    def readable_by(self, person: Person) -> bool:
        """Whether the person may read rows of this sort somewhere."""
        return bool(policy.capabilities_anywhere(person) & set(self.needs))

    def rows_for(self, asked: Asked) -> Rows:
        """Exactly the rows that are counted, in a total order."""
        rows = self.rows(_of(asked, self.variant))
        if asked.narrowed is not None:
            rows = asked.narrowed.breakdown.narrow(rows, asked.narrowed.value, asked.unit)
        return rows.select_related(*self.related)

    def breakdown(self, key: str) -> Breakdown | None:
        """Its breakdown with this key."""
        return next((one for one in self.breakdowns if one.key == key), None)

    def answer(self, asked: Asked) -> Answer:
        """The number and its rows."""
        rows = self.rows_for(asked)
        if self.reckon is not None:
            return Answer(self.reckon(rows, _of(asked, self.variant)), rows)
        known = self.tallied(asked)
        if known is not None:
            return Answer(Decimal(known), rows)
        if self.weigh is None:
            return Answer(Decimal(rows.order_by().count()), rows)
        return Answer(sum((part for _, part in self.parts(asked)), Decimal(0)), rows)

    def tallied(self, asked: Asked) -> int | None:
        """The number without reading its rows; None where they must be."""
        if self.tally is None or asked.narrowed is not None:
            return None
        return self.tally(_of(asked, self.variant))

    def part(self, row: Any, asked: Asked) -> Decimal:
        """What the row counts for in the number."""
        return Decimal(1) if self.weigh is None else self.weigh(row, _of(asked, self.variant))

    def parts(self, asked: Asked) -> Iterator[tuple[int, Decimal]]:
        """The key of each row with what it counts for, in no order."""
        told = _of(asked, self.variant)
        rows: Any = self.rows_for(asked).order_by()
        if self.weigh is None:
            for pk in rows.select_related(None).values_list("pk", flat=True).iterator(CHUNK):
                yield pk, Decimal(1)
        elif self.weighed_by:
            columns = list(dict.fromkeys(("pk", *self.weighed_by)))
            paths = [column.split("__") for column in columns]
            for values in rows.select_related(None).values_list(*columns).iterator(CHUNK):
                yield values[0], self.weigh(_row(paths, values), told)
        else:
            for row in rows.iterator(CHUNK):
                yield row.pk, self.weigh(row, told)

    @property
    def is_counted(self) -> bool:
        """Whether the number is that of the rows."""
        return self.weigh is None and self.reckon is None

    @property
    def code_hash(self) -> str:
        """The digest of the code that the number comes from; comments and layout do not count."""
        own = (self.rows, self.weigh, self.reckon, self.tally)
        parts = (*(one for one in own if one is not None), *self.rests_on)
        return hashlib.sha256("\n".join(map(_code, parts)).encode()).hexdigest()[:SIGNS]


@dataclass
class _Registered:
    measures: dict[str, Measure] = field(default_factory=dict)


_registered = _Registered()


class UnknownMeasure(LookupError):
    """No measure is registered under this key."""


def register(measure: Measure) -> None:
    """Make a measure known, from the app's `ready()`; a second one under the key is refused."""
    if measure.key in _registered.measures:
        raise ValueError(f"{measure.key} is registered twice")
    _registered.measures[measure.key] = measure


def registered() -> Sequence[Measure]:
    """Every measure as it is registered; a family is one."""
    return tuple(_registered.measures.values())


def every() -> list[Measure]:
    """Every measure there is to show now: families by their members."""
    found: list[Measure] = []
    for measure in registered():
        found += _members(measure)
    return found


def members(key: str) -> list[Measure]:
    """The measures of the family with this key."""
    return _members(_registered.measures[key])


def of(key: str) -> Measure:
    """The measure with this key; refuses one that is not registered."""
    measure = _registered.measures.get(key.partition(".")[0])
    for one in [] if measure is None else _members(measure):
        if one.key == key:
            return one
    raise UnknownMeasure(key)


def unversioned() -> list[str]:
    """What is wrong with the versions: code that has changed, versions that nobody has written down."""
    wrong = []
    for one in registered():
        kept = versions().get(one.key, {}).get(str(one.version))
        if kept is None:
            wrong.append(f"{one.key}: version {one.version} står inte i {VERSIONS.name}.")
        elif kept["code"] != one.code_hash:
            wrong.append(
                f"{one.key}: koden är en annan ({one.code_hash}) än den som version {one.version} "
                "skrevs in med. Ge måttet en ny version."
            )
    return wrong


@cache
def versions() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Key -> version -> the digest of its code, and the day it holds from."""
    found: Mapping[str, Mapping[str, Mapping[str, Any]]] = tomllib.loads(VERSIONS.read_text())
    return found


def valid_from(measure: Measure) -> date:
    """The day from which the measure's version holds."""
    found: date = versions()[measure.family_key][str(measure.version)]["valid_from"]
    return found


def _members(measure: Measure) -> list[Measure]:
    """The measure itself, or those of its family."""
    if measure.family is None:
        return [measure]
    return [
        _with(
            measure,
            key=f"{measure.key}.{code}",
            name=measure.name.format(label),
            definition=measure.definition.format(label),
            figure=figure,
            variant=code,
        )
        for code, label, figure in measure.family.variants()
    ]


def _row(paths: Iterable[Sequence[str]], values: Iterable[Any]) -> SimpleNamespace:
    """The values of these columns as `weigh` finds them on a whole row."""
    row = SimpleNamespace()
    for (*on_the_way, name), value in zip(paths, values, strict=True):
        at = row
        for step in on_the_way:
            at = vars(at).setdefault(step, SimpleNamespace())
        setattr(at, name, value)
    return row


def _with(measure: Measure, **changes: Any) -> Measure:
    return Measure(**{**vars(measure), **changes})


def _of(asked: Asked, variant: str) -> Asked:
    return Asked(**{**vars(asked), "variant": variant}) if variant else asked


@cache
def _code(part: Callable[..., Any]) -> str:
    """The function's code as the interpreter reads it, without its docstring."""
    return _told(inspect.getsource(part))


def _told(source: str) -> str:
    tree = ast.parse(textwrap.dedent(source))
    node = tree.body[0]
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
