"""Files in: any CSV or XLSX as a heading and rows of text, each row saying what is wrong with it."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from patientsakerhet.exchange.spool import Spool
from patientsakerhet.exchange.writer import COVER, DANGEROUS
from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import Refused

MAX_BYTES = 50 * 2**20
"""How big a file may be as it comes, and the question asked before it is read."""
MAX_UNPACKED = 400 * 2**20
"""How big it may become when it is unpacked; a small file that grows beyond this is an attack."""
MAX_ROWS = 1_000_000
MAX_COLUMNS = 300
MAX_CELL = 32_767


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says where and what to do."""


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file: its number there, its cells, and why it cannot be used."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file's heading and its rows, in the order of the file; empty rows are left out."""

    heading: tuple[str, ...]
    rows: Sequence[Row]
    form: str
    """What the file was taken for, in words: "CSV, utf-8, semikolon"."""
    blanks: int = 0
    places: dict[str, int] = field(default_factory=dict)
    """Heading -> column; a second `category` is `category#2`."""

    def column(self, name: str) -> int | None:
        """Where the column with this heading stands, whatever the case of its letters."""
        return self.places.get(_folded(name))


def read(content: bytes, name: str) -> Table:
    """The table in the file; refuses what is no table, too big, or ends in the middle.

    Nothing is passed over in silence: a row that cannot be used is there with its problem.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(f"Filen är större än {MAX_BYTES // 2**20} MB. Dela upp den.")
    if content[:2] == b"\x1f\x8b":
        content, name = _unpacked(content), name.removesuffix(".gz")
    if not content.strip(b"\x00 \t\r\n"):
        raise Unreadable("Filen är tom.")
    if content[:4] == b"PK\x03\x04":
        from patientsakerhet.exchange import workbooks  # it builds on this module

        return workbooks.read(content)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable(
            "Filen är i Excels gamla format eller skyddad med lösenord. "
            "Spara den som xlsx utan lösenord, eller som CSV."
        )
    from patientsakerhet.exchange import separated

    return separated.read(content)


def table_of(records: Iterable[Row], form: str, *, pads: bool = False) -> Table:
    """A heading and rows out of everything a file holds; refuses a file without a heading.

    `pads` for files that do not store the empty cells at the end of a row.
    """
    heading: tuple[str, ...] | None = None
    rows = Spool(Row)
    blanks = 0
    for record in records:
        if not any(record.cells) and not record.problem:
            blanks += 1
        elif heading is None:
            if record.cells[:1] and record.cells[0].startswith(COVER):
                continue  # the line that our own exports begin with
            if record.problem:
                raise Unreadable(f"Rubrikraden går inte att läsa. {record.problem}")
            heading = _heading(record.cells)
        elif len(rows) >= MAX_ROWS:
            raise Unreadable("Filen har fler än 1 000 000 rader. Dela upp den och läs in delarna.")
        else:
            rows.append(_fitted(record, len(heading), pads=pads))
    if heading is None:
        raise Unreadable("Filen har ingen rubrikrad.")
    return Table(heading, rows, form, blanks, _places(heading))


def cleaned(number: int, cells: Sequence[str]) -> Row:
    """The row with its cells composed and trimmed, or with what is wrong in the first bad one."""
    done: list[str] = []
    problem = ""
    for place, cell in enumerate(cells, start=1):
        if len(cell) > MAX_CELL:
            problem = problem or f"Cell {place} har fler än 32 767 tecken."
            cell = f"{cell[:60]}…"
        if (
            cell.isascii() and cell.isprintable()
        ):  # most cells of most files, at a tenth of the cost
            done.append(_without_guard(cell.strip()))
            continue
        try:
            done.append(_without_guard(text.clean(cell).strip()))
        except ValidationError as refusal:
            problem = problem or f"Cell {place}: {' '.join(refusal.messages)}"
            done.append("")
    return Row(number, tuple(done), problem)


def _heading(cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(f"Filen har fler än {MAX_COLUMNS} kolumner.")
    return cells


def _fitted(row: Row, width: int, *, pads: bool) -> Row:
    """The row as wide as the heading; refuses one with fewer cells, or with text beyond."""
    cells = row.cells
    if pads or row.problem:
        cells += ("",) * (width - len(cells))
    if len(cells) == width:
        return Row(row.number, cells, row.problem)
    if row.problem:
        return Row(row.number, cells[:width], row.problem)
    if len(cells) < width or any(cells[width:]):
        problem = f"Raden har {_counted(len(cells))}, rubrikraden {_counted(width)}."
        return Row(row.number, cells[:width] + ("",) * (width - len(cells)), problem)
    return Row(row.number, cells[:width])


def _counted(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} celler"


def _places(heading: Sequence[str]) -> dict[str, int]:
    seen: Counter[str] = Counter()
    places = {}
    for place, name in enumerate(heading):
        key = _folded(name)
        if not key:
            continue
        seen[key] += 1
        places[key if seen[key] == 1 else f"{key}#{seen[key]}"] = place
    return places


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def _without_guard(cell: str) -> str:
    """What our own export put a ' before so that no spreadsheet would run it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in DANGEROUS else cell


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise Unreadable("Den packade filen är skadad eller avklippt.") from fault
    if len(unpacked) > MAX_UNPACKED:
        raise Unreadable(f"Filen är större än {MAX_UNPACKED // 2**20} MB uppackad. Dela upp den.")
    return unpacked


def numbered(cells: Iterable[Sequence[str]]) -> Iterator[Row]:
    """The rows with their numbers as a spreadsheet shows them."""
    for number, row in enumerate(cells, start=1):
        yield cleaned(number, row)
