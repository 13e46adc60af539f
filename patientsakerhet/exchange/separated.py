"""CSV whatever made it: the encoding and the separator are found out, never asked for."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from patientsakerhet.exchange.tables import MAX_COLUMNS, Row, Table, Unreadable, cleaned, table_of
from patientsakerhet.exchange.writer import COVER

LONGEST = 1_000_000
"""A cell longer than this is a quotation mark that was never closed."""
PIECE = 1_000_000
"""Bytes that are decoded at a time while the encoding is found out."""
SEPARATORS = {";": "semikolon", ",": "komma", "\t": "tabb", "|": "lodstreck"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes) -> Table:
    """The table in the text; refuses text in an encoding that does not hold to its end."""
    encoding = _encoding(content)
    separator = _separator(content[:400_000].decode(encoding, "ignore"))
    return table_of(
        _records(content, encoding, separator), f"CSV, {encoding}, {SEPARATORS[separator]}"
    )


def _encoding(content: bytes) -> str:
    """By the text's mark, or the first that fits every byte."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _as(content, encoding)
    sample = content[:4000]
    if len(sample) > 3 and sample.count(0) * 3 > len(sample):
        # Every other byte is zero: UTF-16 without its mark; which half tells the order.
        even = sample[::2].count(0) > sample[1::2].count(0)
        return _as(content, "utf-16-be" if even else "utf-16-le")
    for encoding in ("utf-8", "cp1252"):
        if _misfit(content, encoding) is None:
            return encoding
    return "latin-1"


def _as(content: bytes, encoding: str) -> str:
    misfit = _misfit(content, encoding)
    if misfit is not None:
        raise Unreadable(
            f"Filen börjar som {encoding} men går inte att läsa så från tecken {misfit}. "
            "Spara om den som CSV UTF-8."
        )
    return encoding


def _misfit(content: bytes, encoding: str) -> int | None:
    """Near which byte the content is not in the encoding; nothing is kept of what was read."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(content) + 1, PIECE):
            decoder.decode(content[at : at + PIECE], final=at + PIECE > len(content))
    except UnicodeDecodeError as fault:
        return at + fault.start
    return None


def _separator(decoded: str) -> str:
    """The sign that splits the heading into the most cells; a semicolon when nothing does."""
    for line in decoded[:200_000].splitlines():
        if not line.strip() or line.lstrip('"').startswith(COVER):
            continue
        cells = {
            sign: len(next(csv.reader([line], delimiter=sign), []))
            for sign in SEPARATORS
            if len(line) <= LONGEST
        }
        return max(cells, key=lambda sign: cells[sign], default=";")
    return ";"


def _records(content: bytes, encoding: str, separator: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST)
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=separator)
    number = began = 0
    try:
        for cells in reader:
            number += 1
            if len(cells) > MAX_COLUMNS * 10:
                raise Unreadable(f"Rad {number} har fler än {MAX_COLUMNS * 10} celler.")
            yield cleaned(number, cells)
            began = reader.line_num
    except csv.Error as fault:
        raise Unreadable(
            f"Filen går inte att läsa från rad {number + 1} (textrad {began + 1}): "
            "troligen ett citattecken som aldrig stängs. Rätta raden och försök igen."
        ) from fault
