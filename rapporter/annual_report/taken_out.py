"""A report's tables and files as answers to a request."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from rapporter.annual_report.models import BuildFile
from rapporter.annual_report.told import Contents

FORMS = ("csv", "json")
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def answer(said: Contents, form: str, *, name: str) -> HttpResponse:
    """Every table as one file."""
    made = _csv(said) if form == "csv" else _json(said)
    return _as_file(made, form, name)


def file(row: BuildFile, *, name: str) -> HttpResponse:
    """A file as it was made."""
    return _as_file(bytes(row.content), row.form, name)


def _as_file(content: bytes, form: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[form])
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"{name}.{form}") or ""
    )
    return response


def _csv(said: Contents) -> bytes:
    """One row a number: table, row, column, value; hidden ones as their marks."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(["Avsnitt", "Tabell", "Rad", "Kolumn", "Värde"])
    for part in said.parts:
        for table in part.tables:
            for line in table.rows:
                for heading, value in zip(table.headings[1:], line[1:], strict=True):
                    rows.writerow(
                        [part.heading, table.title, _safe(line[0]), heading, _safe(value)]
                    )
    return written.getvalue().encode("utf-8-sig")


def _safe(value: str) -> str:
    """What a spreadsheet would take for a formula stands as text."""
    return (
        f"'{value}" if value[:1] in ("=", "+", "@", "\t", "\r") and not _is_number(value) else value
    )


def _is_number(value: str) -> bool:
    return value.lstrip("+−-").replace("\u00a0", "").replace(",", "").isdecimal()


def _json(said: Contents) -> bytes:
    """The tables with numbers as numbers; what is hidden is null."""
    told: dict[str, Any] = {
        "title": said.title,
        "subtitle": said.subtitle,
        "facts": dict(said.facts),
        "sections": [
            {
                "key": part.key,
                "heading": part.heading,
                "tables": [
                    {
                        "key": table.key,
                        "title": table.title,
                        "headings": table.headings,
                        "rows": table.rows,
                        "values": table.plain,
                        "note": table.note,
                    }
                    for table in part.tables
                ],
            }
            for part in said.parts
            if part.tables
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
