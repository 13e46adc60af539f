"""The one way data leaves as a file: CSV or XLSX, marked with its selection, written in the trail."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from patientsakerhet.audit import trail
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person

FORMATS = {"csv": "CSV", "xlsx": "Excel"}
COVER = "Urval: "
"""How the first row of every CSV begins; our readers step over it."""
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a text for a formula when it stands first."""
CHUNK = 2000
SHEET_ROWS = 50_000
"""More rows than this are given as CSV only: a workbook is built whole before it is sent."""
CELL_LENGTH = 32_767
A4 = 9
"""How a workbook says which paper."""
FIT = PageSetupProperties(fitToPage=True)
LINES = Alignment(wrap_text=True, vertical="top")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column: its heading, the field path or expression, and how a value is put in words."""

    heading: str
    source: str | Combinable
    shown: Callable[[Any], Any] | None = None
    width: int = 22
    """In a workbook, in signs."""


@dataclass(frozen=True)
class Computed:
    """Rows that are counted and not kept, each by the columns' sources; asked as a queryset is."""

    rows: Sequence[Any]

    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    def values_list(self, *names: Any) -> Computed:
        """The rows with these values, in this order."""
        return Computed([tuple(row[name] for name in names) for row in self.rows])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def iterator(self, *, chunk_size: int) -> Iterator[Any]:
        """The rows, one after the other."""
        return iter(self)


@dataclass(frozen=True)
class Extract:
    """What is taken out (uttag): rows that the caller has narrowed to what the person may see."""

    name: str
    """The file's name without day and ending: `arenden`."""
    title: str
    rows: QuerySet[Any] | Computed
    columns: Sequence[Column]
    selection: Sequence[tuple[str, str]] = ()
    """The filter in words: (("Enhet", "Avdelning 4"), ("Läge", "Åtgärd"))."""
    case_id: str = ""
    """The path to the case's id, so that the trail keeps which cases were taken out."""
    cases: QuerySet[Any] | None = None
    """The ids of those cases, where a row can belong to several."""
    right: str = ""
    via: str = ""
    is_form: bool = False
    """A sheet to be read and printed: its cells wrap, it lies on its side, its heading is repeated."""
    about: tuple[str, Sequence[tuple[str, str]]] = ("", ())
    """In a workbook, a sheet of its own: its name, and facts about the whole."""


@dataclass(frozen=True)
class Stamp:
    """When, by whom and how much was taken out."""

    at: datetime
    by: Person | None
    count: int
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The selection in one line."""
        return COVER + " · ".join(
            text if name == "Urval" else f"{name.lower()} {text}" for name, text in self.facts
        )


def respond(extract: Extract, form: str, *, by: Person) -> HttpResponseBase:
    """The file as an answer to a request; refuses a form we do not write, and too big a workbook.

    The trail is written before the first byte leaves, in the request's transaction.
    """
    stamp = _recorded(extract, form, by=by)
    name = f"{extract.name}-{timezone.localtime(stamp.at):%Y-%m-%d-%H%M}.{form}"
    if form == "xlsx":
        return FileResponse(
            _workbook(extract, stamp), as_attachment=True, filename=name, content_type=XLSX
        )
    response = StreamingHttpResponse(
        _csv(extract, stamp), content_type="text/csv; charset=utf-8; header=present"
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def save(extract: Extract, form: str, target: IO[bytes], *, by: Person | None) -> int:
    """The same file written to `target`, for commands; how many rows it holds."""
    with transaction.atomic():
        stamp = _recorded(extract, form, by=by)
    if form == "xlsx":
        with _workbook(extract, stamp) as book:
            target.writelines(book)
    else:
        target.writelines(_csv(extract, stamp))
    return stamp.count


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a dangerous first sign gets a ' before it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _recorded(extract: Extract, form: str, *, by: Person | None) -> Stamp:
    if form not in FORMATS:
        raise Refused("Välj CSV eller Excel.")
    body: dict[str, Any] = {
        "what": extract.name,
        "format": form,
        "filter": [list(pair) for pair in extract.selection],
    }
    if extract.case_id:
        body["cases"] = [one for (one,) in extract.rows.values_list(extract.case_id)]
        body["count"] = len(body["cases"])
    else:
        body["count"] = extract.rows.count()
    if extract.cases is not None:
        body["cases"] = sorted(set(extract.cases))
    if form == "xlsx" and body["count"] > SHEET_ROWS:
        raise Refused(
            "Så många rader blir för tungt i ett kalkylblad. Ta ut dem som CSV, eller snäva in urvalet."
        )
    trail.read("export.made", by=by, right=extract.right, via=extract.via, body=body)
    at = timezone.now()
    chosen = ", ".join(f"{name}: {value}" for name, value in extract.selection) or "allt"
    facts = [
        ("Urval", chosen),
        ("Rader", f"{body['count']}"),
        ("Uttaget", f"{timezone.localtime(at):%Y-%m-%d %H:%M}"),
        ("Av", by.name if by else "systemet"),
    ]
    return Stamp(at=at, by=by, count=body["count"], facts=facts)


def _rows(extract: Extract) -> Iterator[Sequence[Any]]:
    """The rows from a server-side cursor, which lives in a transaction of its own.

    A streamed answer is written after the request's transaction has ended; without this one
    PostgreSQL would have to lay up the whole answer before its first row.
    """
    shown = [column.shown for column in extract.columns]
    plain = not any(shown)
    with transaction.atomic():
        found = extract.rows.values_list(*(column.source for column in extract.columns))
        for row in found.iterator(chunk_size=CHUNK):
            if plain:
                yield row
            else:
                yield [show(v) if show else v for show, v in zip(shown, row, strict=True)]


# --- CSV: UTF-8 with its mark and semicolons, which a Swedish Excel opens without questions ------


def _csv(extract: Extract, stamp: Stamp) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([safe_text(stamp.line)])
    writer.writerow([safe_text(column.heading) for column in extract.columns])
    for number, row in enumerate(_rows(extract), start=1):
        writer.writerow([_WRITTEN.get(type(value), _other)(value) for value in row])
        if number % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    """What has been written so far, leaving the buffer empty."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _other(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return safe_text(", ".join(str(one) for one in value))
    return safe_text(str(value))


_WRITTEN: dict[type, Callable[[Any], Any]] = {
    str: safe_text,
    int: int,
    type(None): lambda _: "",
    bool: lambda value: "ja" if value else "nej",
    float: lambda value: f"{value}".replace(".", ","),
    Decimal: lambda value: f"{value}".replace(".", ","),
    datetime: lambda value: f"{timezone.localtime(value):%Y-%m-%d %H:%M}",
    date: date.isoformat,
}


# --- XLSX: typed cells, where a text is a text whatever it begins with --------------------------


def _workbook(extract: Extract, stamp: Stamp) -> IO[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", extract.title)[:31])
    for number, column in enumerate(extract.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "A2"
    put = _wrapped if extract.is_form else _cell
    if extract.is_form:
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, FIT
        sheet.print_title_rows = "1:1"
    sheet.append([put(sheet, column.heading) for column in extract.columns])
    for row in _rows(extract):
        sheet.append([put(sheet, value) for value in row])
    name, facts = extract.about
    if facts:
        _facts(book, name, facts)
    _facts(book, "Urval", [("Innehåll", extract.title), *stamp.facts])
    target = io.BytesIO()
    book.save(target)
    target.seek(0)
    return target


def _facts(book: Workbook, name: str, facts: Sequence[tuple[str, str]]) -> None:
    """A sheet of labels and values."""
    sheet = book.create_sheet(name)
    longest = max(len(label) for label, _ in facts)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = longest + 4, 80
    for label, value in facts:
        sheet.append([_cell(sheet, label), _wrapped(sheet, value)])


def _wrapped(sheet: Any, value: Any) -> Any:
    """A cell whose text is broken into lines instead of running out of it."""
    made = _cell(sheet, value)
    cell = made if isinstance(made, Cell) else WriteOnlyCell(sheet, value=made)
    cell.alignment = LINES
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return "ja" if value is True else "nej" if value is False else value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(one) for one in value)
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))[:CELL_LENGTH]
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # the library would take "=1+1" for a formula and "#N/A" for an error
    return cell
