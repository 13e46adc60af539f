"""A drawing (SVG) as a bitmap, for files that show no SVG; the letters are the product's own."""

from __future__ import annotations

from functools import lru_cache

import typst

from patientsakerhet.documents.pdf import HERE, fonts

SHARP = 200
"""Dots per inch: sharp on paper."""


@lru_cache(maxsize=64)
def png(svg: str) -> bytes:
    """The picture; the same bytes for the same drawing."""
    made = typst.compile(
        HERE / "drawing.typ",
        format="png",
        ppi=SHARP,
        root=HERE,
        font_paths=fonts(),
        sys_inputs={"svg": svg},
    )
    return bytes(made)
