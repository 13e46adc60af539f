"""An empty file to fill in (mall): the headings of a kind, and in a workbook what each one means."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from patientsakerhet.exchange.kinds import Expected, ImportKind
from patientsakerhet.exchange.writer import FORMATS
from patientsakerhet.lib.refusal import Refused


def can_be_given(kind: ImportKind) -> bool:
    """Whether the kind is filled in by hand, in columns of its own."""
    return bool(kind.columns) and ".csv" in kind.endings


def blank(kind: ImportKind, form: str) -> bytes:
    """The file; refuses a form we do not write, and a kind whose files somebody else makes."""
    if form not in FORMATS or not can_be_given(kind):
        raise Refused("Det finns ingen mall i den formen.")
    return _workbook(kind.label, kind.columns) if form == "xlsx" else _csv(kind.columns)


def _csv(columns: Sequence[Expected]) -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=";", lineterminator="\r\n").writerow(
        column.headings[0] for column in columns
    )
    return f"\ufeff{target.getvalue()}".encode()


def _workbook(label: str, columns: Sequence[Expected]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(label[:31])
    for number in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 22
    sheet.freeze_panes = "A2"
    sheet.append([column.headings[0] for column in columns])
    told = book.create_sheet("Förklaring")
    told.column_dimensions["A"].width, told.column_dimensions["C"].width = 22, 80
    told.append(["Kolumn", "Krävs", "Förklaring"])
    for column in columns:
        told.append([column.headings[0], "ja" if column.required else "nej", column.text])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
