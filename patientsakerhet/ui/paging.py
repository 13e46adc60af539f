"""One page of a long list, by keyset: the place in the list is the last row seen, never a number.

A deep page costs what the first one does, and rows that arrive meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from django.core.exceptions import EmptyResultSet, SuspiciousOperation, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

from patientsakerhet.ui import swedish

Row = TypeVar("Row")

SIZE = 50
COUNTED = 1000
FORWARD, BACK = "n", "p"


class BadCursor(SuspiciousOperation):
    """The cursor is none that this list has given; answered with 400."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the page after and the page before; "" where there is none."""

    rows: list[Row]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Capped:
    """How many there are, counted no further than to a limit: `1 000+`."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        return f"{swedish.number(self.count)}+" if self.more else swedish.number(self.count)

    def __bool__(self) -> bool:
        return self.count > 0


class Walk(Protocol):
    """A short way to the first of just the rows that a list holds: along rows of another table
    that carry the list's order and lie in it.
    """

    @property
    def carried(self) -> Mapping[str, str]:
        """Each column of the order, and what it is called there."""

    def first(self, order: Sequence[OrderBy], later: Q, count: int) -> Q:
        """The rows that can be among the first so many in this order, after this place."""

    def some(self, count: int) -> QuerySet[Any]:
        """As many rows as the list holds, so many at the most."""


@dataclass(frozen=True)
class _Column:
    """One column of the order: its path from the row, which way it goes, and where nulls stand."""

    path: str
    field: Field[Any, Any]
    falling: bool
    nulls_last: bool

    def reversed(self) -> _Column:
        return _Column(self.path, self.field, not self.falling, not self.nulls_last)

    def order(self) -> OrderBy:
        column = F(self.path)
        if not self.field.null:
            return column.desc() if self.falling else column.asc()
        nulls: dict[str, Any] = {"nulls_last": True} if self.nulls_last else {"nulls_first": True}
        return column.desc(**nulls) if self.falling else column.asc(**nulls)

    def value_of(self, row: Any) -> Any:
        if isinstance(row, Mapping):
            return row[self.path]
        for name in self.path.split("__"):
            row = getattr(row, name)
        return row.pk if isinstance(row, Model) else row

    def parse(self, value: Any) -> Any:
        return None if value is None else self.field.to_python(value)

    def beyond(self, value: Any) -> Q:
        """Strictly after this value."""
        if value is None:
            return Q(pk__in=[]) if self.nulls_last else Q(**{f"{self.path}__isnull": False})
        after = Q(**{f"{self.path}__{'lt' if self.falling else 'gt'}": value})
        if self.field.null and self.nulls_last:
            after |= Q(**{f"{self.path}__isnull": True})
        return after

    def at(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def bound(self, value: Any) -> Q:
        """At or after, where an index can start from it."""
        if value is None or self.field.null:
            return Q()
        return Q(**{f"{self.path}__{'lte' if self.falling else 'gte'}": value})


def page_of(
    rows: QuerySet[Any], cursor: str = "", *, size: int = SIZE, walk: Walk | None = None
) -> Page[Any]:
    """The page that the cursor leads to, the first one without; one statement, two at the edge.

    Takes a queryset with a total order, one that ends in the key, and a short way to its first
    rows when there is one. Refuses a cursor it has not made with `BadCursor`.
    """
    columns = _columns(rows)
    if not cursor:
        found = _first(rows, columns, size + 1, walk)
        return Page(found[:size], next=_cursor(FORWARD, columns, found, size - 1, size))
    way, values = _read(cursor, columns)
    if way == BACK:
        back = [column.reversed() for column in columns]
        found = _first(rows, back, size + 1, walk, values)
        if len(found) <= size:  # the beginning: a full first page rather than the few before
            return page_of(rows, size=size, walk=walk)
        shown = found[:size][::-1]
        return Page(
            shown,
            next=_cursor(FORWARD, columns, shown, size - 1),
            previous=_cursor(BACK, columns, shown, 0),
        )
    found = _first(rows, columns, size + 1, walk, values)
    if not found:
        return Page([], previous=_written(BACK, values))
    return Page(
        found[:size],
        next=_cursor(FORWARD, columns, found, size - 1, size),
        previous=_cursor(BACK, columns, found, 0),
    )


def addresses(request: HttpRequest, page: Page[Any], *, name: str = "sida") -> tuple[str, str]:
    """Where the page before and the page after are; "" where there is none."""
    before, after = (_address(request, name, cursor) for cursor in (page.previous, page.next))
    return before, after


def _address(request: HttpRequest, name: str, cursor: str) -> str:
    if not cursor:
        return ""
    asked = request.GET.copy()
    asked[name] = cursor
    return f"?{asked.urlencode()}"


def count_of(rows: QuerySet[Any], *, limit: int = COUNTED, walk: Walk | None = None) -> Capped:
    """How many rows there are, counted to the limit and no further."""
    found = (walk.some(limit + 1) if walk else rows.order_by()[: limit + 1]).count()
    return Capped(min(found, limit), more=found > limit)


def counts_of(lists: Mapping[str, QuerySet[Any]], *, limit: int = COUNTED) -> dict[str, Capped]:
    """How many rows each list has, counted to the limit and no further; one statement for all."""
    parts, given, asked = [], [], []
    counted = dict.fromkeys(lists, Capped(0))
    for key, rows in lists.items():
        try:
            narrow = rows.order_by().values("pk")[: limit + 1]
            sql, values = narrow.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        except EmptyResultSet:  # nothing can fulfil the condition, which is known without asking
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608  the values are apart
        given += values
        asked.append(key)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", given)
            found = cursor.fetchone()
        for key, count in zip(asked, found, strict=True):
            counted[key] = Capped(min(count, limit), more=count > limit)
    return counted


def _columns(rows: QuerySet[Any]) -> list[_Column]:
    columns = [_column(rows.model, one) for one in rows.query.order_by]
    if not columns or not columns[-1].field.primary_key:
        raise ValueError("A list in pages needs an order that ends in the key.")
    return columns


def _column(model: type[Model], one: Any) -> _Column:
    if isinstance(one, str):
        falling, path = one.startswith("-"), one.removeprefix("-")
        nulls_last = not falling
    else:
        ordering = one if isinstance(one, OrderBy) else one.asc()
        falling = ordering.descending
        if not isinstance(ordering.expression, F):
            raise ValueError("A list in pages is ordered by columns.")
        path = ordering.expression.name  # type: ignore[attr-defined]  # the stubs leave it out
        # PostgreSQL's own habit unless something was said.
        nulls_last = bool(ordering.nulls_last) or (not ordering.nulls_first and not falling)
    field: Any = None
    holder: Any = model
    for name in path.split("__"):
        field = holder._meta.pk if name == "pk" else holder._meta.get_field(name)
        holder = field.related_model
    return _Column(path, field, falling, nulls_last)


def _first(
    rows: QuerySet[Any],
    columns: Sequence[_Column],
    count: int,
    walk: Walk | None,
    values: Sequence[Any] = (),
) -> list[Any]:
    """The first so many in this order, after this place when there is one."""
    later = _after(columns, values) if values else Q()
    if walk:
        carried = [replace(column, path=walk.carried[column.path]) for column in columns]
        beyond = _after(carried, values) if values else Q()
        later &= walk.first([column.order() for column in carried], beyond, count)
    return list(_ordered(rows.filter(later), columns)[:count])


def _ordered(rows: QuerySet[Any], columns: Sequence[_Column]) -> QuerySet[Any]:
    return rows.order_by(*(column.order() for column in columns))


def _after(columns: Sequence[_Column], values: Sequence[Any]) -> Q:
    """Rows after this place: later in the first column, or equal there and later in the next."""
    condition = Q()
    for column, value in zip(reversed(columns), reversed(values), strict=True):
        later = column.beyond(value)
        condition = later | (column.at(value) & condition) if condition else later
    return columns[0].bound(values[0]) & condition


def _cursor(
    way: str, columns: Sequence[_Column], rows: Sequence[Any], index: int, needs: int = 0
) -> str:
    """The cursor at this row; "" when there are not more rows than needed to go on."""
    if len(rows) <= max(index, needs):
        return ""
    return _written(way, [column.value_of(rows[index]) for column in columns])


def _written(way: str, values: Sequence[Any]) -> str:
    packed = json.dumps([way, *values], cls=_Exact, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read(cursor: str, columns: Sequence[_Column]) -> tuple[str, list[Any]]:
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        way, *values = json.loads(packed)
        if way not in {FORWARD, BACK} or len(values) != len(columns):
            raise BadCursor("cursor of another list")
        parsed = [column.parse(value) for column, value in zip(columns, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError) as fault:
        raise BadCursor("unreadable cursor") from fault
    if parsed[-1] is None:
        raise BadCursor("cursor without a key")
    return way, parsed


class _Exact(DjangoJSONEncoder):
    """Moments to the microsecond: a rounded one would skip or repeat rows."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
