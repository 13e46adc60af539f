"""A document as a tagged PDF (PDF/UA-1), set by typst with the product's own typefaces."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import typst

from patientsakerhet.documents.content import FIRST_LAYOUT, Block, Document, Table

HERE = Path(__file__).parent


def make(document: Document) -> bytes:
    """The PDF; the same bytes for the same document.

    The document reaches the template as data, so that nothing in it is read as markup.
    """
    return typst.compile(
        HERE / "document.typ",
        format="pdf",
        root=HERE,
        font_paths=fonts(),
        sys_inputs=inputs(document),
        pdf_standards="ua-1",
        timestamp=int(document.made_at.timestamp()),
    )


def inputs(document: Document) -> dict[str, str]:
    """The document as the template takes it."""
    return {"document": json.dumps(_plain(document), ensure_ascii=False)}


@cache
def fonts() -> typst.Fonts:
    """The typefaces that ship, and no others: a document looks alike on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"]
    )


def _plain(document: Document) -> dict[str, object]:
    layout = {} if document.layout == FIRST_LAYOUT else {"layout": document.layout}
    return {
        **layout,
        "title": document.title,
        "subtitle": document.subtitle,
        "author": document.author,
        "language": document.language,
        "foot": document.foot,
        "blocks": [_block(one) for one in document.blocks],
    }


def _block(block: Block) -> dict[str, object]:
    facts = asdict(block)
    if "right" in facts:
        facts["right"] = sorted(facts["right"])
    if isinstance(block, Table):
        facts["whole"] = block.is_short
    return {"sort": type(block).__name__.lower(), **facts}
