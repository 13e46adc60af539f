"""A drawing as SVG for a page: places in per cent, looks by the stylesheet's classes, text never stretched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rapporter.charts.drawing import Area, Bar, Drawing, Line, Mark, Part, Place, Role, Shape, Word

Sign = Shape | Role
"""What stands in a legend: a mark, or the part a line or an area plays."""
PATTERNED = {"k1": 1, "k2": 2, "k3": 3, "k4": 4, "k6": 5}
"""Parts that a pattern tells apart where colour cannot: the pattern's number."""
ROUND = {"ring": "", "dot": "dot", "open": "open"}
LINES = ("data", "past", "mean", "limit", "goal", "soon")
STRETCHED = (Line, Area)
"""Drawn in a part of their own that fills the width, whatever it is."""


def svg(drawing: Drawing, *, key: str, title: str, description: str) -> SafeString:
    """The drawing with its name and what it shows in words; `key` is its own on the page."""
    return format_html(
        '<svg class="plot" height="{height}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>{layers}</svg>',
        height=drawing.height,
        key=key,
        title=title,
        description=description,
        layers=_all(_layer(drawing, *layer) for layer in groupby(drawing.parts, _stretches)),
    )


def swatch(sign: Sign) -> SafeString:
    """A legend's sign, without words."""
    if sign in ROUND:
        inside = format_html('<circle class="{}" r="6"/>', ROUND[sign])
    elif sign in ("square", "diamond"):
        inside = _angular(sign, 7)
    elif sign in LINES:
        inside = format_html('<line class="{}" x1="-9" x2="9" y1="0" y2="0"/>', sign)
    else:
        inside = _rect(sign, "-9", "-9", "18", "18")
    return format_html(
        '<svg class="plot" viewBox="-9 -9 18 18" aria-hidden="true">{}</svg>', inside
    )


def _stretches(part: Part) -> bool:
    return isinstance(part, STRETCHED)


def _layer(drawing: Drawing, stretched: bool, parts: Iterable[Part]) -> SafeString:
    """Parts that follow each other; those that stretch in a part of their own."""
    inside = _all(map(_part, parts))
    if not stretched:
        return inside
    return format_html(
        '<svg width="100%" height="{height}" viewBox="0 0 100 {height}" '
        'preserveAspectRatio="none">{inside}</svg>',
        height=drawing.height,
        inside=inside,
    )


def _part(part: Part) -> SafeString:
    match part:
        case Line(places, role):
            return format_html('<polyline class="{}" points="{}"/>', role, _places(places))
        case Area(places, role):
            return format_html('<polygon class="{}" points="{}"/>', role, _places(places))
        case Bar(x, y, width, height, role):
            return _rect(role, f"{_n(x)}%", _n(y), f"{_n(max(width, 0))}%", _n(max(height, 0)))
        case Mark():
            return _mark(part)
        case Word():
            return _word(part)


def _rect(role: str, *place: str) -> SafeString:
    """A bar, and above it the pattern that tells it apart without colour."""
    shape = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
    if role not in PATTERNED:
        return format_html(shape, role, *place)
    pattern = '<rect class="hatch" fill="url(#hatch-{})" x="{}" y="{}" width="{}" height="{}"/>'
    return format_html(shape, role, *place) + format_html(pattern, PATTERNED[role], *place)


def _mark(mark: Mark) -> SafeString:
    if mark.shape in ROUND:
        return format_html(
            '<circle class="{}" cx="{}%" cy="{}" r="{}"/>',
            ROUND[mark.shape],
            _n(mark.x),
            _n(mark.y),
            _n(mark.size),
        )
    return format_html(
        '<svg x="{}%" y="{}" overflow="visible">{}</svg>',
        _n(mark.x),
        _n(mark.y),
        _angular(mark.shape, mark.size),
    )


def _angular(shape: str, size: float) -> SafeString:
    """A square or a diamond about nought."""
    if shape == "square":
        return format_html(
            '<rect class="pt" x="-{0}" y="-{0}" width="{1}" height="{1}"/>', _n(size), _n(2 * size)
        )
    return format_html('<path class="pt" d="M0-{0} {0} 0 0 {0}-{0} 0z"/>', _n(size))


def _word(word: Word) -> SafeString:
    return format_html(
        '<text class="{}" x="{}%" y="{}" dx="{}" text-anchor="{}">{}</text>',
        " ".join(filter(None, (word.role, "thin" if word.thin else ""))),
        _n(word.x),
        _n(word.y),
        _n(word.shift),
        word.anchor,
        word.text,
    )


def _all(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _places(places: Sequence[Place]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in places)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
