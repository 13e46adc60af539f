"""The words of a PDF file, page by page. Runs where time and memory are limited."""

from __future__ import annotations

import logging
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from sakerhetsmeddelanden.intake.mail import printable
from sakerhetsmeddelanden.intake.parsed import FoundFile

MOST_PAGES = 60
LONGEST_PAGE = 40_000
_BROKEN = "PDF-filen är skadad eller felbyggd och gick inte att läsa."


def read(path: Path, file: FoundFile) -> None:
    """The file's pages are filled in; or why they could not be."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            file.problem = "PDF-filen är låst med lösenord."
            return
        count = len(reader.pages)
        for page in reader.pages[:MOST_PAGES]:
            file.pages.append(printable(page.extract_text())[:LONGEST_PAGE].rstrip())
    except (PyPdfError, MemoryError, RecursionError):
        file.problem = _BROKEN
        return
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
    ):
        # A file built to be broken makes a reader stumble where it expects something else.
        file.problem = _BROKEN
        return
    if count > MOST_PAGES:
        file.problem = f"PDF-filen har {count} sidor. De första {MOST_PAGES} har lästs."
    elif not any(page.strip() for page in file.pages):
        file.problem = "PDF-filen innehåller bara bilder. Texten får läsas av en människa."
