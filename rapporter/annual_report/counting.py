"""Counting what a report shows: a measure's rows by what they have alike, and cells out of that and nothing else.

A draft that somebody writes by needs no more. Of one that is to be signed each row is a fact as well, and its
cells are counted from the facts: they are the same, to the last digit of their digests.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings

from patientsakerhet.lib import calendar
from rapporter.annual_report import canonical
from rapporter.registry import CHUNK, Asked, Measure

SALT = "annual_report.fact"
EXACT = Decimal("0.000001")
"""As exactly as a part is kept."""
ONE = Decimal(1)
NOTHING: Mapping[str, str] = {}
"""What a weighed row is told apart by."""
Dims = tuple[tuple[str, str], ...]
Alike = Mapping[tuple[Decimal, Dims], int]
"""What rows count for, and what they are told apart by -> how many do so."""


@dataclass(frozen=True)
class Dim:
    """One thing that rows are told apart by: the columns it is read from, and how."""

    key: str
    paths: tuple[str, ...]
    read: Callable[..., Mapping[str, str]]
    """The values of the columns -> what a fact keeps: a code, and its Swedish where it has one."""


class Counted(NamedTuple):
    """One fact: the keyed mark of a row, what it is told apart by, and what it counts for."""

    ref: str
    dims: Mapping[str, str]
    part: Decimal


@dataclass(frozen=True)
class Number:
    """One cell before it is kept."""

    table: str
    measure: str
    version: int
    dims: Mapping[str, Any]
    count: int
    value: Decimal | None
    facts_hash: str
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass
class Series:
    """The rows of one measure and year, as known at one moment."""

    name: str
    measure: Measure
    alike: Alike
    facts: list[Counted] = field(default_factory=list)
    """The rows one by one, where they are to be kept."""


def series_of(
    name: str, measure: Measure, asked: Asked, dims: Sequence[Dim] = (), *, with_facts: bool
) -> Series:
    """What the measure counts, row by row only where the rows are to be kept."""
    if with_facts:
        facts = facts_of(measure, asked, dims)
        return Series(name, measure, alike_in(facts), facts)
    return Series(name, measure, alike_of(measure, asked, dims))


def alike_of(measure: Measure, asked: Asked, dims: Sequence[Dim] = ()) -> Alike:
    """What the measure counts, by what the rows have alike; no row has a name here."""
    if measure.weigh is not None:
        return Counter((part.quantize(EXACT), ()) for _, part in measure.parts(asked))
    rows = measure.rows_for(asked).select_related(None).order_by()
    if dims:
        found = rows.values_list(*_paths(dims)).iterator(CHUNK)
        return Counter((ONE, said(_read(dims, values))) for values in found)
    known = measure.tallied(asked)
    count = rows.count() if known is None else known
    return {(ONE, ()): count} if count else {}


def alike_in(facts: Iterable[Counted]) -> Alike:
    """The same of the facts that were kept."""
    some = list(facts)
    dims = {id(one.dims): said(one.dims) for one in some}
    return Counter((one.part, dims[id(one.dims)]) for one in some)


def said(dims: Mapping[str, str]) -> Dims:
    """What a row is told apart by, as it is compared and hashed."""
    return tuple(sorted(dims.items()))


def facts_of(measure: Measure, asked: Asked, dims: Sequence[Dim]) -> list[Counted]:
    """What the measure counts, row by row, in the order of its marks."""
    rows = measure.rows_for(asked).select_related(None).order_by()
    label = rows.model._meta.label_lower
    key = _key(settings.SECRET_KEY)
    if measure.weigh is not None:
        found = [
            Counted(_mark(key, label, pk), NOTHING, part.quantize(EXACT))
            for pk, part in measure.parts(asked)
        ]
    else:
        alike: dict[tuple[str, ...], Mapping[str, str]] = {}
        found = []
        for pk, *values in rows.values_list("pk", *_paths(dims)).iterator(CHUNK):
            told = _read(dims, values)
            shared = alike.setdefault(tuple(told.values()), told)
            found.append(Counted(_mark(key, label, pk), shared, ONE))
    return sorted(found, key=attrgetter("ref"))


def mark(label: str, pk: object, key: str | None = None) -> str:
    """What stands for a row in a fact; nobody without the key can tell which row it is."""
    return _mark(_key(settings.SECRET_KEY if key is None else key), label, pk)


def _mark(key: bytes, label: str, pk: object) -> str:
    return canonical.keyed(key, f"{label}:{pk}")


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    """The key that marks are made with, as `django.utils.crypto.salted_hmac` derives one."""
    return hashlib.sha256(f"{SALT}{secret}".encode()).digest()


def marks(label: str, pk: object) -> list[str]:
    """Every mark the row may stand under: that of the key now, and those of former ones."""
    return [mark(label, pk, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def total(alike: Alike) -> tuple[int, Decimal, str]:
    """How many rows, what they come to, and the digest of what it was counted from.

    As canonical.digest of one [part, dims] a row would be; those that are alike are written once.
    """
    told = sorted((canonical.decimal(part), one, count) for (part, one), count in alike.items())
    as_json = {one: canonical.written(one) for one in {dims for _, dims in alike}}
    written = (
        b",".join([b'["%s",%s]' % (part.encode(), as_json[one])] * count)
        for part, one, count in told
    )
    digest = hashlib.sha256(b"[" + b",".join(written) + b"]").hexdigest()
    value = sum((part * count for (part, _), count in alike.items()), Decimal(0))
    return sum(alike.values()), value, digest


def number(table: str, measure: str, version: int, dims: Mapping[str, Any], alike: Alike) -> Number:
    """A cell out of its rows. Their marks take no part: a fact may lose its."""
    count, value, digest = total(alike)
    return Number(table, measure, version, dims, count, value, digest)


def month_of(at: datetime) -> Mapping[str, str]:
    """The month a moment falls in, in Sweden: 01 to 12."""
    return {"month": f"{calendar.local_day(at).month:02}"}


def coded(key: str) -> Callable[..., Mapping[str, str]]:
    """A code with its Swedish; what has none is told so."""

    def read(code: str | None, label: str | None) -> Mapping[str, str]:
        return {key: code or "", f"{key}_label": label or "inte kodad"}

    return read


def worded(key: str, words: Mapping[str, str]) -> Callable[..., Mapping[str, str]]:
    """A code with the Swedish it has in the product."""

    def read(code: str) -> Mapping[str, str]:
        return {key: code, f"{key}_label": words[code].capitalize()}

    return read


def _paths(dims: Sequence[Dim]) -> list[str]:
    return [path for dim in dims for path in dim.paths]


def _read(dims: Sequence[Dim], values: Sequence[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    for dim in dims:
        found |= dim.read(*values[at : at + len(dim.paths)])
        at += len(dim.paths)
    return found
