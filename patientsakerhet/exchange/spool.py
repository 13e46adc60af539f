"""The rows of a big file, kept on disk while it is read: memory holds a thousand, however many there are."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, overload

if TYPE_CHECKING:
    from patientsakerhet.exchange.tables import Row

CHUNK = 1000


class Spool(Sequence["Row"]):
    """A sequence of rows that is written once, from the start to the end, and then only read."""

    def __init__(self, made: type[Row]) -> None:
        self._made = made
        self._on_disk: IO[bytes] | None = None
        self._places: list[tuple[int, int]] = []
        self._last: list[Row] = []
        self._at_hand: tuple[int, list[Row]] = (-1, [])
        self._count = 0

    def append(self, row: Row) -> None:
        """One row more at the end."""
        self._last.append(row)
        self._count += 1
        if len(self._last) == CHUNK:
            packed = json.dumps([[r.number, r.cells, r.problem] for r in self._last]).encode()
            self._places.append((self._file.seek(0, 2), len(packed)))
            self._file.write(packed)
            self._last = []

    @property
    def _file(self) -> IO[bytes]:
        """Made when the first thousand is full, closed when the sequence is let go."""
        if self._on_disk is None:
            self._on_disk = tempfile.TemporaryFile()  # noqa: SIM115  # closed when this is let go
            weakref.finalize(self, self._on_disk.close)
        return self._on_disk

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        for number in range(len(self._places) + 1):
            yield from self._chunk(number)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._row(number) for number in range(*place.indices(self._count))]
        number = place + self._count if place < 0 else place
        if not 0 <= number < self._count:
            raise IndexError(place)
        return self._row(number)

    def _row(self, number: int) -> Row:
        return self._chunk(number // CHUNK)[number % CHUNK]

    def _chunk(self, number: int) -> list[Row]:
        if number == len(self._places):
            return self._last
        if self._at_hand[0] != number:
            at, size = self._places[number]
            self._file.seek(at)
            rows = json.loads(self._file.read(size))
            self._at_hand = (number, [self._made(n, tuple(cells), p) for n, cells, p in rows])
        return self._at_hand[1]
