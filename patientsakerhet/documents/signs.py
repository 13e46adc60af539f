"""Which signs the documents' typefaces can show, read out of the typefaces themselves."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
"""Sorts of signs that nothing is drawn for: blanks, line breaks, joiners."""
FORBIDDEN = "\ufeff"
"""What no tagged PDF may hold."""
VARIANTS = range(0xFE00, 0xFE10)
"""What says how the sign before is drawn."""


def missing(text: str) -> list[str]:
    """The signs of the text that no typeface of ours has, each once, as they come."""
    return [one for one in dict.fromkeys(text) if not _is_shown(one)]


def _is_shown(sign: str) -> bool:
    if sign in FORBIDDEN:
        return False
    if unicodedata.category(sign) in UNSEEN or ord(sign) in VARIANTS:
        return True
    return ord(sign) in _known()


@cache
def _known() -> frozenset[int]:
    """Every sign that one of the typefaces has."""
    paths = sorted(FONTS.glob("*.ttf"))
    return frozenset(code for path in paths for code in _codes(path.read_bytes()))


def _codes(font: bytes) -> Iterator[int]:
    """The signs of one typeface: what its table of signs (cmap) gives a picture for."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for n in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sIII", font, 12 + 16 * n)
        if tag == b"cmap":
            yield from _mapped(font, start)


def _mapped(font: bytes, start: int) -> Iterator[int]:
    (parts,) = struct.unpack_from(">H", font, start + 2)
    for n in range(parts):
        platform, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * n)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if platform in (0, 3) and form == 4:
            yield from _in_segments(font, start + offset)
        elif platform in (0, 3) and form == 12:
            yield from _in_groups(font, start + offset)


def _in_segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: segments of signs, each with a step to its pictures or a list of them."""
    (double,) = struct.unpack_from(">H", font, at + 6)
    for n in range(0, double, 2):
        (last,) = struct.unpack_from(">H", font, at + 14 + n)
        (first,) = struct.unpack_from(">H", font, at + 16 + double + n)
        (step,) = struct.unpack_from(">H", font, at + 16 + 2 * double + n)
        place = at + 16 + 3 * double + n
        (far,) = struct.unpack_from(">H", font, place)
        for code in range(first, min(last, 0xFFFE) + 1):
            picture = (code + step) & 0xFFFF
            if far:
                (picture,) = struct.unpack_from(">H", font, place + far + 2 * (code - first))
            if picture:
                yield code


def _in_groups(font: bytes, at: int) -> Iterator[int]:
    """Format 12: groups of signs that follow on each other."""
    (groups,) = struct.unpack_from(">I", font, at + 12)
    for n in range(groups):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * n)
        yield from range(first, last + 1)
