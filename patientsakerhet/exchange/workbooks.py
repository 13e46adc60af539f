"""XLSX as a table: the first sheet, values only, with limits set before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from patientsakerhet.exchange.tables import (
    MAX_COLUMNS,
    MAX_UNPACKED,
    Row,
    Table,
    Unreadable,
    cleaned,
    table_of,
)

MAX_PARTS = 2_000
MAX_RATIO = 200
"""XML rarely packs better than 1:30; a bomb packs 1:1000."""
SHEET_END = 1_048_576
"""The last row a spreadsheet has; a file that says more is made by hand."""
BROKEN = "Kalkylbladet är skadat eller av en sort vi inte läser. Spara om det som xlsx eller CSV."


def read(content: bytes) -> Table:
    """The first sheet's table; refuses bombs, entity tricks and broken files."""
    _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            if not book.worksheets:
                raise Unreadable("Filen har inget kalkylblad.")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            return table_of(_records(sheet), f"Excel, bladet {sheet.title}", pads=True)
        finally:
            book.close()
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        SyntaxError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        EOFError,
        OverflowError,
    ) as fault:
        # The library answers a damaged file with whichever of these it stumbles on; what
        # defusedxml refuses (entities, external references) is among the ValueErrors, and every
        # parser's own complaint is a SyntaxError.
        raise Unreadable(BROKEN) from fault


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise Unreadable(BROKEN) from fault
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(content):
        raise Unreadable("Kalkylbladet blir för stort när det packas upp. Spara det som CSV.")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("Kalkylbladet är skyddat med lösenord. Spara det utan.")


def _records(sheet: Any) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > SHEET_END or len(row) > MAX_COLUMNS * 10:
            raise Unreadable(
                "Kalkylbladet har celler långt utanför tabellen. Spara det som CSV och försök igen."
            )
        formula = next((cell for cell in row if cell.data_type == "f"), None)
        written = cleaned(number, [_text(cell.value) for cell in row])
        if formula is not None:
            place = f"{get_column_letter(formula.column)}{number}"
            yield Row(
                number,
                written.cells,
                f"Cell {place} innehåller en formel. Klistra in den som värde.",
            )
        else:
            yield written


def _text(value: Any) -> str:
    """The cell as somebody would have typed it into a CSV."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case float() if value.is_integer() and abs(value) < 1e15:
            return f"{int(value)}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case _:
            return str(value)
