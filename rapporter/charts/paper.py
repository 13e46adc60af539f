"""A drawing as SVG for paper: its own width, and every look on the shape itself, for files without a stylesheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rapporter.charts.drawing import Area, Bar, Drawing, Line, Mark, Part, Place, Role, Shape, Word

WIDTH = 640
LEGEND = 18
"""Pixels for each line of the legend."""
FONT = "Varsam Sans"
INK, FAINT, DATA, SIGNAL, GREY, RULE, WHITE = (
    "#1a2425", "#5a6668", "#005b5e", "#b3401a", "#8d8b83", "#dedcd7", "#ffffff",
)  # fmt: skip
STROKES: dict[str, str] = {
    "grid": f'stroke="{RULE}" stroke-width="1"',
    "data": f'stroke="{DATA}" stroke-width="2" stroke-linejoin="round"',
    "mean": f'stroke="{FAINT}" stroke-width="1.25"',
    "limit": f'stroke="{GREY}" stroke-width="1" stroke-dasharray="5 4"',
    "past": f'stroke="{GREY}" stroke-width="2" stroke-dasharray="2 3"',
    "goal": f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="1 3"',
    "soon": f'stroke="{DATA}" stroke-width="2" stroke-dasharray="4 4"',
}
FILLS: dict[str, str] = {
    "band": f'fill="{DATA}" fill-opacity="0.1"',
    "bar": f'fill="{DATA}"',
    "bar-past": f'fill="#c6c4bd" stroke="{GREY}" stroke-width="1"',
    "pt": f'fill="{SIGNAL}" stroke="{WHITE}" stroke-width="1.5"',
    "k1": 'fill="#005b5e"',
    "k2": 'fill="#9dc7c7"',
    "k3": 'fill="#e1bf84"',
    "k4": 'fill="#a9a79f"',
    "k6": 'fill="#205185"',
}
WORDS: dict[str, str] = {
    "": f'fill="{FAINT}"',
    "lab": f'fill="{INK}" font-weight="600"',
    "sig": f'fill="{SIGNAL}" font-weight="600"',
    "dat": f'fill="{DATA}" font-weight="600"',
    "note": f'fill="{INK}"',
}


def svg(
    drawing: Drawing,
    *,
    title: str,
    description: str,
    legend: Sequence[tuple[Shape | Role, str]] = (),
) -> str:
    """The drawing as a file of its own with its legend below; it needs nothing beside it."""
    parts = "".join(map(_part, drawing.parts))
    parts += "".join(
        _sign(sign, drawing.height + LEGEND * (place + 0.5))
        + _word("note", Word(0, drawing.height + LEGEND * (place + 0.5) + 4, text, shift=26))
        for place, (sign, text) in enumerate(legend)
    )
    height = drawing.height + LEGEND * len(legend)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="{FONT}" font-size="12" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{parts}</svg>"
    )


def _sign(sign: Shape | Role, y: float) -> str:
    if sign in ("ring", "dot", "open", "square", "diamond"):
        return _mark(Mark(1.4, y, sign, 4.5))
    if sign in STROKES:
        return f'<line {STROKES[sign]} x1="0" x2="18" y1="{_n(y)}" y2="{_n(y)}"/>'
    return f'<rect {FILLS[sign]} x="3" y="{_n(y - 6)}" width="12" height="12"/>'


def _part(part: Part) -> str:
    match part:
        case Line(places, role):
            return f'<polyline fill="none" {STROKES[role]} points="{_places(places)}"/>'
        case Area(places, role):
            return f'<polygon {FILLS[role]} points="{_places(places)}"/>'
        case Bar(x, y, width, height, role):
            return (
                f'<rect {FILLS[role]} x="{_x(x)}" y="{_n(y)}" width="{_x(max(width, 0))}" '
                f'height="{_n(max(height, 0))}"/>'
            )
        case Mark():
            return _mark(part)
        case Word():
            return _word(part.role, part)


def _mark(mark: Mark) -> str:
    x, y, size = mark.x * WIDTH / 100, mark.y, mark.size
    if mark.shape == "square":
        return (
            f'<rect {FILLS["pt"]} x="{_n(x - size)}" y="{_n(y - size)}" width="{_n(2 * size)}" '
            f'height="{_n(2 * size)}"/>'
        )
    if mark.shape == "diamond":
        return (
            f'<path {FILLS["pt"]} d="M{_n(x)} {_n(y - size)} {_n(x + size)} {_n(y)} {_n(x)} {_n(y + size)} '
            f'{_n(x - size)} {_n(y)}z"/>'
        )
    dash = ' stroke-dasharray="2 2"' if mark.shape == "open" else ""
    fill = DATA if mark.shape == "dot" else WHITE
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" fill="{fill}" stroke="{DATA}" '
        f'stroke-width="{1 if mark.shape == "dot" else 2}"{dash}/>'
    )


def _word(role: Role, word: Word) -> str:
    anchor = "" if word.anchor == "start" else f' text-anchor="{word.anchor}"'
    x = word.x * WIDTH / 100 + word.shift
    return f'<text {WORDS[role]} x="{_n(x)}" y="{_n(word.y)}"{anchor}>{escape(word.text)}</text>'


def _places(places: Sequence[Place]) -> str:
    return " ".join(f"{_x(x)},{_n(y)}" for x, y in places)


def _x(per_cent: float) -> str:
    return _n(per_cent * WIDTH / 100)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
